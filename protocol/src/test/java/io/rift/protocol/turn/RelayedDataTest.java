package io.rift.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelayedDataTest {
    private static final TransactionId ID = new TransactionId(0x01020304, 0x05060708090A0B0CL);

    @ParameterizedTest
    @CsvSource({"192.0.2.1:3478, 36", "[2001:db8::5]:65535, 48"})
    @Requirement(
            rfc = 8656,
            section = "11.3",
            text = "A Data indication carries the peer in XOR-PEER-ADDRESS and its data in DATA")
    @Requirement(rfc = 8656, section = "12.4", text = "ChannelData is a channel number, a length and the data")
    void headersInPlaceAreWhatTheEncoderWrites(String peerText, int headerBytes) {
        TransportAddress peer = TransportAddress.parse(peerText);
        assertThat(DataIndication.headerBytes(peer.ip().family())).isEqualTo(headerBytes);
        for (int length = 0; length < 9; length++) {
            byte[] payload = new byte[length];
            Arrays.fill(payload, (byte) 0xAB);
            ByteBuffer buffer = ByteBuffer.allocate(64 + length + 8);
            Arrays.fill(buffer.array(), (byte) 0x55);
            buffer.put(64, payload);
            for (int method : new int[] {TurnMethod.DATA, TurnMethod.SEND}) {
                if (method == TurnMethod.DATA) {
                    DataIndication.writeData(buffer, 64, length, ID.high(), ID.low(), peer);
                } else {
                    DataIndication.writeSend(buffer, 64, length, ID.high(), ID.low(), peer);
                }
                byte[] expected = StunEncoder.of(MessageClass.INDICATION, method, ID)
                        .add(TurnAttributes.XOR_PEER_ADDRESS, peer)
                        .add(TurnAttributes.DATA, ByteBuffer.wrap(payload))
                        .encode();
                int end = 64 + length + DataIndication.paddingBytes(length);
                assertThat(Arrays.copyOfRange(buffer.array(), 64 - headerBytes, end))
                        .isEqualTo(expected);
                assertThat(StunMessage.parse(ByteBuffer.wrap(expected)).get(TurnAttributes.XOR_PEER_ADDRESS))
                        .isEqualTo(peer);
                assertThat(buffer.get(64 - headerBytes - 1)).isEqualTo((byte) 0x55);
                assertThat(buffer.get(end)).isEqualTo((byte) 0x55);
            }
        }
    }

    @Test
    @Requirement(rfc = 8656, section = "12.5", text = "Over UDP ChannelData need not be padded, but may be")
    void channelDataMayBeLongerThanItsHeaderSaysButNotShorter() {
        ByteBuffer buffer = ByteBuffer.allocate(16).position(2);
        ChannelData.writeHeader(buffer, 2, 0x4001, 5);
        assertThat(ChannelData.number(buffer)).isEqualTo(0x4001);
        assertThat(ChannelData.payloadLength(buffer.limit(11))).isEqualTo(5);
        assertThat(ChannelData.payloadLength(buffer.limit(14))).isEqualTo(5);
        assertThat(ChannelData.payloadLength(buffer.limit(10))).isEqualTo(-1);
        assertThat(ChannelData.payloadLength(buffer.limit(5))).isEqualTo(-1);
    }

    @Test
    @Requirement(rfc = 8656, section = "12", text = "Channel numbers are 0x4000 to 0x4FFF")
    void channelNumbersEndAt4Fff() {
        assertThat(ChannelData.isChannelNumber(0x3FFF)).isFalse();
        assertThat(ChannelData.isChannelNumber(0x4000)).isTrue();
        assertThat(ChannelData.isChannelNumber(0x4FFF)).isTrue();
        assertThat(ChannelData.isChannelNumber(0x5000)).isFalse();
    }
}
