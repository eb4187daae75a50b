package io.rift.server.core.peerpolicy;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AddressRangesTest {

    @Test
    void containsExactlyTheAddressesOfItsBlocks() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 200; round++) {
            List<Cidr> blocks = new ArrayList<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                blocks.add(randomBlock(random));
            }
            AddressRanges ranges = AddressRanges.of(IpAddress.Family.IPV4, blocks);
            for (int i = 0; i < 200; i++) {
                long address = near(random, blocks);
                assertThat(ranges.contains(0, address))
                        .as("%s in %s", IpAddress.ofIpv4((int) address), blocks)
                        .isEqualTo(blocks.stream().anyMatch(block -> contains(block, address)));
            }
        }
    }

    @Test
    void comparesTheHalvesOfAnIpv6AddressAsUnsignedNumbers() {
        AddressRanges ranges = AddressRanges.of(
                IpAddress.Family.IPV6, List.of(Cidr.parse("ff00::/8"), Cidr.parse("2001:db8::8000:0:0:0/65")));

        assertThat(ranges.contains(0xFF02_0000_0000_0000L, 1)).isTrue();
        assertThat(ranges.contains(0xFE80_0000_0000_0000L, 1)).isFalse();
        assertThat(ranges.contains(0x2001_0DB8_0000_0000L, 0x8000_0000_0000_0000L))
                .isTrue();
        assertThat(ranges.contains(0x2001_0DB8_0000_0000L, 0x7FFF_FFFF_FFFF_FFFFL))
                .isFalse();
    }

    @Test
    void ignoresBlocksOfTheOtherFamily() {
        AddressRanges ranges = AddressRanges.of(IpAddress.Family.IPV4, List.of(Cidr.parse("::/0")));

        assertThat(ranges.contains(0, 1)).isFalse();
    }

    private static Cidr randomBlock(SplittableRandom random) {
        int length = random.nextInt(33);
        int mask = length == 0 ? 0 : -1 << (32 - length);
        // few distinct leading bits, so that blocks nest and touch
        int address = random.nextInt() & 0xC0C0_C0FF & mask;
        return new Cidr(IpAddress.ofIpv4(address), length);
    }

    private static long near(SplittableRandom random, List<Cidr> blocks) {
        if (blocks.isEmpty() || random.nextInt(4) == 0) {
            return Integer.toUnsignedLong(random.nextInt());
        }
        Cidr block = blocks.get(random.nextInt(blocks.size()));
        long edge = random.nextBoolean() ? block.prefix().low() : block.last().low();
        return edge + random.nextInt(-1, 2) & 0xFFFF_FFFFL;
    }

    private static boolean contains(Cidr block, long address) {
        return address >= block.prefix().low() && address <= block.last().low();
    }
}
