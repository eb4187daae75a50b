package io.rift.cli;

import java.net.URI;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the URI of a rendezvous server. */
final class ServerUri implements ITypeConverter<URI> {
    private static final Set<String> SCHEMES = Set.of("ws", "wss");

    @Override
    public URI convert(String text) {
        try {
            URI uri = URI.create(text);
            if (SCHEMES.contains(String.valueOf(uri.getScheme())) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new TypeConversionException("'" + text + "' is not ws://host:port or wss://host:port");
    }
}
