package io.rift.server.reload;

import io.rift.server.config.ConfigurationKeys;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.validation.Validator;

/** Every group of {@code rift.*} keys, bound at one moment. */
final class Settings {
    private final Map<Class<?>, Object> valueByGroup;

    private Settings(Map<Class<?>, Object> valueByGroup) {
        this.valueByGroup = valueByGroup;
    }

    /** Settings that are bound already. */
    static Settings of(Map<Class<?>, Object> valueByGroup) {
        return new Settings(new LinkedHashMap<>(valueByGroup));
    }

    /**
     * Binds and validates all groups as Spring does at start.
     *
     * @throws RuntimeException of Spring's, or a ConfigurationException, if a key is unknown or a value is bad
     */
    static Settings bind(
            ConfigurableEnvironment environment,
            List<Class<?>> groups,
            ConversionService conversion,
            Validator validator) {
        new ConfigurationKeys(groups.toArray(Class<?>[]::new)).check(environment);
        Binder binder = new Binder(
                ConfigurationPropertySources.get(environment),
                new PropertySourcesPlaceholdersResolver(environment),
                conversion,
                null,
                null);
        Map<Class<?>, Object> values = new LinkedHashMap<>();
        for (Class<?> group : groups) {
            values.put(
                    group,
                    binder.bindOrCreate(prefix(group), Bindable.of(group), new ValidationBindHandler(validator)));
        }
        return new Settings(values);
    }

    <T> T get(Class<T> group) {
        return group.cast(Objects.requireNonNull(valueByGroup.get(group), group.getName()));
    }

    /** The keys whose values differ. */
    List<String> differences(Settings other) {
        List<String> keys = new ArrayList<>();
        valueByGroup.forEach((group, value) -> addDifferences(prefix(group), group, value, other.get(group), keys));
        return keys;
    }

    private static void addDifferences(
            String prefix, Class<?> type, @Nullable Object one, @Nullable Object other, List<String> keys) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = prefix + "."
                    + component
                            .getName()
                            .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                            .toLowerCase(Locale.ROOT);
            Object valueOfOne = value(component, one);
            Object valueOfOther = value(component, other);
            if (component.getType().isRecord() && component.getType().getEnclosingClass() == type) {
                addDifferences(key, component.getType(), valueOfOne, valueOfOther, keys);
            } else if (!Objects.equals(valueOfOne, valueOfOther)) {
                keys.add(key);
            }
        }
    }

    private static @Nullable Object value(RecordComponent component, @Nullable Object group) {
        try {
            return group == null ? null : component.getAccessor().invoke(group);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the accessor of " + component + " is public", e);
        }
    }

    private static String prefix(Class<?> group) {
        return Objects.requireNonNull(group.getAnnotation(ConfigurationProperties.class))
                .value();
    }
}
