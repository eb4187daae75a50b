package io.rift.peer.core.session;

import io.rift.peer.core.ice.Candidate;
import io.rift.peer.core.ice.CandidatePair;
import io.rift.peer.core.ice.IceAgent;
import io.rift.peer.core.ice.IceCredentials;
import io.rift.peer.core.ice.IceFailure;
import io.rift.peer.core.ice.IceOutput;
import io.rift.peer.core.ice.Role;
import io.rift.peer.core.secure.Handshake;
import io.rift.peer.core.secure.HandshakeContext;
import io.rift.peer.core.secure.HandshakeFailure;
import io.rift.peer.core.secure.HandshakeOutput;
import io.rift.peer.core.secure.Introduction;
import io.rift.peer.core.secure.OpenedPayload;
import io.rift.peer.core.secure.SecureSession;
import io.rift.peer.core.secure.SignedCapabilities;
import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.rendezvous.IceCandidate;
import io.rift.protocol.rendezvous.NatKind;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.PeerParameters;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.RendezvousProtocol;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.protocol.stun.StunMessage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One session of the rendezvous seen from one side: the exchange of introductions and candidates, the ICE agent that
 * finds a path, and the handshake that runs on the first one. A connection has one at a time; when the server forgets it,
 * or when both peers call at once, another takes its place.
 */
final class Attempt {

    /** What the connection wants to know. */
    interface Listener {
        void pathSelected(CandidatePair pair);

        void pathLost();

        void nominated();

        void iceFailed(IceFailure failure);

        void established(SecureSession session);

        void received(OpenedPayload payload);

        void handshakeFailed(HandshakeFailure failure);
    }

    /** How long an introduction waits for server-reflexive candidates, so that most calls need one message. */
    private static final long HEAD_START_NANOS = 200_000_000L;

    private record WaitingFragment(TransportAddress base, TransportAddress from, ByteBuffer datagram) {}

    private final Environment environment;
    private final Listener listener;
    private final PeerId peer;
    private final SessionId session;
    private final boolean caller;
    private final int receiverIndex;
    private final Octets nonce;
    private final SignedCapabilities capabilities;
    private final IceAgent agent;

    private long introduceAtNanos;
    private boolean introduced;
    private boolean sessionOver;
    private boolean endSignalled;
    private final Queue<Candidate> unsignalled = new ArrayDeque<>();
    private final Map<CandidateType, Integer> localCandidates = new EnumMap<>(CandidateType.class);
    private final Map<CandidateType, Integer> remoteCandidates = new EnumMap<>(CandidateType.class);
    private NatKind remoteNatKind = NatKind.UNKNOWN;
    private @Nullable HandshakeContext context;
    private @Nullable Handshake handshake;
    private final Queue<WaitingFragment> waitingFragments = new ArrayDeque<>();

    /**
     * Begins an attempt with all candidates that there are. It introduces itself to the other peer when these are
     * complete, or a moment later.
     */
    Attempt(
            Environment environment,
            Listener listener,
            PeerId peer,
            SessionId session,
            boolean caller,
            int receiverIndex,
            SignedCapabilities capabilities,
            long nowNanos) {
        this.environment = environment;
        this.listener = listener;
        this.peer = peer;
        this.session = session;
        this.caller = caller;
        this.receiverIndex = receiverIndex;
        this.capabilities = capabilities;
        nonce = Octets.random(Introduction.NONCE_BYTES, environment.random());
        agent = new IceAgent(
                environment.iceConfig(),
                caller ? Role.CONTROLLING : Role.CONTROLLED,
                IceCredentials.random(environment.random()),
                environment.random());
        introduceAtNanos = nowNanos + HEAD_START_NANOS;
        environment.transport().candidates().forEach(candidate -> addLocalCandidate(candidate, nowNanos));
    }

    SessionId session() {
        return session;
    }

    boolean isCaller() {
        return caller;
    }

    int receiverIndex() {
        return receiverIndex;
    }

    String usernameFragment() {
        return agent.localCredentials().usernameFragment();
    }

    /** Whether the server has the session, as far as we know. */
    boolean isSignalling() {
        return introduced && !sessionOver;
    }

    /** The server forgot the session, or will: what is left to do has to do without it. */
    void stopSignalling() {
        sessionOver = true;
        introduceAtNanos = Deadlines.NEVER;
    }

    /** Whether the other peer introduced itself. */
    boolean isAnswered() {
        return context != null;
    }

    NatKind remoteNatKind() {
        return remoteNatKind;
    }

    IceAgent agent() {
        return agent;
    }

    void addLocalCandidate(Candidate candidate, long nowNanos) {
        localCandidates.merge(candidate.type(), 1, Integer::sum);
        unsignalled.add(candidate);
        agent.addLocalCandidate(candidate, nowNanos);
    }

