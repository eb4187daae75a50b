package io.rift.server.admin;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names an allocation of this process for good: {@code 0-17} is the 17th of shard 0.
 *
 * @param shard from 0
 * @param number from 1
 */
record AllocationId(int shard, long number) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,4})-(\\d{1,18})");

    /** The id that a text is, or null if it is none. */
    static @Nullable AllocationId parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? new AllocationId(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)))
                : null;
    }

    @Override
    public String toString() {
        return shard + "-" + number;
    }
}
