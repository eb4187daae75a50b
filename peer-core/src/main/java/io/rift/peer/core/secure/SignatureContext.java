package io.rift.peer.core.secure;

import io.rift.protocol.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What an identity signs, and for what. As in RFC 8446 section 4.4.3, 64 spaces, a context and a zero byte come before
 * the content, so that a signature made for one purpose is none for another.
 */
enum SignatureContext {
    CAPABILITIES("RIFT-E2EE-V2 Capabilities"),
    KEY_INIT("RIFT-E2EE-V2 KeyInit"),
    KEY_RESP("RIFT-E2EE-V2 KeyResp"),
    KEY_CONFIRM("RIFT-E2EE-V2 KeyConfirm");

    private final String prefix;

    SignatureContext(String label) {
        prefix = " ".repeat(64) + label + '\0';
    }

    byte[] sign(Identity identity, byte[] content) {
        return identity.sign(message(content));
    }

    boolean verify(PeerId signer, byte[] content, byte[] signature) {
        return Identity.verify(signer, message(content), signature);
    }

    private byte[] message(byte[] content) {
        return ByteBuffer.allocate(prefix.length() + content.length)
                .put(prefix.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .array();
    }
}
