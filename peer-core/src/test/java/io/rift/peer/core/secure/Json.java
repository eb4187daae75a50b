package io.rift.peer.core.secure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** A JSON value with the few accessors that reading test vectors takes. */
record Json(Object value) {

    static Json resource(String name) {
        try (JsonParser parser =
                new JsonFactory().createParser(ObjectReadContext.empty(), Json.class.getResourceAsStream(name))) {
            return new Json(read(parser, parser.nextToken()));
        }
    }

    static Json file(Path path) {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), path.toFile())) {
            return new Json(read(parser, parser.nextToken()));
        }
    }

    /** The member at a path of names. */
    Json at(String... names) {
        Object current = value;
        for (String name : names) {
            current = ((Map<?, ?>) current).get(name);
            if (current == null) {
                throw new IllegalArgumentException("no " + name + " in " + this);
            }
        }
        return new Json(current);
    }

    /** Whether there is such a member. */
    boolean has(String name) {
        return ((Map<?, ?>) value).containsKey(name);
    }

    List<Json> list() {
        return ((List<?>) value).stream().map(Json::new).toList();
    }

    String text() {
        return (String) value;
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(text());
    }

    long number() {
        return (Long) value;
    }

    int integer() {
        return (int) number();
    }

    /** The name where there is one: a whole vector is no name for a test. */
    @Override
    public String toString() {
        return value instanceof Map<?, ?> members && members.get("name") instanceof String name
                ? name
                : String.valueOf(value);
    }

    private static Object read(JsonParser parser, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    members.put(name, read(parser, parser.nextToken()));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    elements.add(read(parser, next));
                }
                yield elements;
            }
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            default -> parser.getString();
        };
    }
}
