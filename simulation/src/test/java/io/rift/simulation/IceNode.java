package io.rift.simulation;

import io.rift.peer.core.ice.Candidate;
import io.rift.peer.core.ice.CandidatePair;
import io.rift.peer.core.ice.Gatherer;
import io.rift.peer.core.ice.GathererOutput;
import io.rift.peer.core.ice.IceAgent;
import io.rift.peer.core.ice.IceConfig;
import io.rift.peer.core.ice.IceCredentials;
import io.rift.peer.core.ice.IceFailure;
import io.rift.peer.core.ice.IceOutput;
import io.rift.peer.core.ice.Role;
import io.rift.peer.core.turn.RelayedDatagram;
import io.rift.peer.core.turn.TurnClient;
import io.rift.peer.core.turn.TurnCredentials;
import io.rift.peer.core.turn.TurnOutput;
import io.rift.protocol.Demultiplexer;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.simulation.network.Host;
import io.rift.simulation.network.VirtualTime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The least that finds a path: one socket, a gatherer, a TURN client and an agent, joined to its like by a signalling
 * that takes its time. No rendezvous, no encryption: what fails here is ICE or TURN.
 */
final class IceNode {
    private static final long SIGNALLING_NANOS = Duration.ofMillis(30).toNanos();

    private final VirtualTime time;
    private final Host host;
    private final Host.UdpSocket socket;
    private final Gatherer gatherer;
    private final TurnClient turn;
    private final IceAgent agent;
    private final VirtualTime.Timer timer;
    private final List<String> received = new ArrayList<>();
    private @Nullable IceNode remote;
    private @Nullable IceFailure failure;

    IceNode(
            VirtualTime time,
            Host host,
            TransportAddress turnServer,
            TurnCredentials credentials,
            Role role,
            RandomGenerator random) {
        this.time = time;
        this.host = host;
        this.socket = host.bind(this::onDatagram);
        this.gatherer = new Gatherer(socket.local(), random);
        this.turn = new TurnClient(turnServer, credentials, random);
        this.agent = new IceAgent(IceConfig.DEFAULT, role, IceCredentials.random(random), random);
        this.timer = time.timer(this::onTimeout);
    }

    void start(IceNode remote, List<TransportAddress> stunServers) {
        this.remote = remote;
        signal(() -> remote.agent.remoteCredentials(agent.localCredentials(), time.nowNanos()));
        gatherer.start(List.of(host.address()), stunServers, time.nowNanos());
        turn.allocate(time.nowNanos());
        drain();
    }

    @Nullable CandidatePair selectedPair() {
        return agent.selectedPair();
    }

    @Nullable IceFailure failure() {
        return failure;
    }

    /** Texts that arrived along a path that a check has proved. */
    List<String> received() {
        return received;
    }

