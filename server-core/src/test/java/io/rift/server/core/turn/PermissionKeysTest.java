package io.rift.server.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.StunMessage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PermissionKeysTest {
    private static final long HASH_KEY = 0x5DEECE66DL;

    /** Java's own hash of all of them is the same, and a table that used it would compare each with each. */
    @Test
    void addressesThatAClientMadeToCollideCostNoMoreThanOthers() {
        long prefix = IpAddress.parse("2001:db8:20::").high();
        List<TransportAddress> colliding = IntStream.range(0, StunMessage.MAX_ATTRIBUTES)
                .mapToObj(i -> new TransportAddress(IpAddress.ofIpv6(prefix, (long) i << Integer.SIZE | i), 0))
                .toList();
        assertThat(colliding.stream().map(TransportAddress::hashCode).distinct())
                .hasSize(1);

        PermissionKeys keys = new PermissionKeys(colliding, HASH_KEY);

        assertThat(keys.inOrder()).isEqualTo(colliding);
        assertThat(keys.longestChain()).isLessThan(10);
    }

    @Test
    void eachAddressIsThereOnceAndWhereItCameFirst() {
        List<TransportAddress> peers =
                List.of(TestClient.ipv4(3, 1), TestClient.ipv4(1, 1), TestClient.ipv4(3, 2), TestClient.ipv4(2, 1));

        assertThat(new PermissionKeys(peers, HASH_KEY).inOrder())
                .containsExactly(TestClient.ipv4(3, 0), TestClient.ipv4(1, 0), TestClient.ipv4(2, 0));
    }
}
