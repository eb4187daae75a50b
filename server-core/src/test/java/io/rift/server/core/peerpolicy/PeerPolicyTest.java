package io.rift.server.core.peerpolicy;

import static io.rift.server.core.peerpolicy.PeerPolicy.Verdict.DENIED;
import static io.rift.server.core.peerpolicy.PeerPolicy.Verdict.PERMITTED;
import static io.rift.server.core.peerpolicy.PeerPolicy.Verdict.SPECIAL_PURPOSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.conformance.Requirement;
import io.rift.protocol.IpAddress;
import io.rift.server.core.peerpolicy.PeerPolicy.Verdict;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerPolicyTest {
    private static final PeerPolicy BUILT_IN = PeerPolicy.builtIn();

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "0.1.2.3", "::", "::ffff:0.0.0.0", "64:ff9b::"})
    void thisHostCannotBeAllowed(String address) {
        PeerPolicy policy = PeerPolicy.of(List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0")), List.of());
        assertThat(policy.verdict(IpAddress.parse(address))).isEqualTo(SPECIAL_PURPOSE);
        assertThat(policy.permits(IpAddress.parse("127.0.0.1"))).isTrue();
        assertThat(policy.permits(IpAddress.parse("::1"))).isTrue();
    }

    /** Every row of https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0/8",
                "0.0.0.0/32",
                "10.0.0.0/8",
                "100.64.0.0/10",
                "127.0.0.0/8",
                "169.254.0.0/16",
                "172.16.0.0/12",
                "192.0.0.0/24",
                "192.0.0.0/29",
                "192.0.0.8/32",
                "192.0.0.9/32",
                "192.0.0.10/32",
                "192.0.0.170/32",
                "192.0.0.171/32",
                "192.0.2.0/24",
                "192.31.196.0/24",
                "192.52.193.0/24",
                "192.88.99.0/24",
                "192.88.99.2/32",
                "192.168.0.0/16",
                "192.175.48.0/24",
                "198.18.0.0/15",
                "198.51.100.0/24",
                "203.0.113.0/24",
                "224.0.0.0/4",
                "240.0.0.0/4",
                "255.255.255.255/32"
            })
    @Requirement(rfc = 8656, section = "21.2.2", text = "Addresses of special purpose are refused as peers")
    void refusesEveryIpv4BlockOfTheRegistryFromEndToEnd(String block) {
        assertRefused(Cidr.parse(block));
    }

    /** Every row of https://www.iana.org/assignments/iana-ipv6-special-registry but NAT64, and what is around it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "::1/128",
                "::/128",
                "64:ff9b:1::/48",
                "100::/64",
                "100:0:0:1::/64",
                "2001::/23",
                "2001::/32",
                "2001:1::1/128",
                "2001:1::2/128",
                "2001:1::3/128",
                "2001:2::/48",
                "2001:3::/32",
                "2001:4:112::/48",
                "2001:10::/28",
                "2001:20::/28",
                "2001:30::/28",
                "2001:db8::/32",
                "2002::/16",
                "2620:4f:8000::/48",
                "3fff::/20",
                "5f00::/16",
                "fc00::/7",
                "fe80::/10",
                "fec0::/10",
                "ff00::/8"
            })
    @Requirement(rfc = 8656, section = "21.2.2", text = "Addresses of special purpose are refused as peers")
    void refusesEveryIpv6BlockOfTheRegistryFromEndToEnd(String block) {
        assertRefused(Cidr.parse(block));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2000::1",
                "2001:200::1",
                "2001:db7:ffff::1",
                "2001:db9::1",
                "2606:4700::1111",
                "3ffe::1"
            })
    void permitsWhatLiesBesideThoseBlocks(String address) {
        assertThat(verdict(BUILT_IN, address)).isEqualTo(PERMITTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::ffff:127.0.0.1", // IPv4-mapped
                "::ffff:10.0.0.1",
                "::127.0.0.1", // IPv4-compatible
                "::8.8.8.8",
                "64:ff9b::10.0.0.1", // NAT64
                "64:ff9b::169.254.169.254",
                "64:ff9b:1::8.8.8.8", // local NAT64
                "2002:7f00:1::1", // 6to4
                "2002:808:808::1",
                "2001:0:808:808::80ff:fffe", // Teredo, client 127.0.0.1 inverted
                "2606:4700::5efe:10.0.0.1", // ISATAP
                "2606:4700::200:5efe:10.0.0.1"
            })
    @Requirement(rfc = 8656, section = "21.2.2", text = "Addresses of special purpose are refused as peers")
    void refusesAnIpv4AddressInAnIpv6Disguise(String address) {
        assertThat(verdict(BUILT_IN, address)).isEqualTo(SPECIAL_PURPOSE);
    }

    /** In each layout of RFC 6052 section 2.2: 8.8.8.10, 10.0.0.1, 0.8.8.10 and 9.9.9.9. */
    @ParameterizedTest
    @CsvSource({
        "64:ff9b:1::/48,         64:ff9b:1:808:8:a00::,       64:ff9b:1:a00:0:100::,      64:ff9b:1:8:8:a00::,"
                + "       64:ff9b:1:909:9:900::",
        "64:ff9b:1:ab00::/56,    64:ff9b:1:ab08:8:80a::,      64:ff9b:1:ab0a:0:1::,       64:ff9b:1:ab00:8:80a::,"
                + "    64:ff9b:1:ab09:9:909::",
        "64:ff9b:1::/64,         64:ff9b:1:0:8:808:a00:0,     64:ff9b:1:0:a:0:100:0,      64:ff9b:1:0:0:808:a00:0,"
                + "   64:ff9b:1:0:9:909:900:0",
        "64:ff9b:1:abcd::/64,    64:ff9b:1:abcd:8:808:a00:0,  64:ff9b:1:abcd:a:0:100:0,   64:ff9b:1:abcd:0:808:a00:0,"
                + " 64:ff9b:1:abcd:9:909:900:0",
        "64:ff9b:1:abcd:1::/96,  64:ff9b:1:abcd:1::8.8.8.10,  64:ff9b:1:abcd:1::10.0.0.1, 64:ff9b:1:abcd:1::0.8.8.10,"
                + " 64:ff9b:1:abcd:1::9.9.9.9",
        "64:ff9b:1:0:8:808::/96, 64:ff9b:1::8:808:8.8.8.10,   64:ff9b:1::8:808:10.0.0.1,  64:ff9b:1::8:808:0.8.8.10,"
                + " 64:ff9b:1::8:808:9.9.9.9",
    })
    void anAllowedBlockOfALocalNat64SaysHowLongItsPrefixIs(
            String prefix, String outward, String inward, String thisHost, String denied) {
        PeerPolicy allowed = policy(List.of(prefix), List.of("9.9.9.0/24"));

        assertThat(verdict(BUILT_IN, outward)).isEqualTo(SPECIAL_PURPOSE);
        assertThat(verdict(allowed, outward)).isEqualTo(PERMITTED);
        assertThat(verdict(allowed, inward)).isEqualTo(SPECIAL_PURPOSE);
        assertThat(verdict(allowed, thisHost)).isEqualTo(SPECIAL_PURPOSE);
        assertThat(verdict(allowed, denied)).isEqualTo(DENIED);
        assertThat(verdict(policy(List.of(prefix, "10.0.0.0/8"), List.of()), inward))
                .isEqualTo(PERMITTED);
        assertThat(allowed.carries(IpAddress.parse(outward), ipv4 -> ipv4 == 0x0808_080A))
                .isTrue();
        assertThat(allowed.carries(IpAddress.parse(outward), ipv4 -> ipv4 != 0x0808_080A))
                .isFalse();
    }

    @Test
    void aBlockOfALocalNat64BetweenTheLengthsStandsForTheNextLongerPrefix() {
        for (String block : List.of("64:ff9b:1::/49", "64:ff9b:1::/56")) {
            assertThat(verdict(policy(List.of(block), List.of()), "64:ff9b:1:8:8:80a::"))
                    .isEqualTo(PERMITTED);
        }
        for (String block : List.of("64:ff9b:1::/57", "64:ff9b:1::/64")) {
            assertThat(verdict(policy(List.of(block), List.of()), "64:ff9b:1:0:8:808:a00:0"))
                    .isEqualTo(PERMITTED);
        }
        for (String block :
                List.of("64:ff9b:1::/65", "64:ff9b:1::/96", "64:ff9b:1::8.8.8.0/120", "64:ff9b:1::8.8.8.10")) {
            assertThat(verdict(policy(List.of(block), List.of()), "64:ff9b:1::8.8.8.10"))
                    .isEqualTo(PERMITTED);
        }
    }

    @Test
    void theLongestAllowedBlockAroundALocalNat64sAddressCounts() {
        PeerPolicy policy = policy(List.of("64:ff9b:1::/48", "64:ff9b:1:808:8:a00::/96"), List.of());

        assertThat(verdict(policy, "64:ff9b:1:808:8:b00:a00:1")).isEqualTo(PERMITTED);
        assertThat(verdict(policy, "64:ff9b:1:808:8:a00:a00:1")).isEqualTo(SPECIAL_PURPOSE);
    }

    /** It does not say how long the prefix is, so nobody knows where such an address leads. */
    @ParameterizedTest
    @ValueSource(strings = {"::/0", "64:ff9b::/32", "64:ff9b::/47"})
    void aBlockLargerThanAllLocalNat64sAllowsNone(String block) {
        PeerPolicy policy = policy(List.of(block), List.of());

        for (String address : List.of(
                "64:ff9b:1::8.8.8.10", "64:ff9b:1:808:8:a00::", "64:ff9b:1:8:8:80a::", "64:ff9b:1:0:8:808:a00:0")) {
            assertThat(verdict(policy, address)).as(address).isEqualTo(SPECIAL_PURPOSE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2606:4700::5efe:8.8.8.8"})
    void judgesATranslatedAddressByTheIpv4AddressInside(String address) {
        assertThat(verdict(BUILT_IN, address)).isEqualTo(PERMITTED);
    }

    @Test
    void anAllowedBlockIsAnExceptionFromTheBuiltInList() {
        PeerPolicy policy = policy(List.of("10.1.0.0/16", "fd00:1::/32"), List.of());

        assertThat(verdict(policy, "10.1.2.3")).isEqualTo(PERMITTED);
        assertThat(verdict(policy, "::ffff:10.1.2.3")).isEqualTo(PERMITTED);
        assertThat(verdict(policy, "fd00:1::1")).isEqualTo(PERMITTED);
        assertThat(verdict(policy, "10.2.0.0")).isEqualTo(SPECIAL_PURPOSE);
        assertThat(verdict(policy, "fd00:2::1")).isEqualTo(SPECIAL_PURPOSE);
    }

    @Test
    void aDeniedBlockWinsOverAnAllowedOneWhicheverIsLarger() {
        PeerPolicy inside = policy(List.of("10.0.0.0/8"), List.of("10.1.0.0/16"));
        PeerPolicy around = policy(List.of("10.1.0.0/16"), List.of("10.0.0.0/8"));

        assertThat(verdict(inside, "10.1.2.3")).isEqualTo(DENIED);
        assertThat(verdict(inside, "10.2.2.3")).isEqualTo(PERMITTED);
        assertThat(verdict(around, "10.1.2.3")).isEqualTo(DENIED);
    }

    @Test
    void aDeniedBlockIsDeniedInEveryDisguise() {
        PeerPolicy policy = policy(List.of("2002::/16", "::/96", "2001::/32"), List.of("8.8.0.0/16"));

        for (String address : List.of(
                "8.8.8.8",
                "::ffff:8.8.8.8",
                "::8.8.8.8",
                "64:ff9b::8.8.8.8",
                "64:ff9b:1::8.8.8.8",
                "64:ff9b:1:808:8:800::", // RFC 6052 section 2.2, behind 48 bits
                "64:ff9b:1:808:8:800:909:909",
                "64:ff9b:1:8:8:808::", // 56
                "64:ff9b:1:0:8:808:800::", // 64
                "2002:808:808::1",
                "2001:0:102:304::f7f7:f7f7",
                "2606:4700::5efe:8.8.8.8")) {
            assertThat(verdict(policy, address)).as(address).isEqualTo(DENIED);
        }
        assertThat(verdict(policy, "8.9.8.8")).isEqualTo(PERMITTED);
    }

    @Test
    void aBlockOfMappedAddressesMeansTheIpv4BlockInside() {
        PeerPolicy policy = policy(List.of(), List.of("::ffff:8.8.0.0/112"));

        assertThat(verdict(policy, "8.8.1.1")).isEqualTo(DENIED);
        assertThat(verdict(policy, "::ffff:8.8.1.1")).isEqualTo(DENIED);
        assertThat(verdict(policy, "8.9.1.1")).isEqualTo(PERMITTED);
    }

    @Test
    void aBlockThatCoversAllMappedAddressesDeniesThem() {
        PeerPolicy policy = policy(List.of(), List.of("::/0"));

        assertThat(verdict(policy, "::ffff:8.8.1.1")).isEqualTo(DENIED);
        assertThat(verdict(policy, "2606:4700::1111")).isEqualTo(DENIED);
        assertThat(verdict(policy, "8.8.1.1")).isEqualTo(PERMITTED);
    }

    @Test
    void theListsAreBounded() {
        List<Cidr> tooMany = Collections.nCopies(PeerPolicy.MAX_BLOCKS + 1, Cidr.parse("10.0.0.0/8"));

        assertThatThrownBy(() -> PeerPolicy.of(List.of(), tooMany))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("denied");
    }

    private static void assertRefused(Cidr block) {
        assertThat(BUILT_IN.verdict(block.prefix())).isEqualTo(SPECIAL_PURPOSE);
        assertThat(BUILT_IN.verdict(block.last())).isEqualTo(SPECIAL_PURPOSE);
    }

    private static Verdict verdict(PeerPolicy policy, String address) {
        return policy.verdict(IpAddress.parse(address));
    }

    private static PeerPolicy policy(List<String> allowed, List<String> denied) {
        return PeerPolicy.of(
                allowed.stream().map(Cidr::parse).toList(),
                denied.stream().map(Cidr::parse).toList());
    }

    @Test
    void portsAreDeniedOneByOneWhateverTheAddress() {
        PeerPolicy policy = PeerPolicy.builtIn()
                .denying(DeniedPorts.NONE.with(53, 53).with(137, 139).with(65_535, 65_535));

        for (int port = 0; port <= 65_535; port++) {
            boolean denied = port == 53 || (port >= 137 && port <= 139) || port == 65_535;
            assertThat(policy.deniesPort(port)).as("port %s", port).isEqualTo(denied);
        }
        assertThat(policy.verdict(IpAddress.parse("10.0.0.1"))).isEqualTo(PeerPolicy.Verdict.SPECIAL_PURPOSE);
        assertThat(PeerPolicy.builtIn().deniesPort(53)).isFalse();
        assertThatThrownBy(() -> DeniedPorts.NONE.with(9, 8)).hasMessageContaining("9-8");
        assertThatThrownBy(() -> DeniedPorts.NONE.with(1, 65_536)).hasMessageContaining("no range of ports");
    }
}
