package io.rift.server.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AddressTableTest {
    private final AddressTable<String> table = new AddressTable<>(1);

    @Test
    void findsAValueByTheAddressOrByItsParts() {
        TransportAddress key = TransportAddress.parse("[2001:db8::1]:3478");
        table.put(key, "value");

        assertThat(table.get(TransportAddress.parse("[2001:db8::1]:3478"))).isEqualTo("value");
        assertThat(table.get(IpAddress.Family.IPV6, 0x20010DB8_00000000L, 1, 3478))
                .isEqualTo("value");
    }

    @Test
    void keysThatDifferInAnyPartAreDifferent() {
        table.put(TransportAddress.parse("192.0.2.1:3478"), "value");

        for (String other :
                List.of("192.0.2.2:3478", "192.0.2.1:3479", "[::c000:201]:3478", "[::ffff:192.0.2.1]:3478")) {
            assertThat(table.get(TransportAddress.parse(other))).as(other).isNull();
        }
    }

    @Test
    void behavesLikeAHashMapUnderRandomUse() {
        SplittableRandom random = new SplittableRandom(5);
        Map<TransportAddress, String> expected = new HashMap<>();
        for (int step = 0; step < 50_000; step++) {
            TransportAddress key = randomAddress(random);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    table.put(key, "value " + step);
                    expected.put(key, "value " + step);
                }
                case 2 -> {
                    table.remove(key);
                    expected.remove(key);
                }
                default -> assertThat(table.get(key)).isEqualTo(expected.get(key));
            }
            assertThat(table.size()).isEqualTo(expected.size());
        }
        List<String> values = new ArrayList<>();
        table.forEach(values::add);
        assertThat(values).containsExactlyInAnyOrderElementsOf(expected.values());
    }

    @Test
    void whatMeetsAConditionCanBeRemoved() {
        for (int port = 1; port <= 100; port++) {
            table.put(TestClient.ipv4(1, port), port % 2 == 0 ? "even" : "odd");
        }
        table.removeIf(value -> value.equals("odd"));

        assertThat(table.size()).isEqualTo(50);
        assertThat(table.get(TestClient.ipv4(1, 1))).isNull();
        assertThat(table.get(TestClient.ipv4(1, 2))).isEqualTo("even");
    }

    /** Neighbouring addresses and ports are what a table sees; they must not end up in few buckets. */
    @Test
    void neighbouringKeysAreSpreadOut() {
        AddressTable<Integer> neighbours = new AddressTable<>(1);
        int keys = 1 << 14;
        for (int i = 0; i < keys; i++) {
            neighbours.put(TransportAddress.ofIpv4(0x0A000000 + i / 64, 49152 + i % 64), i);
        }

        assertThat(neighbours.longestChain()).isLessThan(12);
    }

    /** Where a hash is a sum of known products, whoever has an IPv6 /64 can find an address to every port that adds up. */
    @Test
    void addressesThatCollideUnderAHashWithoutAKeyAreSpreadOut() {
        long addressFactor = 0x9E3779B97F4A7C15L;
        long portFactor = 0xC2B2AE3D27D4EB4FL;
        long inverse = addressFactor; // of an odd number modulo 2^64, by Newton's method
        for (int i = 0; i < 6; i++) {
            inverse *= 2 - addressFactor * inverse;
        }
        AddressTable<Integer> colliding = new AddressTable<>(new SplittableRandom(7).nextLong());
        long network = 0x20010DB8_00000000L;
        int keys = 1 << 14;
        for (int port = 1; port <= keys; port++) {
            long low = -port * portFactor * inverse;
            assertThat((network * 31 + low) * addressFactor + port * portFactor)
                    .isEqualTo(network * 31 * addressFactor);
            colliding.put(new TransportAddress(IpAddress.ofIpv6(network, low), port), port);
        }

        assertThat(colliding.longestChain()).isLessThan(12);
    }

    @Test
    void whichAddressesShareABucketDependsOnTheKey() {
        AddressTable<Integer> one = new AddressTable<>(1);
        AddressTable<Integer> other = new AddressTable<>(2);
        for (int i = 0; i < 100; i++) {
            one.put(TestClient.ipv4(1, 1 + i), i);
            other.put(TestClient.ipv4(1, 1 + i), i);
        }

        assertThat(one.toList()).isNotEqualTo(other.toList()).containsExactlyInAnyOrderElementsOf(other.toList());
    }

    private static TransportAddress randomAddress(SplittableRandom random) {
        int port = random.nextInt(10);
        return random.nextBoolean()
                ? TransportAddress.ofIpv4(random.nextInt(20), port)
                : new TransportAddress(IpAddress.ofIpv6(random.nextInt(3), random.nextInt(7)), port);
    }
}
