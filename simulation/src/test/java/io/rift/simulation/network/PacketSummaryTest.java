package io.rift.simulation.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PacketSummaryTest {
    private static final TransactionId TRANSACTION = new TransactionId(1, 2);
    private static final TransportAddress ADDRESS = TransportAddress.parse("192.0.2.1:7");

    @Test
    void stunMessagesShowMethodClassAndAddresses() {
        byte[] response = StunEncoder.of(MessageClass.SUCCESS_RESPONSE, StunMethod.BINDING, TRANSACTION)
                .add(StunAttributes.XOR_MAPPED_ADDRESS, ADDRESS)
                .encode();
        assertThat(summary(response)).isEqualTo("Binding success 192.0.2.1:7, 32 B");
    }

    @Test
    void errorsShowTheirCode() {
        byte[] response = StunEncoder.of(MessageClass.ERROR_RESPONSE, TurnMethod.ALLOCATE, TRANSACTION)
                .add(StunAttributes.ERROR_CODE, ErrorCode.STALE_NONCE)
                .encode();
        assertThat(summary(response)).startsWith("Allocate error").contains("438");
    }

    @Test
    void relayedDataShowsWhatItCarries() {
        byte[] inner = StunEncoder.of(MessageClass.REQUEST, StunMethod.BINDING, TRANSACTION)
                .add(StunAttributes.USE_CANDIDATE, true)
                .encode();
        byte[] indication = StunEncoder.of(MessageClass.INDICATION, TurnMethod.SEND, TRANSACTION)
                .add(TurnAttributes.XOR_PEER_ADDRESS, ADDRESS)
                .add(TurnAttributes.DATA, ByteBuffer.wrap(inner))
                .encode();
        assertThat(summary(indication))
                .startsWith("Send indication 192.0.2.1:7 [Binding request USE-CANDIDATE, 24 B], ");

        ByteBuffer channelData = ByteBuffer.allocate(ChannelData.HEADER_BYTES + inner.length);
        ChannelData.writeHeader(channelData, 0, 0x4001, inner.length);
        channelData.put(ChannelData.HEADER_BYTES, inner);
        assertThat(summary(channelData.array())).isEqualTo("ChannelData 0x4001 [Binding request USE-CANDIDATE, 24 B]");
    }

    @Test
    void anythingElseIsNamedByItsFirstByte() {
        assertThat(summary(new byte[] {(byte) 0xE3, 0, 0})).isEqualTo("EncryptedPayload, 3 B");
        assertThat(summary(new byte[] {(byte) 0xFF})).isEqualTo("unknown, 1 B");
        assertThat(summary(new byte[] {0, 1})).isEqualTo("malformed STUN, 2 B");
        assertThat(summary(new byte[] {0x40, 1, 0})).isEqualTo("malformed ChannelData, 3 B");
        assertThat(summary(new byte[0])).isEqualTo("unknown, 0 B");
    }

    private static String summary(byte[] payload) {
        return PacketSummary.of(ByteBuffer.wrap(payload));
    }
}
