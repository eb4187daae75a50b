package io.rift.protocol.secure;

import java.util.HashSet;
import java.util.List;

/** The rule that Capabilities and KeyInit share. */
final class SuiteList {

    private SuiteList() {}

    /** Between one suite and {@value Capabilities#MAX_SUITES}, all different, none of them 0. */
    static boolean isValid(List<Integer> suites) {
        return !suites.isEmpty()
                && suites.size() <= Capabilities.MAX_SUITES
                && suites.stream().allMatch(suite -> suite > 0 && suite <= 0xFFFF)
                && new HashSet<>(suites).size() == suites.size();
    }
}
