package io.rift.server.config;

import io.rift.protocol.TransportAddress;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The keys that exist, read from the property records, against the keys that were set.
 *
 * <p>Spring ignores a key that nothing binds. For a relay that is dangerous: a misspelt {@code rift.turn.denied-peer}
 * would leave open what the operator thinks is closed. So an unknown {@code rift.*} key ends the start.
 */
public final class ConfigurationKeys {

    private static final String ROOT = "rift.";

    /** How many edits away a known key may be to be offered as what was meant. */
    private static final int MAX_EDITS = 4;

    private final List<ConfigurationPropertyName> names = new ArrayList<>();
    private final List<ConfigurationPropertyName> mapNames = new ArrayList<>();

    /**
     * The keys of these classes.
     *
     * @param propertyClasses records with {@link ConfigurationProperties}
     */
    public ConfigurationKeys(Class<?>... propertyClasses) {
        for (Class<?> propertyClass : propertyClasses) {
            ConfigurationProperties annotation = propertyClass.getAnnotation(ConfigurationProperties.class);
            if (annotation == null || !propertyClass.isRecord()) {
                throw new IllegalArgumentException(propertyClass + " is no @ConfigurationProperties record");
            }
            addComponents(ConfigurationPropertyName.of(annotation.value()), propertyClass);
        }
    }

    private void addComponents(ConfigurationPropertyName prefix, Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            ConfigurationPropertyName name = prefix.append(kebab(component.getName()));
            if (Map.class.isAssignableFrom(component.getType())) {
                mapNames.add(name);
            } else if (component.getType().isRecord()
                    && component.getType().getEnclosingClass()
                            == type) { // a group of keys, not a value with a converter
                addComponents(name, component.getType());
            } else {
                names.add(name);
            }
        }
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /**
     * Refuses keys that nothing reads.
     *
     * @throws ConfigurationException naming the first one, with what may have been meant
     */
    public void check(ConfigurableEnvironment environment) {
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                for (String key : enumerable.getPropertyNames()) {
                    if (source instanceof SystemEnvironmentPropertySource) {
                        checkVariable(key);
                    } else if (key.startsWith(ROOT) && (isOurs(source) || isInAGroup(key))) {
                        checkKey(key);
                    }
                }
            }
        }
    }

    /**
     * Refuses what is no port, for keys of Spring whose own message does not name the key.
     *
     * @throws ConfigurationException naming the key
     */
    public static void checkPort(ConfigurableEnvironment environment, String key) {
        String text = environment.getProperty(key, "0").strip();
        boolean off = text.equals("-1") && key.startsWith("management.");
        if (!off && (!text.matches("\\d{1,5}") || Integer.parseInt(text) > TransportAddress.MAX_PORT)) {
            throw new ConfigurationException(key + "=" + text + ": is no port of 0 to 65535");
        }
    }

    private void checkKey(String key) {
        ConfigurationPropertyName name = ConfigurationPropertyName.adapt(key, '.');
        ConfigurationPropertyName unindexed = name.isLastElementIndexed() ? name.getParent() : name;
        for (ConfigurationPropertyName map : mapNames) {
            if (map.isAncestorOf(name)) {
                checkMapKey(key, name, map);
                return;
            }
        }
        if (!names.contains(name) && !names.contains(unindexed)) {
            String meant = closest(name.toString());
            throw new ConfigurationException(
                    key + ": there is no such setting" + (meant == null ? "" : ", did you mean " + meant + "?"));
        }
    }

    /** Spring drops from the key of a map what is no letter, digit, dash or dot, unless it stands in brackets. */
    private static void checkMapKey(String key, ConfigurationPropertyName name, ConfigurationPropertyName map) {
        String mapKey = key.substring(map.toString().length() + 1);
        if (!name.isLastElementIndexed() && !mapKey.matches("[A-Za-z0-9.-]+")) {
            throw new ConfigurationException(
                    key + ": write " + map + "[" + mapKey + "], as this name has more than letters, digits and dashes");
        }
    }

    /** Properties of the JVM belong to everybody in it: a test or an embedding program may have a rift.home there. */
    private static boolean isOurs(PropertySource<?> source) {
        return !source.getName().equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
    }

    private boolean isInAGroup(String key) {
        return groups().anyMatch(group -> key.startsWith(ROOT + group + "."));
    }

    /** In a variable every separator is an underscore or left out, so only letters and digits are compared. */
    private void checkVariable(String variable) {
        String flat = flat(variable);
        String upper = variable.toUpperCase(Locale.ROOT);
        boolean inAGroup = groups().anyMatch(group -> upper.startsWith("RIFT_" + group.toUpperCase(Locale.ROOT) + "_"));
        boolean known = names.stream().anyMatch(name -> flat.matches(flat(name.toString()) + "\\d*"))
                || mapNames.stream().anyMatch(name -> flat.startsWith(flat(name.toString())));
        if (inAGroup && !known) { // RIFT_HOME and the like are in no group and nobody's setting
            throw new ConfigurationException(variable + ": there is no such setting");
        }
    }

    /** {@code turn} and so on. */
    private Stream<String> groups() {
        return Stream.concat(names.stream(), mapNames.stream())
                .filter(name -> name.getNumberOfElements() > 2)
                .map(name -> name.getElement(1, Form.UNIFORM))
                .distinct();
    }

    private static String flat(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private @Nullable String closest(String unknown) {
        String best = null;
        int bestEdits = MAX_EDITS + 1;
        for (ConfigurationPropertyName name : names) {
            int edits = edits(unknown, name.toString());
            if (edits < bestEdits) {
                best = name.toString();
                bestEdits = edits;
            }
        }
        for (ConfigurationPropertyName name : mapNames) {
            int edits = edits(
                    unknown.substring(
                            0, Math.min(unknown.length(), name.toString().length())),
                    name.toString());
            if (edits < bestEdits) {
                best = name + ".<name>";
                bestEdits = edits;
            }
        }
        return best;
    }

    /** Levenshtein distance. */
    private static int edits(String from, String to) {
        int[] row = IntStream.rangeClosed(0, to.length()).toArray();
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
