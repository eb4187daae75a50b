package io.rift.server.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToldAddressTest {
    @ParameterizedTest
    @CsvSource({"192.0.2.1, 192.0.2.1", "2001:db8::1, 2001:db8::1", "[2001:db8::1], 2001:db8::1"})
    void theLiteralThatAProxySaidIsAnAddress(String said, String literal) {
        InetSocketAddress known = ToldAddress.known(InetSocketAddress.createUnresolved(said, 4711));
        assertThat(known).isEqualTo(new InetSocketAddress(literal, 4711));
        assertThat(known.isUnresolved()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "localhost", "_hidden", "[]", "192.0.2.1.2"})
    void whatIsNoLiteralIsNobodyAndIsNotLookedUp(String said) {
        assertThat(ToldAddress.known(InetSocketAddress.createUnresolved(said, 4711)))
                .isEqualTo(new InetSocketAddress("0.0.0.0", 0));
    }

    @Test
    void theSocketsOwnAddressIsTakenAsItIs() {
        InetSocketAddress address = new InetSocketAddress("192.0.2.1", 4711);
        assertThat(ToldAddress.known(address)).isSameAs(address);
        assertThat(ToldAddress.known(null)).isEqualTo(new InetSocketAddress("0.0.0.0", 0));
    }
}
