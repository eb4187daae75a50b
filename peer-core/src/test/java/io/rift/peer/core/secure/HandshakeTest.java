package io.rift.peer.core.secure;

import static io.rift.peer.core.secure.HandshakePair.PERFECT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HandshakeTest {

    @Test
    void twoHonestPeersEstablishAndExchangePayloadsBothWays() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.run();

        assertThat(pair.alice.session).isNotNull();
        assertThat(pair.bob.session).isNotNull();
        pair.send(pair.alice, pair.alice.session, "hello Bob");
        pair.send(pair.bob, pair.bob.session, "hello Alice");
        pair.run();

        assertThat(pair.bob.texts()).containsExactly("hello Bob");
        assertThat(pair.alice.texts()).containsExactly("hello Alice");
        assertThat(pair.alice.session.remoteId()).isEqualTo(TestParty.bob().peerId());
        assertThat(pair.bob.session.remoteId()).isEqualTo(TestParty.alice().peerId());
        assertThat(pair.alice.handshake.drops().snapshot()).isEmpty();
        assertThat(pair.bob.handshake.drops().snapshot()).isEmpty();
    }
}