    void send(String text) {
        CandidatePair pair = agent.selectedPair();
        if (pair != null) {
            send(pair.isViaRelay(), pair.remoteAddress(), ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private void onDatagram(TransportAddress source, ByteBuffer datagram) {
        boolean fromServer = source.equals(turn.server());
        switch (Demultiplexer.classify(datagram)) {
            case STUN -> {
                StunMessage message = StunMessage.parse(datagram);
                if (message != null && fromServer && message.method() != StunMethod.BINDING) {
                    RelayedDatagram relayed = turn.handleStun(message, time.nowNanos());
                    if (relayed != null) {
                        onRelayed(relayed.peer(), relayed.payload());
                    }
                } else if (message != null) {
                    onBinding(socket.local(), source, message);
                }
            }
            case CHANNEL_DATA -> {
                TransportAddress peer = fromServer ? turn.handleChannelData(datagram) : null;
                if (peer != null) {
                    onRelayed(peer, datagram);
                }
            }
            case HANDSHAKE, COOKIE, ENCRYPTED_PAYLOAD, PEER_RELAYED, UNKNOWN ->
                onData(socket.local(), source, datagram);
        }
        drain();
    }

    private void onRelayed(TransportAddress peer, ByteBuffer datagram) {
        TransportAddress base = turn.relayedAddress();
        if (base == null) {
            return;
        }
        StunMessage message =
                Demultiplexer.classify(datagram) == Demultiplexer.Kind.STUN ? StunMessage.parse(datagram) : null;
        if (message != null) {
            onBinding(base, peer, message);
        } else {
            onData(base, peer, datagram);
        }
    }

    private void onBinding(TransportAddress base, TransportAddress from, StunMessage message) {
        boolean mine = message.messageClass() == MessageClass.REQUEST || agent.awaits(message.transactionId());
        if (mine) {
            agent.handleStun(base, from, message, time.nowNanos());
        } else {
            gatherer.handleStun(from, message, time.nowNanos());
        }
    }

    private void onData(TransportAddress base, TransportAddress from, ByteBuffer datagram) {
        if (agent.isValidPath(base, from)) {
            received.add(StandardCharsets.US_ASCII.decode(datagram).toString());
        }
    }

    private void onTimeout() {
        gatherer.handleTimeout(time.nowNanos());
        turn.handleTimeout(time.nowNanos());
        agent.handleTimeout(time.nowNanos());
        drain();
    }

    private void drain() {
        boolean more = true;
        while (more) {
            GathererOutput gathered = gatherer.poll();
            TurnOutput relay = turn.poll();
            IceOutput ice = agent.poll();
            if (gathered != null) {
                handle(gathered);
            }
            if (relay != null) {
                handle(relay);
            }
            if (ice != null) {
                handle(ice);
            }
            more = gathered != null || relay != null || ice != null;
        }
        long next = earlier(earlier(gatherer.nextTimeoutNanos(), turn.nextTimeoutNanos()), agent.nextTimeoutNanos());
        if (next == IceAgent.NEVER) {
            timer.cancel();
        } else {
            timer.set(next);
        }
    }

    private static long earlier(long one, long other) {
        if (one == IceAgent.NEVER || other == IceAgent.NEVER) {
            return one == IceAgent.NEVER ? other : one;
        }
        return one - other < 0 ? one : other;
    }

    private void handle(GathererOutput output) {
        switch (output) {
            case GathererOutput.Transmit transmit -> socket.send(transmit.to(), transmit.datagram());
            case GathererOutput.Gathered gathered -> {
                Candidate candidate = gathered.candidate();
                agent.addLocalCandidate(candidate, time.nowNanos());
                signal(() ->
                        remote().agent.addRemoteCandidate(Candidate.remote(candidate.toSignal()), time.nowNanos()));
            }
            case GathererOutput.Withdrawn withdrawn ->
                agent.removeLocalCandidate(withdrawn.candidate(), time.nowNanos());
            case GathererOutput.GatheringComplete complete -> {
                agent.endOfLocalCandidates(time.nowNanos());
                signal(() -> remote().agent.endOfRemoteCandidates(time.nowNanos()));
            }
            case GathererOutput.MappedAddressChanged changed -> {}
            case GathererOutput.NatKindChanged changed -> {}
        }
    }

    private void handle(TurnOutput output) {
        switch (output) {
            case TurnOutput.Transmit transmit -> socket.send(turn.server(), transmit.datagram());
            case TurnOutput.Allocated allocated -> gatherer.allocated(allocated.relayedAddress(), turn.server());
            case TurnOutput.AllocationLost lost -> gatherer.allocationLost(lost.relayedAddress());
            case TurnOutput.PermissionInstalled installed ->
                agent.permissionInstalled(installed.peer(), time.nowNanos());
            case TurnOutput.PermissionRefused refused -> agent.permissionRefused(refused.peer(), time.nowNanos());
            case TurnOutput.AllocationFailed failed -> throw new IllegalStateException(failed.toString());
            case TurnOutput.ChannelBound bound -> {}
            case TurnOutput.ChannelRefused refused -> throw new IllegalStateException(refused.toString());
            case TurnOutput.CredentialsNeeded needed -> throw new IllegalStateException("credentials refused");
            case TurnOutput.Closed closed -> {}
        }
    }

    private void handle(IceOutput output) {
        switch (output) {
            case IceOutput.Transmit transmit -> send(transmit.isViaRelay(), transmit.to(), transmit.datagram());
            case IceOutput.PermissionNeeded needed -> turn.requestPermission(needed.peer(), time.nowNanos());
            case IceOutput.Nominated nominated -> {
                if (nominated.pair().isViaRelay()) {
                    turn.bindChannel(nominated.pair().remoteAddress(), time.nowNanos());
                }
            }
            case IceOutput.Failed failed -> failure = failed.failure();
            case IceOutput.PairValidated validated -> {}
            case IceOutput.PathSelected selected -> {}
            case IceOutput.PathLost lost -> {}
            case IceOutput.RoleSwitched switched -> {}
        }
    }

    private void send(boolean viaRelay, TransportAddress to, ByteBuffer datagram) {
        if (!viaRelay) {
            socket.send(to, datagram);
            return;
        }
        ByteBuffer wrapped = ByteBuffer.allocate(
                        TurnClient.HEADROOM_BYTES + datagram.remaining() + TurnClient.TAILROOM_BYTES)
                .position(TurnClient.HEADROOM_BYTES)
                .put(datagram.duplicate())
                .flip()
                .position(TurnClient.HEADROOM_BYTES);
        if (turn.wrap(wrapped, to, time.nowNanos())) {
            socket.send(turn.server(), wrapped);
        }
    }

    private void signal(Runnable toRemote) {
        time.after(SIGNALLING_NANOS, () -> {
            toRemote.run();
            remote().drain();
        });
    }

    private IceNode remote() {
        if (remote == null) {
            throw new IllegalStateException("not started");
        }
        return remote;
    }
}
