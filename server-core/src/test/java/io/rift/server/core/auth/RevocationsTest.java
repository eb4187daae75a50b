package io.rift.server.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.protocol.stun.MessageIntegrity;
import org.junit.jupiter.api.Test;

class RevocationsTest {
    private static final User CAROL = user("1000:carol", "carol");

    @Test
    void aNameCoversEveryCredentialOfItAndAUserNameOnlyThatOne() {
        Revocations byAccount = Revocations.none().with("carol", 500, 0);
        Revocations byUsername = Revocations.none().with("1000:carol", 500, 0);
        User later = user("2000:carol", "carol");

        assertThat(byAccount.cover(CAROL, 499)).isTrue();
        assertThat(byAccount.cover(later, 499)).isTrue();
        assertThat(byUsername.cover(CAROL, 499)).isTrue();
        assertThat(byUsername.cover(later, 499)).isFalse();
        assertThat(byAccount.cover(user("1000:caroline", "caroline"), 0)).isFalse();
    }

    @Test
    void itEndsByItselfOrWhenItIsTakenBack() {
        Revocations revocations = Revocations.none().with("carol", 500, 0);

        assertThat(revocations.cover(CAROL, 500)).isFalse();
        assertThat(revocations.without("carol").cover(CAROL, 0)).isFalse();
        assertThat(revocations.cover(CAROL, 0)).as("immutable").isTrue();
    }

    @Test
    void theirNumberIsBoundedAndThoseThatHaveEndedMakeRoom() {
        Revocations revocations = Revocations.none();
        for (int i = 0; i < Revocations.MAX_ENTRIES; i++) {
            revocations = revocations.with("user " + i, i == 0 ? 10 : 20, 0);
        }
        Revocations full = revocations;

        assertThatThrownBy(() -> full.with("one more", 20, 0)).isInstanceOf(IllegalStateException.class);
        assertThat(full.with("user 5", 30, 0).untilSecondsByName()).containsEntry("user 5", 30L);
        assertThat(full.with("one more", 20, 10).untilSecondsByName())
                .hasSize(Revocations.MAX_ENTRIES)
                .doesNotContainKey("user 0");
    }

    private static User user(String name, String account) {
        return new User(name, account, MessageIntegrity.SHA1, new byte[16], 1000);
    }
}
