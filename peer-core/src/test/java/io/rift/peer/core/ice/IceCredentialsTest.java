package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;

class IceCredentialsTest {

    // RFC 8445 section 5.3: at least 24 bits of randomness in the fragment, 128 in the password; 6 bits in a character
    @Test
    void freshOnesHaveTheRandomnessThatRfc8445AsksFor() {
        Random random = new Random(1);
        IceCredentials one = IceCredentials.random(random);
        IceCredentials other = IceCredentials.random(random);

        assertThat(one).isNotEqualTo(other);
        assertThat(one.usernameFragment().length() * 6).isGreaterThanOrEqualTo(24);
        assertThat(one.password().length() * 6).isGreaterThanOrEqualTo(128);
        assertThat(IceCredentials.isValid(one.usernameFragment(), one.password()))
                .isTrue();
    }

    @Test
    void lengthsAndCharactersAreThoseOfRfc8839() {
        String password = "p".repeat(22);
        assertThat(IceCredentials.isValid("abcd", password)).isTrue();
        assertThat(IceCredentials.isValid("a+/9".repeat(64), password.repeat(11)))
                .isTrue();

        assertThat(IceCredentials.isValid("abc", password)).isFalse();
        assertThat(IceCredentials.isValid("abcd", "p".repeat(21))).isFalse();
        assertThat(IceCredentials.isValid("a".repeat(257), password)).isFalse();
        assertThat(IceCredentials.isValid("ab:d", password)).isFalse();
        assertThat(IceCredentials.isValid("abc\u00e9", password)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new IceCredentials("abc", password));
    }

    @Test
    void theirTextTellsNoPassword() {
        IceCredentials credentials = IceCredentials.random(new Random(1));

        assertThat(credentials.toString())
                .contains(credentials.usernameFragment())
                .doesNotContain(credentials.password());
    }
}
