package io.rift.server.metrics;

import java.util.Locale;

/** How names of the code become values of labels. */
final class Labels {

    private Labels() {}

    /** {@code NO_PERMISSION} is {@code no-permission}. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
