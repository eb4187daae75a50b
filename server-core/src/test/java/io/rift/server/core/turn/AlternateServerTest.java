package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.turn.TurnAttributes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 8489 section 10: a server that is drained sends its clients elsewhere. */
class AlternateServerTest {
    private static final TransportAddress IPV4 = TransportAddress.parse("192.0.2.99:3479");
    private static final TransportAddress IPV6 = TransportAddress.parse("[2001:db8::99]:3480");
    private static final TransportAddress IPV6_CLIENT = TransportAddress.parse("[2001:db8::10]:5000");

    private final TestServer shard = new TestServer();
    private final TestClient client = TestClient.alice(shard);

    @Test
    @Requirement(
            rfc = 8489,
            section = "10",
            text = "A server that redirects answers 300 with an ALTERNATE-SERVER of the client's address family")
    void anAllocateIsSentToTheServerOfItsFamily() {
        shard.server.redirect(new AlternateServers(List.of(IPV4, IPV6), ""));

        StunMessage response = client.allocate();
        assertError(response, ErrorCode.TRY_ALTERNATE);
        assertThat(response.get(StunAttributes.ALTERNATE_SERVER)).isEqualTo(IPV4);
        assertThat(response.has(StunAttributes.ALTERNATE_DOMAIN)).isFalse();
        assertThat(TestClient.alice(shard, IPV6_CLIENT).allocate().get(StunAttributes.ALTERNATE_SERVER))
                .isEqualTo(IPV6);
        assertThat(shard.open).isEmpty();
        assertThat(shard.server.counters().allocateResults(300)).isEqualTo(2);
    }

    /** Else whoever is on the way could send clients wherever it likes. */
    @Test
    @Requirement(rfc = 8489, section = "10", text = "A redirection is authenticated where the request can be")
    @Requirement(
            rfc = 8489,
            section = "14.16",
            text = "ALTERNATE-DOMAIN names the host that the certificate of the alternate server is for")
    void theRedirectionIsSigned() {
        shard.server.redirect(new AlternateServers(List.of(IPV4), "turn.example.com"));

        StunMessage challenge =
                client.exchange(TestClient.udp(TestClient.begin(io.rift.protocol.turn.TurnMethod.ALLOCATE))
                        .encode());
        assertThat(challenge.get(StunAttributes.ERROR_CODE).code()).isEqualTo(401);
        StunMessage response = client.allocate();
        assertThat(response.verifyMessageIntegrity(client.key)).isTrue();
        assertThat(response.get(StunAttributes.ALTERNATE_DOMAIN)).isEqualTo("turn.example.com");
    }

    @Test
    void whatAClientHasHereItKeeps() {
        client.withAllocation();
        shard.server.redirect(new AlternateServers(List.of(IPV4), ""));

        assertSuccess(client.refresh(600));
        assertSuccess(client.createPermission(TestServer.PEER));
        assertSuccess(client.bindChannel(0x4000, TestServer.PEER));
        assertSuccess(client.exchange(TestClient.begin(StunMethod.BINDING).encode()));
        assertError(client.allocate(), ErrorCode.ALLOCATION_MISMATCH);
    }

    @Test
    void whoeverHasReservedAPortHereGetsItAndNobodyElse() {
        byte[] token = client.allocate(encoder -> encoder.add(TurnAttributes.EVEN_PORT, true))
                .get(TurnAttributes.RESERVATION_TOKEN);
        assertThat(token).isNotNull();
        shard.server.redirect(new AlternateServers(List.of(IPV4), ""));
        TransportAddress address = TransportAddress.parse("192.0.2.10:5001");
        TestClient bob = new TestClient(shard, address, "bob", "also secret");
        TestClient alice = TestClient.alice(shard, address);

        assertError(
                bob.allocate(encoder -> encoder.add(TurnAttributes.RESERVATION_TOKEN, token)), ErrorCode.TRY_ALTERNATE);
        assertError(
                alice.allocate(encoder -> encoder.add(TurnAttributes.RESERVATION_TOKEN, new byte[8])),
                ErrorCode.TRY_ALTERNATE);
        assertSuccess(alice.allocate(encoder -> encoder.add(TurnAttributes.RESERVATION_TOKEN, token)));
    }

    @Test
    void clientsOfAFamilyWithoutAnAlternateAreServed() {
        shard.server.redirect(new AlternateServers(List.of(IPV6), ""));

        assertSuccess(client.allocate());
    }

    @Test
    void withoutAlternatesClientsAreServedAgain() {
        shard.server.redirect(new AlternateServers(List.of(IPV4), ""));
        shard.server.redirect(AlternateServers.NONE);

        assertSuccess(client.allocate());
    }

    @Test
    void refusesAlternatesThatClientsCouldNotUse() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AlternateServers(List.of(IPV4, TransportAddress.parse("192.0.2.98:1")), ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AlternateServers(List.of(TransportAddress.parse("192.0.2.98:0")), ""));
        for (String domain : List.of("b\u00FCro.example", "a b", "a".repeat(256), "a_b")) {
            assertThatIllegalArgumentException().isThrownBy(() -> new AlternateServers(List.of(), domain));
        }
    }
}
