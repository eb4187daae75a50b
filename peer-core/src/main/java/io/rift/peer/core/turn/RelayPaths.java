package io.rift.peer.core.turn;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.DataIndication;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Permissions and channels of one allocation, and the data that flows through them. */
final class RelayPaths {

    // RFC 8656 section 9: "the Permission Lifetime MUST be 300 seconds (= 5 minutes)"
    private static final Duration PERMISSION_LIFETIME = Duration.ofMinutes(5);

    /** Leaves a whole transaction of 39.5 s before the end. */
    private static final Duration PERMISSION_RENEWAL = Duration.ofMinutes(4);

    // RFC 8656 section 3.5: "Channel bindings last for 10 minutes unless refreshed"
    private static final Duration CHANNEL_LIFETIME = Duration.ofMinutes(10);

    private static final Duration CHANNEL_RENEWAL = Duration.ofMinutes(8);

    private static final int CHANNEL_NUMBERS = ChannelData.MAX_NUMBER - ChannelData.MIN_NUMBER + 1;

    private final Leases<IpAddress, Permission> permissions =
            new Leases<>(TurnClient.MAX_PERMISSIONS, PERMISSION_LIFETIME, PERMISSION_RENEWAL);
    private final Leases<TransportAddress, Channel> channels =
            new Leases<>(TurnClient.MAX_CHANNELS, CHANNEL_LIFETIME, CHANNEL_RENEWAL);
    private final @Nullable Channel[] channelByNumber = new @Nullable Channel[CHANNEL_NUMBERS];
    private final TurnRequests requests;
    private final RandomGenerator random;
    private final Consumer<TurnOutput> out;
    private int lastNumberIndex = -1;

    RelayPaths(TurnRequests requests, RandomGenerator random, Consumer<TurnOutput> out) {
        this.requests = requests;
        this.random = random;
        this.out = out;
    }

    /** Answers at once or asks the server; while there is no allocation, {@link #sendAll} asks later. */
    void requestPermission(IpAddress peer, boolean isAllocated, long nowNanos) {
        Permission permission = permissions.find(peer);
        if (permission != null) {
            if (permission.isActive(nowNanos)) {
                permission.use(nowNanos);
                out.accept(new TurnOutput.PermissionInstalled(peer));
            }
        } else if (permissions.isFull()) {
            out.accept(new TurnOutput.PermissionRefused(peer, 0));
        } else {
            permissions.add(peer, new Permission(peer));
            if (isAllocated) {
                requests.send(new TurnRequest.Permit(peer), nowNanos);
            }
        }
    }

    /** Answers at once or asks the server; while there is no allocation, {@link #sendAll} asks later. */
    void bindChannel(TransportAddress peer, boolean isAllocated, long nowNanos) {
        Channel channel = channels.find(peer);
        if (channel != null) {
            if (channel.isActive(nowNanos)) {
                channel.use(nowNanos);
                out.accept(new TurnOutput.ChannelBound(peer, channel.number()));
            }
        } else if (channels.isFull()) {
            out.accept(new TurnOutput.ChannelRefused(peer, 0));
        } else {
            Channel added = addChannel(peer);
            if (isAllocated) {
                requests.send(new TurnRequest.Bind(peer, added.number()), nowNanos);
            }
        }
    }

    /** There is an allocation now: asks for everything that was wanted before. */
    void sendAll(long nowNanos) {
        permissions.all().forEach(p -> requests.send(new TurnRequest.Permit(p.peer()), nowNanos));
        channels.all().forEach(c -> requests.send(new TurnRequest.Bind(c.peer(), c.number()), nowNanos));
    }

    void permitted(IpAddress peer, long nowNanos) {
        Permission permission = permissions.find(peer);
        if (permission != null) {
            boolean isNew = !permission.isActive(nowNanos);
            permissions.granted(peer, permission, nowNanos);
            if (isNew) {
                out.accept(new TurnOutput.PermissionInstalled(peer));
            }
        }
    }

    void notPermitted(IpAddress peer, int code, long nowNanos) {
        Permission permission = permissions.find(peer);
        if (permission == null) {
            return;
        }
        if (code == 0 && permission.isActive(nowNanos)) {
            requests.send(new TurnRequest.Permit(peer), nowNanos);
        } else {
            permissions.remove(peer);
            out.accept(new TurnOutput.PermissionRefused(peer, code));
        }
    }

