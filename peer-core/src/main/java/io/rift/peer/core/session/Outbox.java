package io.rift.peer.core.session;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.RendezvousMessage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Where the parts of an endpoint leave what is to be done, in the order in which it has to be done. */
final class Outbox {

    private final Queue<EndpointOutput> outputs = new ArrayDeque<>();
    private final Map<DropReason, Long> droppedByReason = new EnumMap<>(DropReason.class);
    private long datagramsSent;

    void transmit(TransportAddress to, ByteBuffer datagram) {
        datagramsSent++;
        outputs.add(new EndpointOutput.TransmitDatagram(to, datagram));
    }

    void signal(RendezvousMessage.FromClient message) {
        outputs.add(new EndpointOutput.SendRendezvous(message));
    }

    void tell(EndpointOutput event) {
        outputs.add(event);
    }

    void drop(DropReason reason) {
        droppedByReason.merge(reason, 1L, Long::sum);
    }

    @Nullable EndpointOutput poll() {
        return outputs.poll();
    }

    long datagramsSent() {
        return datagramsSent;
    }

    long dropped(DropReason reason) {
        return droppedByReason.getOrDefault(reason, 0L);
    }

    long droppedInAll() {
        return droppedByReason.values().stream().mapToLong(Long::longValue).sum();
    }
}
