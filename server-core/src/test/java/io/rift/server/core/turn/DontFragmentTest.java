package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestServer.PEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** DONT-FRAGMENT where the shell can set the DF bit, and where it cannot: RFC 8656 sections 7.2 and 11.2. */
class DontFragmentTest {
    private final TestServer able = new TestServer(TurnServerConfig.builder().setsDontFragment(true));
    private final TestServer unable = new TestServer();

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "DONT-FRAGMENT in Allocate is understood by a server that can set the DF bit")
    void anAllocateWithDontFragmentSucceedsWhereTheBitCanBeSet() {
        assertSuccess(TestClient.alice(able).allocate(encoder -> encoder.add(TurnAttributes.DONT_FRAGMENT, true)));
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "DONT-FRAGMENT in Allocate is an unknown attribute to a server that cannot set the DF bit")
    void elsewhereItIsAnUnknownAttribute() {
        var response = TestClient.alice(unable).allocate(encoder -> encoder.add(TurnAttributes.DONT_FRAGMENT, true));

        assertError(response, ErrorCode.UNKNOWN_ATTRIBUTE);
        assertThat(response.get(StunAttributes.UNKNOWN_ATTRIBUTES))
                .isEqualTo(List.of(TurnAttributes.DONT_FRAGMENT.type()));
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "11.2",
            text = "The data of a Send indication with DONT-FRAGMENT leaves with the DF bit set")
    void theRouteOfASendIndicationSaysWhetherToSetTheBit() {
        TestClient client = TestClient.alice(able).withAllocation();
        assertSuccess(client.createPermission(PEER));

        for (int i = 0; i < 2; i++) {
            Route fragmented = able.receive(client.address, send(false));
            Route whole = able.receive(client.address, send(true));

            assertThat(fragmented.dontFragment()).isFalse();
            assertThat(whole.dontFragment()).isTrue();
            assertThat(whole.peer()).isEqualTo(PEER);
            assertThat(whole.relaySocket()).isSameAs(able.onlySocket());
        }
    }

    @Test
    void channelDataNeverAsksForTheBit() {
        TestClient client = TestClient.alice(able).withAllocation();
        assertSuccess(client.bindChannel(0x4000, PEER));
        able.receive(client.address, send(true));

        assertThat(client.sendChannelData(0x4000, "data").dontFragment()).isFalse();
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "11.2",
            text = "A Send indication with DONT-FRAGMENT is dropped by a server that cannot set the DF bit")
    void whereTheBitCannotBeSetSuchAnIndicationIsDropped() {
        TestClient client = TestClient.alice(unable).withAllocation();
        assertSuccess(client.createPermission(PEER));

        assertThat(unable.receive(client.address, send(true))).isNull();
        assertThat(unable.drops(DropReason.MALFORMED_INDICATION)).isEqualTo(1);
    }

    private static ByteBuffer send(boolean dontFragment) {
        StunEncoder encoder = StunEncoder.of(MessageClass.INDICATION, TurnMethod.SEND, new TransactionId(1, 2))
                .add(TurnAttributes.XOR_PEER_ADDRESS, PEER)
                .add(TurnAttributes.DATA, ByteBuffer.wrap(new byte[100]));
        return ByteBuffer.wrap((dontFragment ? encoder.add(TurnAttributes.DONT_FRAGMENT, true) : encoder).encode());
    }
}