    void bound(TurnRequest.Bind bind, long nowNanos) {
        Channel channel = channels.find(bind.peer());
        if (channel == null || channel.number() != bind.number()) {
            return;
        }
        boolean isNew = !channel.isActive(nowNanos);
        channels.granted(bind.peer(), channel, nowNanos);
        // RFC 8656 section 12.2: a ChannelBind request creates or refreshes a permission as well.
        IpAddress ip = bind.peer().ip();
        if (permissions.find(ip) == null && !permissions.isFull()) {
            permissions.add(ip, new Permission(ip));
        }
        permitted(ip, nowNanos);
        if (isNew) {
            out.accept(new TurnOutput.ChannelBound(bind.peer(), bind.number()));
        }
    }

    void notBound(TurnRequest.Bind bind, int code, long nowNanos) {
        Channel channel = channels.find(bind.peer());
        if (channel == null || channel.number() != bind.number()) {
            return;
        }
        if (code == 0 && channel.isActive(nowNanos)) {
            requests.send(bind, nowNanos);
        } else {
            removeChannel(channel);
            out.accept(new TurnOutput.ChannelRefused(bind.peer(), code));
        }
    }

    /** Renews what is used and drops what is over. */
    void handleTimeout(long nowNanos) {
        for (var due = permissions.pollDue(nowNanos); due != null; due = permissions.pollDue(nowNanos)) {
            if (due.isActive(nowNanos)) {
                requests.send(new TurnRequest.Permit(due.peer()), nowNanos);
            } else if (due.isUsedSinceGranted()) {
                out.accept(new TurnOutput.PermissionRefused(due.peer(), 0));
            }
        }
        for (var due = channels.pollDue(nowNanos); due != null; due = channels.pollDue(nowNanos)) {
            if (due.isActive(nowNanos)) {
                requests.send(new TurnRequest.Bind(due.peer(), due.number()), nowNanos);
            } else {
                removeChannel(due);
            }
        }
    }

    /**
     * A channel with the next number, to be bound. RFC 8656 section 12 forbids to give a number to another peer for 5
     * minutes after its binding ended; numbers go round the whole range first, so that takes longer.
     */
    private Channel addChannel(TransportAddress peer) {
        do {
            lastNumberIndex = (lastNumberIndex + 1) % CHANNEL_NUMBERS;
        } while (channelByNumber[lastNumberIndex] != null);
        Channel channel = new Channel(peer, ChannelData.MIN_NUMBER + lastNumberIndex);
        channels.add(peer, channel);
        channelByNumber[lastNumberIndex] = channel;
        return channel;
    }

    private void removeChannel(Channel channel) {
        channels.remove(channel.peer());
        channelByNumber[channel.number() - ChannelData.MIN_NUMBER] = null;
    }

    /** The allocation is gone, and everything with it. Numbers stay used: the next allocation may get the same address. */
    void clear() {
        channels.all().forEach(this::removeChannel);
        permissions.clear();
    }

    boolean wrap(ByteBuffer datagram, TransportAddress peer, long nowNanos) {
        int payload = datagram.position();
        int length = datagram.remaining();
        Channel channel = channels.find(peer);
        Permission permission = permissions.find(peer.ip());
        if (permission == null || !permission.isActive(nowNanos)) {
            return false;
        }
        permission.use(nowNanos);
        if (channel != null && channel.isActive(nowNanos)) {
            channel.use(nowNanos);
            ChannelData.writeHeader(datagram, payload - ChannelData.HEADER_BYTES, channel.number(), length);
            datagram.position(payload - ChannelData.HEADER_BYTES);
            return true;
        }
        int padding = DataIndication.paddingBytes(length);
        datagram.limit(payload + length + padding);
        DataIndication.writeSend(datagram, payload, length, random.nextInt(), random.nextLong(), peer);
        datagram.position(payload - DataIndication.headerBytes(peer.ip().family()));
        return true;
    }

    /** The channel of a ChannelData message, or {@code null}. A binding that was just asked for counts: data may win. */
    @Nullable Channel channelOf(ByteBuffer datagram) {
        int number = ChannelData.number(datagram);
        return ChannelData.isChannelNumber(number) ? channelByNumber[number - ChannelData.MIN_NUMBER] : null;
    }

    boolean permits(IpAddress peer, long nowNanos) {
        Permission permission = permissions.find(peer);
        return permission != null && permission.isActive(nowNanos);
    }

    long nextTimeoutNanos() {
        return Deadlines.earlier(permissions.nextTimeoutNanos(), channels.nextTimeoutNanos());
    }
}
