package io.rift.server.core.turn;

import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.quota.TurnLimits;

/**
 * What can change while a {@link TurnServer} runs.
 *
 * @param authenticator knows the users; its realm and the keys of its nonces should be those of the one before it
 * @param policy which peers may be reached
 * @param limits what the users may have and do, on this shard
 * @param alternates where clients are sent that want a new allocation
 */
public record TurnRules(
        Authenticator authenticator, PeerPolicy policy, TurnLimits limits, AlternateServers alternates) {}