    void removeLocalCandidate(Candidate candidate, long nowNanos) {
        unsignalled.remove(candidate);
        agent.removeLocalCandidate(candidate, nowNanos);
    }

    /**
     * The other peer introduces itself. Nothing of it is believed yet but the signature over its capabilities.
     *
     * @return what makes this attempt hopeless, or null
     */
    @Nullable ConnectFailure introduction(PeerParameters parameters, long nowNanos, long wallSeconds) {
        if (context != null) {
            return null;
        }
        SignedCapabilities theirs = SignedCapabilities.verify(
                parameters.capabilities().toByteArray(),
                parameters.capabilitiesSignature().toByteArray(),
                peer,
                wallSeconds);
        if (theirs == null) {
            return new ConnectFailure.AuthenticationFailed(
                    "the capabilities that the rendezvous delivered are not signed by the peer, or are too old");
        }
        remoteNatKind = parameters.natKind();
        IceCredentials own = agent.localCredentials();
        HandshakeContext known = HandshakeContext.of(
                session.toByteArray(),
                environment.identity(),
                new Introduction(capabilities, nonce.toByteArray(), own.password(), receiverIndex),
                new Introduction(theirs, parameters.rendezvousNonce().toByteArray(), parameters.pwd(), (int)
                        parameters.rxIndex()));
        context = known;
        if (!caller) {
            handshake = Handshake.respond(known, environment.handshakeLimits(), environment.random());
        }
        agent.remoteCredentials(new IceCredentials(parameters.ufrag(), parameters.pwd()), nowNanos);
        return null;
    }

    /** Candidates of the other peer; the agent bounds them. */
    void remoteCandidates(List<IceCandidate> candidates, boolean endOfCandidates, long nowNanos) {
        for (IceCandidate candidate : candidates) {
            remoteCandidates.merge(candidate.type(), 1, Integer::sum);
            agent.addRemoteCandidate(Candidate.remote(candidate), nowNanos);
        }
        if (endOfCandidates) {
            agent.endOfRemoteCandidates(nowNanos);
        }
    }

    void handleStun(TransportAddress base, TransportAddress from, StunMessage message, long nowNanos) {
        agent.handleStun(base, from, message, nowNanos);
    }

    /** A handshake datagram: kept for a moment when it overtook the check that proves its path. */
    void handleFragment(TransportAddress base, TransportAddress from, ByteBuffer datagram, long nowNanos) {
        Handshake current = handshake;
        if (current != null && agent.isValidPath(base, from)) {
            current.handleFragment(datagram, from.ip(), nowNanos);
        } else if (current != null && waitingFragments.size() < EndpointLimits.MAX_WAITING_FRAGMENTS) {
            byte[] copy = new byte[datagram.remaining()];
            datagram.get(datagram.position(), copy);
            waitingFragments.add(new WaitingFragment(base, from, ByteBuffer.wrap(copy)));
        } else {
            environment.outbox().drop(DropReason.UNPROVED_PATH);
        }
    }

    /** An EncryptedPayload, from wherever: keys belong to indices, not to addresses. */
    @Nullable OpenedPayload handlePayload(ByteBuffer datagram) {
        return handshake == null ? null : handshake.handlePayload(datagram);
    }

    /** Sends along the best path that a check has proved; without one, the datagram is lost. */
    void transmit(ByteBuffer datagram, long nowNanos) {
        CandidatePair pair = agent.selectedPair();
        if (pair != null) {
            environment.transport().transmit(pair.isViaRelay(), pair.remoteAddress(), datagram, nowNanos);
        }
    }

    /** Does what agent and handshake want done, and signals what the other peer should know; whether there was anything. */
    boolean drain(long nowNanos) {
        boolean any = false;
        for (IceOutput output = agent.poll(); output != null; output = agent.poll()) {
            any = true;
            handle(output, nowNanos);
        }
        Handshake current = handshake;
        HandshakeOutput output = current == null ? null : current.poll();
        while (current != null && output != null) {
            any = true;
            handle(output, nowNanos);
            output = current.poll();
        }
        signal(nowNanos);
        return any;
    }

    private void handle(IceOutput output, long nowNanos) {
        switch (output) {
            case IceOutput.Transmit transmit ->
                environment.transport().transmit(transmit.isViaRelay(), transmit.to(), transmit.datagram(), nowNanos);
            case IceOutput.PermissionNeeded(IpAddress address) ->
                environment.transport().relay().requestPermission(address, nowNanos);
            case IceOutput.PairValidated ignored -> retryWaitingFragments(nowNanos);
            case IceOutput.PathSelected(CandidatePair pair) -> {
                if (pair.isViaRelay()) {
                    environment.transport().relay().bindChannel(pair.remoteAddress(), nowNanos);
                }
                startHandshake(nowNanos);
                listener.pathSelected(pair);
            }
            case IceOutput.Nominated ignored -> listener.nominated();
            case IceOutput.PathLost ignored -> listener.pathLost();
            case IceOutput.RoleSwitched ignored -> {}
            case IceOutput.Failed(IceFailure failure) -> listener.iceFailed(failure);
        }
    }

