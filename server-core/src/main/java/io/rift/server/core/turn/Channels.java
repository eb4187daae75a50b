package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The channel bindings of one allocation, found by number and by peer. */
final class Channels {
    private static final int INITIAL_CAPACITY = 2;

    private final AddressTable<ChannelBinding> byPeer;

    /** The numbers in use, ascending, and at the same index of the list their bindings. */
    private int[] numbers = new int[INITIAL_CAPACITY];

    private final List<ChannelBinding> bindings = new ArrayList<>(INITIAL_CAPACITY);

    /**
     * No bindings.
     *
     * @param hashKey of the table by peer
     */
    Channels(long hashKey) {
        byPeer = new AddressTable<>(hashKey);
    }

    /** The binding of a number, or null. */
    @Nullable ChannelBinding get(int number) {
        int index = indexOf(number);
        return index < 0 ? null : bindings.get(index);
    }

    /** The binding of a peer, or null. */
    @Nullable ChannelBinding get(TransportAddress peer) {
        return byPeer.get(peer);
    }

    /** Adds a binding whose number and peer are not bound. */
    void add(ChannelBinding binding) {
        int size = bindings.size();
        int index = -indexOf(binding.number()) - 1;
        if (index < 0 || byPeer.get(binding.peer()) != null) {
            throw new IllegalStateException("channel " + binding.number() + " or its peer is bound already");
        }
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * size);
        }
        System.arraycopy(numbers, index, numbers, index + 1, size - index);
        numbers[index] = binding.number();
        bindings.add(index, binding);
        byPeer.put(binding.peer(), binding);
    }

    void remove(ChannelBinding binding) {
        int index = indexOf(binding.number());
        bindings.remove(index);
        System.arraycopy(numbers, index + 1, numbers, index, bindings.size() - index);
        byPeer.remove(binding.peer());
    }

    void forEach(Consumer<ChannelBinding> consumer) {
        bindings.forEach(consumer);
    }

    /** A copy, by number. */
    List<ChannelBinding> toList() {
        return List.copyOf(bindings);
    }

    int size() {
        return bindings.size();
    }

    private int indexOf(int number) {
        return Arrays.binarySearch(numbers, 0, bindings.size(), number);
    }
}
