package io.rift.protocol.rendezvous;

import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * One JSON object, read whole and then asked for typed fields; the type of a message need not come first in it. The
 * caller has bounded the text, so the tree is bounded too. Every accessor throws {@link IllegalArgumentException} with a
 * reason that names the field and quotes nothing that the other side wrote.
 */
final class JsonFields {
    private static final int MAX_NESTING_DEPTH = 8;
    private static final int MAX_TOKENS = 2_048;
    private static final int MAX_NAME_LENGTH = 64;
    private static final int MAX_STRING_LENGTH = 2_048;
    private static final int MAX_NUMBER_LENGTH = 32;

    /** Digits that always fit a {@code long}; longer numbers are left to be nobody's field. */
    private static final int MAX_INTEGER_LENGTH = 18;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(RendezvousProtocol.MAX_MESSAGE_BYTES)
                    .maxNestingDepth(MAX_NESTING_DEPTH)
                    .maxTokenCount(MAX_TOKENS)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxStringLength(MAX_STRING_LENGTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Else the names that strangers invent stay in a table shared by all connections.
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    private final Map<String, Object> valueByName;

    private JsonFields(Map<String, Object> valueByName) {
        this.valueByName = valueByName;
    }

    /**
     * Reads a text that is exactly one object.
     *
     * @throws JacksonException when it is not JSON or exceeds a bound
     * @throws IllegalArgumentException when it is JSON but not one object
     */
    static JsonFields read(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a JSON object");
            }
            JsonFields fields = readObject(parser);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("text behind the JSON object");
            }
            return fields;
        }
    }

    private static JsonFields readObject(JsonParser parser) {
        Map<String, Object> valueByName = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            valueByName.put(name, readValue(parser));
        }
        return new JsonFields(valueByName);
    }

    private static List<Object> readArray(JsonParser parser) {
        List<Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(readValue(parser));
        }
        return values;
    }

    /** A {@code null} and a number that is no {@code long} stay tokens, which no accessor accepts. */
    private static Object readValue(JsonParser parser) {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> parser.getStringLength() <= MAX_INTEGER_LENGTH ? parser.getLongValue() : token;
            case VALUE_NULL,
                    VALUE_NUMBER_FLOAT,
                    VALUE_EMBEDDED_OBJECT,
                    NOT_AVAILABLE,
                    PROPERTY_NAME,
                    END_OBJECT,
                    END_ARRAY -> token;
        };
    }

    boolean has(String name) {
        return valueByName.containsKey(name);
    }

    String text(String name) {
        if (valueByName.get(name) instanceof String text) {
            return text;
        }
        throw absentOrMistyped(name, "a string");
    }

    /** A whole number from 0 to {@code max}. */
    long unsigned(String name, long max) {
        if (valueByName.get(name) instanceof Long number) {
            if (number < 0 || number > max) {
                throw new IllegalArgumentException("field '" + name + "' is not in 0.." + max);
            }
            return number;
        }
        throw absentOrMistyped(name, "a whole number");
    }

    /** A whole number from 0 to 2^31 - 1. */
    int unsignedInt(String name) {
        return (int) unsigned(name, Integer.MAX_VALUE);
    }

    /** Absent is false. */
    boolean flag(String name) {
        Object value = valueByName.get(name);
        if (value == null) {
            return false;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw absentOrMistyped(name, "true or false");
    }

    Octets octets(String name) {
        return parsed(name, text(name), Octets::parse);
    }

    SessionId session() {
        return parsed("session", text("session"), SessionId::parse);
    }

    /** The session, when the field is there and can be read; for error messages. */
    @Nullable SessionId sessionIfAny() {
        try {
            return has("session") ? session() : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    PeerId peerId(String name) {
        return parsed(name, text(name), PeerId::parse);
    }

    TransportAddress address(String name) {
        return parsed(name, text(name), TransportAddress::parse);
    }

    /** The one constant whose wire name the field has. */
    <E extends Enum<E>> E oneOf(String name, E[] constants, Function<E, String> wireName) {
        String text = text(name);
        for (E constant : constants) {
            if (wireName.apply(constant).equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("field '" + name + "' is none of the known values");
    }

    @Nullable JsonFields objectIfAny(String name) {
        Object value = valueByName.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof JsonFields fields) {
            return fields;
        }
        throw absentOrMistyped(name, "an object");
    }

    /** Absent is empty. */
    <T> List<T> objects(String name, int max, Function<JsonFields, T> reader) {
        return list(name, max, value -> {
            if (value instanceof JsonFields fields) {
                return reader.apply(fields);
            }
            throw absentOrMistyped(name, "an array of objects");
        });
    }

    /** Absent is empty. */
    List<TransportAddress> addresses(String name, int max) {
        return list(name, max, value -> {
            if (value instanceof String text) {
                return parsed(name, text, TransportAddress::parse);
            }
            throw absentOrMistyped(name, "an array of strings");
        });
    }

    private <T> List<T> list(String name, int max, Function<Object, T> reader) {
        Object value = valueByName.get(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> elements)) {
            throw absentOrMistyped(name, "an array");
        }
        if (elements.size() > max) {
            throw new IllegalArgumentException("field '" + name + "' has more than " + max + " elements");
        }
        List<T> list = new ArrayList<>(elements.size());
        for (Object element : elements) {
            list.add(reader.apply(element));
        }
        return list;
    }

    /** What parsers say about a text may quote it; what we say does not. */
    private static <T> T parsed(String name, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("field '" + name + "' is not in its text form", e);
        }
    }

    private IllegalArgumentException absentOrMistyped(String name, String wanted) {
        return new IllegalArgumentException("field '" + name + "' is " + (has(name) ? "not " + wanted : "missing"));
    }
}
