package io.rift.peer.core.turn;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.DataIndication;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One allocation at one TURN server, its permissions and its channels.
 *
 * <p>After every input, drain {@link #poll()} and re-arm a timer with {@link #nextTimeoutNanos()}. Permissions and
 * channels that carry nothing are not refreshed, so nobody has to give them back.
 */
public final class TurnClient {

    /** What {@link #nextTimeoutNanos()} returns when there is nothing to wait for. */
    public static final long NEVER = Deadlines.NEVER;

    /** Room that {@link #wrap} needs before the payload: a Send indication to an IPv6 peer. */
    public static final int HEADROOM_BYTES = DataIndication.MAX_HEADER_BYTES;

    /** Room that {@link #wrap} needs behind the payload: the padding of an attribute. */
    public static final int TAILROOM_BYTES = DataIndication.MAX_PADDING_BYTES;

    /** More permissions than these are refused. */
    public static final int MAX_PERMISSIONS = 128;

    /** More channels than these are refused. */
    public static final int MAX_CHANNELS = 64;

    /** A longer grant is used as if it were this one, in seconds. */
    private static final long MAX_LIFETIME_SECONDS = 3600;

    /** How long to wait after a Refresh that failed while the allocation still lives. */
    private static final long REFRESH_RETRY_NANOS = Duration.ofSeconds(10).toNanos();

    /** How long a farewell may take. */
    private static final long CLOSE_NANOS = Duration.ofSeconds(3).toNanos();

    private enum State {
        IDLE,
        ALLOCATING,
        ALLOCATED,
        CLOSING,
        CLOSED
    }

    private enum Timer {
        REFRESH,
        EXPIRY,
        CLOSE
    }

    private final TransportAddress server;
    private final RandomGenerator random;
    private final LongTermAuthentication authentication;
    private final TurnRequests requests;
    private final RelayPaths paths;
    private final Deadlines<Timer> timers = new Deadlines<>();
    private final Queue<TurnOutput> outputs = new ArrayDeque<>();
    private final Map<TurnDropReason, Long> droppedByReason = new EnumMap<>(TurnDropReason.class);
    private State state = State.IDLE;
    private @Nullable TransportAddress relayedAddress;
    private boolean swept;
    private boolean credentialsNeeded;

    /**
     * A client that does nothing before {@link #allocate}.
     *
     * @param server where to allocate
     * @param credentials ours
     * @param random a cryptographic source for transaction ids
     */
    public TurnClient(TransportAddress server, TurnCredentials credentials, RandomGenerator random) {
        this.server = server;
        this.random = random;
        this.authentication = new LongTermAuthentication(credentials);
        this.requests = new TurnRequests(authentication, random, outputs::add, this::drop);
        this.paths = new RelayPaths(requests, random, outputs::add);
    }

    /** The server: datagrams from here go to {@code handle...}, {@link TurnOutput.Transmit} goes there. */
    public TransportAddress server() {
        return server;
    }

    /** The relayed transport address while there is an allocation. */
    public @Nullable TransportAddress relayedAddress() {
        return relayedAddress;
    }

    /** How many datagrams were ignored for this reason. */
    public long dropped(TurnDropReason reason) {
        return droppedByReason.getOrDefault(reason, 0L);
    }

    /** Asks for an allocation. While there is one, or one is being made, nothing happens. */
    public void allocate(long nowNanos) {
        if (state == State.IDLE) {
            state = State.ALLOCATING;
            swept = false;
            authentication.useFresh();
            requests.send(new TurnRequest.Allocate(), nowNanos);
        }
    }

    /** Stops waiting for an allocation, as if the server had turned out to be unreachable. */
    public void giveUp() {
        if (state == State.ALLOCATING) {
            fail(TurnFailure.UNREACHABLE, 0);
        }
    }

    /** Fresh credentials: for a new allocation, or as soon as the server no longer takes the present ones. */
    public void credentials(TurnCredentials credentials, long nowNanos) {
        authentication.replace(credentials);
        if (credentialsNeeded && state == State.ALLOCATED) {
            timers.set(Timer.REFRESH, nowNanos);
        }
        credentialsNeeded = false;
    }

    /**
     * Asks for a permission. It is answered at once when there is one, and after the allocation is made when there is
     * none of that yet.
     */
    public void requestPermission(IpAddress peer, long nowNanos) {
        if (isClosed()) {
            outputs.add(new TurnOutput.PermissionRefused(peer, 0));
        } else {
            paths.requestPermission(peer, state == State.ALLOCATED, nowNanos);
        }
    }

    /** Asks for a channel, which implies a permission. Answered like {@link #requestPermission}. */
    public void bindChannel(TransportAddress peer, long nowNanos) {
        if (isClosed()) {
            outputs.add(new TurnOutput.ChannelRefused(peer, 0));
        } else {
            paths.bindChannel(peer, state == State.ALLOCATED, nowNanos);
        }
    }

    /**
     * Makes the payload a datagram for the server: writes ChannelData's 4 bytes in front of it where a channel is bound,
     * else a Send indication's 36 or 48, and moves the position (and the limit, by the padding).
     *
     * @param datagram payload between position and limit, with {@link #HEADROOM_BYTES} before and {@link
     *     #TAILROOM_BYTES} behind it
     * @return whether the datagram can be sent: there is an allocation and a permission for the peer
     */
    public boolean wrap(ByteBuffer datagram, TransportAddress peer, long nowNanos) {
        return state == State.ALLOCATED && paths.wrap(datagram, peer, nowNanos);
    }

    /**
     * A ChannelData message from the server.
     *
     * @return the peer that sent the payload, to which the datagram's position and limit are narrowed; {@code null} when
     *     it is dropped
     */
    public @Nullable TransportAddress handleChannelData(ByteBuffer datagram) {
        int length = ChannelData.payloadLength(datagram);
        if (length < 0) {
            drop(TurnDropReason.MALFORMED_CHANNEL_DATA);
            return null;
        }
        Channel channel = paths.channelOf(datagram);
        if (channel == null) {
            drop(TurnDropReason.UNKNOWN_CHANNEL);
            return null;
        }
        int payload = datagram.position() + ChannelData.HEADER_BYTES;
        datagram.limit(payload + length).position(payload);
        return channel.peer();
    }

    /**
     * A STUN message from the server, but for Binding responses.
     *
     * @return what a Data indication carried; {@code null} when the message was for the client itself or is dropped
     */
    public @Nullable RelayedDatagram handleStun(StunMessage message, long nowNanos) {
        return switch (message.messageClass()) {
            case INDICATION -> handleIndication(message, nowNanos);
            case SUCCESS_RESPONSE, ERROR_RESPONSE -> {
                handle(requests.handle(message, nowNanos), nowNanos);
                yield null;
            }
            case REQUEST -> {
                drop(TurnDropReason.UNEXPECTED_MESSAGE);
                yield null;
            }
        };
    }

    private @Nullable RelayedDatagram handleIndication(StunMessage message, long nowNanos) {
        if (message.method() != TurnMethod.DATA) {
            drop(TurnDropReason.UNEXPECTED_MESSAGE);
            return null;
        }
        if (message.has(TurnAttributes.ICMP)) {
            drop(TurnDropReason.ICMP_ERROR);
            return null;
        }
        TransportAddress peer = message.get(TurnAttributes.XOR_PEER_ADDRESS);
        ByteBuffer payload = message.get(TurnAttributes.DATA);
        if (peer == null || payload == null) {
            drop(TurnDropReason.MALFORMED_INDICATION);
            return null;
        }
        // RFC 8656 section 11.4: data from an address for which the client believes to have no permission is discarded
        if (!paths.permits(peer.ip(), nowNanos)) {
            drop(TurnDropReason.NO_PERMISSION);
            return null;
        }
        return new RelayedDatagram(peer, payload);
    }

    private void handle(TurnRequests.@Nullable Answer answer, long nowNanos) {
        switch (answer) {
            case null -> {}
            case TurnRequests.Answer.Success(TurnRequest request, StunMessage response) ->
                succeeded(request, response, nowNanos);
            case TurnRequests.Answer.Refusal(TurnRequest request, int code) -> refused(request, code, nowNanos);
        }
    }

    private void succeeded(TurnRequest request, StunMessage response, long nowNanos) {
        switch (request) {
            case TurnRequest.Allocate allocate -> allocated(response, nowNanos);
            case TurnRequest.Refresh refresh -> refreshed(response, nowNanos);
            case TurnRequest.Sweep sweep -> swept(nowNanos);
            case TurnRequest.Delete delete -> closed();
            case TurnRequest.Permit permit -> paths.permitted(permit.peer(), nowNanos);
            case TurnRequest.Bind bind -> paths.bound(bind, nowNanos);
        }
    }

    private void refused(TurnRequest request, int code, long nowNanos) {
        if (state == State.ALLOCATED && code == ErrorCode.UNAUTHENTICATED.code()) {
            needCredentials();
        }
        switch (request) {
            case TurnRequest.Allocate allocate -> notAllocated(code, nowNanos);
            case TurnRequest.Refresh refresh -> notRefreshed(code, nowNanos);
            case TurnRequest.Sweep sweep -> swept(nowNanos);
            case TurnRequest.Delete delete -> closed();
            case TurnRequest.Permit permit -> {
                if (!isMismatch(code)) {
                    paths.notPermitted(permit.peer(), code, nowNanos);
                }
            }
            case TurnRequest.Bind bind -> {
                if (!isMismatch(code)) {
                    paths.notBound(bind, code, nowNanos);
                }
            }
        }
    }

    private void allocated(StunMessage response, long nowNanos) {
        TransportAddress relayed = response.get(TurnAttributes.XOR_RELAYED_ADDRESS);
        TransportAddress mapped = response.get(StunAttributes.XOR_MAPPED_ADDRESS);
        Long lifetimeSeconds = response.get(TurnAttributes.LIFETIME);
        if (state == State.CLOSING) {
            requests.send(new TurnRequest.Delete(), nowNanos);
            return;
        }
        if (relayed == null
                || relayed.port() == 0
                || mapped == null
                || lifetimeSeconds == null
                || lifetimeSeconds == 0) {
            fail(TurnFailure.PROTOCOL_ERROR, 0);
            return;
        }
        state = State.ALLOCATED;
        relayedAddress = relayed;
        startLifetime(lifetimeSeconds, nowNanos);
        outputs.add(new TurnOutput.Allocated(relayed, mapped, lifetimeSeconds));
        paths.sendAll(nowNanos);
    }

    /** Refreshes after about three quarters, which leaves room for a few transactions to fail. */
    private void startLifetime(long lifetimeSeconds, long nowNanos) {
        long lifetimeNanos = Duration.ofSeconds(Math.min(lifetimeSeconds, MAX_LIFETIME_SECONDS))
                .toNanos();
        long jitterNanos = random.nextLong(lifetimeNanos / 16);
        timers.set(Timer.REFRESH, nowNanos + lifetimeNanos / 4 * 3 - jitterNanos);
        timers.set(Timer.EXPIRY, nowNanos + lifetimeNanos);
    }

    private void notAllocated(int code, long nowNanos) {
        if (state == State.CLOSING) {
            closed();
        } else if (code == ErrorCode.ALLOCATION_MISMATCH.code() && !swept) {
            // An earlier user of our port left an allocation behind. RFC 8656 section 7.4 would take another port; ours
            // carries other traffic, so the old allocation has to go.
            swept = true;
            requests.send(new TurnRequest.Sweep(), nowNanos);
        } else {
            fail(TurnFailure.of(code), code);
        }
    }

    private void swept(long nowNanos) {
        if (state == State.CLOSING) {
            closed();
        } else {
            requests.send(new TurnRequest.Allocate(), nowNanos);
        }
    }

    private void refreshed(StunMessage response, long nowNanos) {
        if (state == State.ALLOCATED) {
            Long lifetimeSeconds = response.get(TurnAttributes.LIFETIME);
            if (lifetimeSeconds == null || lifetimeSeconds == 0) {
                fail(TurnFailure.PROTOCOL_ERROR, 0);
            } else {
                startLifetime(lifetimeSeconds, nowNanos);
            }
        }
    }

    private void notRefreshed(int code, long nowNanos) {
        if (state != State.ALLOCATED) {
            return;
        }
        TurnFailure failure = TurnFailure.of(code);
        switch (failure) {
            case ALLOCATION_MISMATCH, FORBIDDEN -> fail(failure, code);
            case UNREACHABLE,
                    UNAUTHORIZED,
                    UNSUPPORTED,
                    QUOTA_REACHED,
                    INSUFFICIENT_CAPACITY,
                    TRY_ALTERNATE,
                    PROTOCOL_ERROR -> timers.set(Timer.REFRESH, nowNanos + (code == 0 ? 0 : REFRESH_RETRY_NANOS));
        }
    }

    /** Whether the server says that the allocation is gone, in which case it is. */
    private boolean isMismatch(int code) {
        boolean isMismatch = code == ErrorCode.ALLOCATION_MISMATCH.code();
        if (isMismatch && state == State.ALLOCATED) {
            fail(TurnFailure.ALLOCATION_MISMATCH, code);
        }
        return isMismatch;
    }

    private void needCredentials() {
        if (!credentialsNeeded) {
            credentialsNeeded = true;
            outputs.add(new TurnOutput.CredentialsNeeded());
        }
    }

    /** Back to the beginning, with word to the caller. */
    private void fail(TurnFailure failure, int code) {
        TransportAddress lost = relayedAddress;
        reset(State.IDLE);
        outputs.add(
                lost == null
                        ? new TurnOutput.AllocationFailed(failure, code)
                        : new TurnOutput.AllocationLost(lost, failure, code));
    }

    private void reset(State next) {
        state = next;
        relayedAddress = null;
        credentialsNeeded = false;
        timers.clear();
        requests.clear();
        paths.clear();
    }

    private boolean isClosed() {
        return state == State.CLOSING || state == State.CLOSED;
    }

    /** Deletes the allocation. {@link TurnOutput.Closed} comes when that is done or given up. */
    public void close(long nowNanos) {
        switch (state) {
            case IDLE -> closed();
            case ALLOCATING -> {
                state = State.CLOSING;
                timers.set(Timer.CLOSE, nowNanos + CLOSE_NANOS);
            }
            case ALLOCATED -> {
                reset(State.CLOSING);
                timers.set(Timer.CLOSE, nowNanos + CLOSE_NANOS);
                requests.send(new TurnRequest.Delete(), nowNanos);
            }
            case CLOSING, CLOSED -> {}
        }
    }

    private void closed() {
        reset(State.CLOSED);
        outputs.add(new TurnOutput.Closed());
    }

    /** Time has passed. */
    public void handleTimeout(long nowNanos) {
        for (Timer timer = timers.pollDue(nowNanos); timer != null; timer = timers.pollDue(nowNanos)) {
            switch (timer) {
                case REFRESH -> requests.send(new TurnRequest.Refresh(), nowNanos);
                case EXPIRY -> fail(credentialsNeeded ? TurnFailure.UNAUTHORIZED : TurnFailure.UNREACHABLE, 0);
                case CLOSE -> closed();
            }
        }
        for (var answer = requests.pollDue(nowNanos); answer != null; answer = requests.pollDue(nowNanos)) {
            handle(answer, nowNanos);
        }
        paths.handleTimeout(nowNanos);
    }

    /** When {@link #handleTimeout} wants to be called, or {@link #NEVER}. */
    public long nextTimeoutNanos() {
        long requestsNanos = Deadlines.earlier(timers.nextNanos(), requests.nextTimeoutNanos());
        return Deadlines.earlier(requestsNanos, paths.nextTimeoutNanos());
    }

    /** The next thing to do, or {@code null} when all is done. */
    public @Nullable TurnOutput poll() {
        return outputs.poll();
    }

    private void drop(TurnDropReason reason) {
        droppedByReason.merge(reason, 1L, Long::sum);
    }
}
