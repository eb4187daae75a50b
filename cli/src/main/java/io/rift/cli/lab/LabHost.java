package io.rift.cli.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * One host of the lab.
 *
 * @param name as the lab's user chose it
 * @param namespace the network namespace that it is
 * @param address its IPv4 address: a public one, or a private one behind its router
 */
public record LabHost(String name, String namespace, String address) {

    /** A process that will run in this host's network; the caller starts it and ends it. */
    public ProcessBuilder process(List<String> command) {
        List<String> inNamespace = new ArrayList<>(List.of(Programs.require("ip"), "netns", "exec", namespace));
        inNamespace.addAll(command);
        return new ProcessBuilder(inNamespace);
    }
}
