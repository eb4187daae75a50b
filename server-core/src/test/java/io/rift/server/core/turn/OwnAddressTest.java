package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.relayed;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.peerpolicy.PeerPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The server as a peer of its own clients: only where another client's relayed transport address lives. Its address is
 * one of the documentation block, so the built-in list would refuse it.
 */
class OwnAddressTest {
    private static final int CHANNEL = 0x4000;

    private final TestServer shard = new TestServer();
    private final TestClient client = TestClient.alice(shard).withAllocation();
    private final TestClient other = TestClient.alice(shard, TestClient.ipv4(1, 1));
    private final TransportAddress otherRelayed = relayed(other.allocate());
    private final TransportAddress ssh = new TransportAddress(TestServer.OWN, 22);

    @Test
    @Requirement(rfc = 8656, section = "6", text = "A peer may itself be a relayed address of this server")
    void twoClientsReachEachOtherThroughTheirRelayedAddresses() {
        assertSuccess(client.bindChannel(CHANNEL, otherRelayed));

        assertThat(client.sendChannelData(CHANNEL, "x").peer()).isEqualTo(otherRelayed);
    }

    @Test
    void aPermissionForTheServersAddressIsGrantedAsItNamesNoPort() {
        assertSuccess(client.createPermission(ssh));

        assertThat(shard.receive(client.address, TestClient.sendIndication(otherRelayed, "x")))
                .isNotNull();
    }

    @Test
    @Requirement(rfc = 8656, section = "21.2.2", text = "The server is no way to its own services")
    void noOtherPortOfTheServerIsReached() {
        assertSuccess(client.createPermission(ssh));

        for (TransportAddress target : List.of(ssh, TestServer.LOCAL.address())) {
            assertError(client.bindChannel(CHANNEL, target), ErrorCode.FORBIDDEN);
            assertThat(shard.receive(client.address, TestClient.sendIndication(target, "x")))
                    .isNull();
        }
        assertThat(shard.drops(DropReason.PEER_REFUSED)).isEqualTo(2);
    }

    @Test
    void aChannelToARelayedAddressThatDiedCarriesNothing() {
        assertSuccess(client.bindChannel(CHANNEL, otherRelayed));
        assertSuccess(other.refresh(0));

        assertThat(client.sendChannelData(CHANNEL, "x")).isNull();
        assertThat(shard.drops(DropReason.PEER_REFUSED)).isEqualTo(1);
    }

    @Test
    void whatTheOperatorDeniedStaysDenied() {
        TestServer denying = new TestServer(
                TurnServerConfig.builder(), PeerPolicy.of(List.of(), List.of(Cidr.parse("203.0.113.1"))));
        TestClient alice = TestClient.alice(denying).withAllocation();
        TransportAddress own =
                relayed(TestClient.alice(denying, TestClient.ipv4(1, 1)).allocate());

        assertError(alice.createPermission(own), ErrorCode.FORBIDDEN);
        assertError(alice.bindChannel(CHANNEL, own), ErrorCode.FORBIDDEN);
    }

    @Test
    void anAllowedBlockDoesNotOpenTheServersOtherPorts() {
        TestServer open = new TestServer(
                TurnServerConfig.builder(), PeerPolicy.of(List.of(Cidr.parse("203.0.113.0/24")), List.of()));
        TestClient alice = TestClient.alice(open).withAllocation();

        assertError(alice.bindChannel(CHANNEL, ssh), ErrorCode.FORBIDDEN);
        assertSuccess(alice.bindChannel(CHANNEL, TransportAddress.parse("203.0.113.2:22")));
    }
}