    private void startHandshake(long nowNanos) {
        HandshakeContext known = context;
        if (caller && handshake == null && known != null) {
            long roundTripNanos = Math.max(agent.roundTripNanos(), 0);
            handshake = Handshake.initiate(known, roundTripNanos, environment.random(), nowNanos);
        }
    }

    private void retryWaitingFragments(long nowNanos) {
        Handshake current = handshake;
        Iterator<WaitingFragment> waiting = waitingFragments.iterator();
        while (current != null && waiting.hasNext()) {
            WaitingFragment fragment = waiting.next();
            if (agent.isValidPath(fragment.base, fragment.from)) {
                waiting.remove();
                current.handleFragment(fragment.datagram, fragment.from.ip(), nowNanos);
            }
        }
    }

    private void handle(HandshakeOutput output, long nowNanos) {
        switch (output) {
            case HandshakeOutput.Transmit(ByteBuffer datagram) -> transmit(datagram, nowNanos);
            // Data of the responder could leave half a round trip earlier; nobody waits for it today.
            case HandshakeOutput.MaySend ignored -> {}
            case HandshakeOutput.Established(SecureSession secured) -> listener.established(secured);
            case HandshakeOutput.Received(OpenedPayload payload) -> listener.received(payload);
            case HandshakeOutput.Failed(HandshakeFailure failure) -> listener.handshakeFailed(failure);
        }
    }

    private void signal(long nowNanos) {
        if (sessionOver) {
            return;
        }
        boolean complete = environment.transport().isComplete();
        if (!introduced) {
            if (complete || Deadlines.isDue(introduceAtNanos, nowNanos)) {
                introduce(complete, nowNanos);
            }
            return;
        }
        while (!unsignalled.isEmpty() || (complete && !endSignalled)) {
            environment.outbox().signal(nextCandidates(null, complete, nowNanos));
        }
    }

    private void introduce(boolean complete, long nowNanos) {
        introduced = true;
        introduceAtNanos = Deadlines.NEVER;
        IceCredentials own = agent.localCredentials();
        PeerParameters parameters = new PeerParameters(
                nonce,
                own.usernameFragment(),
                own.password(),
                Integer.toUnsignedLong(receiverIndex),
                Octets.of(capabilities.encoded()),
                Octets.of(capabilities.signature()),
                environment.transport().natKind());
        RendezvousMessage.IceCandidates ice = nextCandidates(parameters, complete, nowNanos);
        environment.outbox().signal(caller ? new RendezvousMessage.Connect(peer, ice) : ice);
    }

    private RendezvousMessage.IceCandidates nextCandidates(
            @Nullable PeerParameters parameters, boolean complete, long nowNanos) {
        List<IceCandidate> batch = new ArrayList<>();
        while (!unsignalled.isEmpty() && batch.size() < RendezvousProtocol.MAX_CANDIDATES_PER_MESSAGE) {
            batch.add(unsignalled.remove().toSignal());
        }
        boolean end = complete && !endSignalled && unsignalled.isEmpty();
        if (end) {
            endSignalled = true;
            agent.endOfLocalCandidates(nowNanos);
        }
        return new RendezvousMessage.IceCandidates(session, parameters, batch, end);
    }

    long nextTimeoutNanos() {
        long ofHandshake = handshake == null ? Deadlines.NEVER : handshake.nextTimeoutNanos();
        return Deadlines.earlier(introduceAtNanos, Deadlines.earlier(agent.nextTimeoutNanos(), ofHandshake));
    }

    void handleTimeout(long nowNanos) {
        agent.handleTimeout(nowNanos);
        if (handshake != null) {
            handshake.handleTimeout(nowNanos);
        }
    }

    /** What was there to connect with, for people to read. */
    String describe() {
        return "our candidates " + counts(localCandidates) + ", theirs " + counts(remoteCandidates) + ", our NAT "
                + environment.transport().natKind().wireName() + ", theirs " + remoteNatKind.wireName();
    }

    private static String counts(Map<CandidateType, Integer> candidates) {
        StringBuilder text = new StringBuilder();
        candidates.forEach((type, count) -> text.append(text.isEmpty() ? "" : " + ")
                .append(count)
                .append(' ')
                .append(type.wireName()));
        return text.isEmpty() ? "none" : text.toString();
    }

    /** Forgets all secrets; nothing is sent. */
    void close() {
        sessionOver = true;
        agent.close();
        if (handshake != null) {
            handshake.close();
        }
    }
}
