package io.rift.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class RiftVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = RiftVersion.class.getPackage().getImplementationVersion();
        return new String[] {"rift " + (version == null ? "(unpackaged)" : version)};
    }
}
