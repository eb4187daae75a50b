package io.rift.server.reload;

import static io.rift.server.config.ConfigurationException.naming;

import io.rift.server.config.ConfigurationException;
import io.rift.server.config.LimitProperties;
import io.rift.server.config.NonceSecrets;
import io.rift.server.config.TurnDefences;
import io.rift.server.config.TurnProperties;
import io.rift.server.config.TurnSecrets;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.turn.TurnRules;
import java.util.List;
import java.util.Map;

/** Makes the rules of the relay from the settings, at start and at each reload. */
public final class RuleFactory {
    private final String realm;
    private final NonceSecrets nonceSecrets;

    /**
     * A factory.
     *
     * @param realm stays the same, as clients keep keys that were computed with it
     * @param nonceSecrets stays the same, so that no nonce becomes stale by a reload
     */
    public RuleFactory(String realm, NonceSecrets nonceSecrets) {
        this.realm = realm;
        this.nonceSecrets = nonceSecrets;
    }

    /**
     * The rules of the node as a whole.
     *
     * @throws ConfigurationException if a setting is out of its range
     */
    public TurnRules rules(TurnProperties turn, TurnDefences defences, LimitProperties limits, TurnSecrets secrets) {
        SharedSecrets shared = naming("rift.turn.shared-secrets", () -> new SharedSecrets(secrets.all()));
        Nonces nonces = naming("rift.turn.nonce-secrets", nonceSecrets::nonces);
        var _ = naming("rift.turn.realm", () -> new Authenticator(realm, Map.of(), shared, nonces));
        var _ = naming("rift.turn.allowed-peers", () -> PeerPolicy.of(turn.allowedPeers(), List.of()));
        return new TurnRules(
                naming("rift.turn.users", () -> new Authenticator(realm, turn.users(), shared, nonces)),
                naming("rift.turn.denied-peers", () -> PeerPolicy.of(turn.allowedPeers(), turn.deniedPeers()))
                        .denying(defences.ports()),
                limits.limits(turn),
                defences.alternates());
    }
}
