package io.rift.protocol.secure;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Whatever the bytes: no parser throws, and what one accepts has accessors that agree with the bytes. */
class SecureLayoutsFuzzTest {

    @FuzzTest
    void handshakeFragment(byte[] input) {
        HandshakeFragment fragment = HandshakeFragment.parse(ByteBuffer.wrap(input));
        if (fragment != null) {
            ByteBuffer header = ByteBuffer.allocate(HandshakeFragment.HEADER_BYTES);
            HandshakeFragment.writeHeader(
                    header,
                    fragment.type(),
                    fragment.index(),
                    fragment.count(),
                    fragment.attempt(),
                    fragment.receiverIndex(),
                    fragment.nonce());
            assertThat(header.array()).isEqualTo(Arrays.copyOf(input, HandshakeFragment.HEADER_BYTES));
            assertThat(fragment.datagram()).isEqualTo(input);
        }
    }

    @FuzzTest
    void keyInit(byte[] input) {
        KeyInit keyInit = KeyInit.parse(input);
        if (keyInit != null) {
            Capabilities offer = new Capabilities(keyInit.minVersion(), keyInit.maxVersion(), keyInit.suites(), 0, 0);
            byte[] unsigned = KeyInit.encodeUnsigned(
                    offer,
                    keyInit.initiatorIndex(),
                    keyInit.session(),
                    keyInit.epoch(),
                    keyInit.x25519Key(),
                    keyInit.mlkemKey(),
                    keyInit.initiator());
            unsigned[2] = input[2]; // flags, of which none is defined
            assertThat(unsigned).isEqualTo(keyInit.unsignedPart());
            assertThat(keyInit.signature()).isEqualTo(Arrays.copyOfRange(input, input.length - 64, input.length));
        }
    }

    @FuzzTest
    void keyResp(byte[] input) {
        KeyResp keyResp = KeyResp.parse(input);
        if (keyResp != null) {
            byte[] unboxed = KeyResp.encodeUnboxed(
                    keyResp.version(),
                    Suite.X25519_AES_256_GCM,
                    keyResp.responderIndex(),
                    keyResp.initiatorIndex(),
                    keyResp.nonce(),
                    keyResp.x25519Key(),
                    keyResp.mlkemCiphertext());
            unboxed[1] = input[1]; // flags, of which none is defined
            unboxed[2] = (byte) (keyResp.suiteCode() >> 8);
            unboxed[3] = (byte) keyResp.suiteCode();
            assertThat(unboxed).isEqualTo(keyResp.unboxedPart());
            assertThat(keyResp.box()).isEqualTo(Arrays.copyOfRange(input, input.length - 144, input.length));
        }
        KeyResp.Proof proof = KeyResp.Proof.parse(input);
        if (proof != null) {
            assertThat(KeyResp.Proof.encode(proof.responder(), proof.signature(), proof.finished()))
                    .isEqualTo(input);
        }
    }

    @FuzzTest
    void keyConfirm(byte[] input) {
        KeyConfirm keyConfirm = KeyConfirm.parse(input);
        if (keyConfirm != null) {
            assertThat(KeyConfirm.encode(keyConfirm.responderIndex(), keyConfirm.box()))
                    .isEqualTo(input);
        }
        KeyConfirm.Proof proof = KeyConfirm.Proof.parse(input);
        AeadAlgorithm algorithm = proof == null ? null : AeadAlgorithm.ofCode(proof.algorithmCode());
        if (algorithm != null) {
            assertThat(KeyConfirm.Proof.encode(algorithm, proof.signature(), proof.finished()))
                    .isEqualTo(input);
        }
    }

    @FuzzTest
    void capabilities(byte[] input) {
        Capabilities capabilities = Capabilities.parse(input);
        if (capabilities != null) {
            assertThat(capabilities.encode()).isEqualTo(input);
        }
    }

    @FuzzTest
    void encryptedPayload(byte[] input) {
        EncryptedPayload header = EncryptedPayload.parse(ByteBuffer.wrap(input));
        if (header != null) {
            ByteBuffer out = ByteBuffer.allocate(header.kind().headerBytes());
            header.write(out);
            assertThat(out.array()).isEqualTo(Arrays.copyOf(input, out.capacity()));
            assertThat(header.sequence()).isNotNegative();
        }
    }
}
