package io.rift.cli;

import io.rift.protocol.PeerId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a peer id. */
final class PeerIdText implements ITypeConverter<PeerId> {

    @Override
    public PeerId convert(String text) {
        try {
            return PeerId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
