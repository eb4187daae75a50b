package io.rift.server.core.turn;

import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.Revocations;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.quota.Bounds;
import io.rift.server.core.quota.TurnLimits;
import java.util.List;
import java.util.Map;

/** What an operator does in a {@link ModelRun}, to the server and to the model alike. */
final class ModelOperator {
    /** Before and after what the clients talk to was denied, and allowed. */
    static final List<PeerPolicy> POLICIES = List.of(
            TestServer.POLICY,
            PeerPolicy.of(
                    List.of(Cidr.parse("198.51.100.0/24"), Cidr.parse("2001:db8:20::/48")),
                    List.of(Cidr.parse("198.51.100.1"), Cidr.parse("198.51.100.2"))),
            PeerPolicy.of(List.of(Cidr.parse("10.0.0.0/8")), List.of(Cidr.parse("2001:db8:20::/48"))),
            PeerPolicy.of(List.of(), List.of(Cidr.parse(TestServer.OWN.toString()))));

    static final List<TurnLimits> LIMITS = List.of(limits(4, 3, 3, 2), limits(6, 5, 4, 3), limits(2, 1, 1, 1));

    private final TestServer shard;
    private final TurnModel model;
    private Revocations revocations = Revocations.none();

    ModelOperator(TestServer shard, TurnModel model) {
        this.shard = shard;
        this.model = model;
    }

    private static TurnLimits limits(int allocations, int perUser, int permissions, int channels) {
        return TurnLimits.DEFAULTS
                .withMaxAllocations(allocations)
                .withMaxAllocationsPerUser(perUser)
                .withPermissions(new Bounds(1_000, 1_000, permissions))
                .withChannels(new Bounds(1_000, 1_000, channels));
    }

    void changePolicy(int index) {
        model.policy = POLICIES.get(index);
        changeRules();
    }

    void changeLimits(int index) {
        model.limits = LIMITS.get(index);
        changeRules();
    }

    /** As a reload does: with an authenticator of the same users and nonces. */
    private void changeRules() {
        Authenticator authenticator = new Authenticator(
                TestServer.REALM,
                Map.of("alice", "secret", "bob", "also secret"),
                TestServer.SECRETS,
                new Nonces(List.of(new byte[32]), Nonces.DEFAULT_LIFETIME_SECONDS));
        shard.server
                .administration()
                .changeRules(
                        new TurnRules(authenticator, model.policy, model.limits, AlternateServers.NONE),
                        shard.nowNanos());
        shard.drain();
    }

    void revoke(String account, long seconds, boolean endsAll) {
        revocations = revocations.with(account, shard.wallSeconds() + seconds, shard.wallSeconds());
        model.revokedUntilByName.put(account, model.now() + seconds);
        shard.server.administration().changeRevocations(revocations);
        if (endsAll) {
            shard.server.administration().endAllOf(account, shard.nowNanos());
            model.endAllOf(account);
        }
        shard.drain();
    }

    void takeBack(String account) {
        revocations = revocations.without(account);
        model.revokedUntilByName.remove(account);
        shard.server.administration().changeRevocations(revocations);
    }
}
