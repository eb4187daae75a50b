package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.turn.ChannelData;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The channel bindings of one allocation, found by number and by peer. */
final class Channels {
    private static final int PAGE_SIZE = 64;
    private static final int PAGES = (ChannelData.MAX_NUMBER - ChannelData.MIN_NUMBER + 1) / PAGE_SIZE;

    private final AddressTable<ChannelBinding> byPeer = new AddressTable<>();
    private final @Nullable Page[] pages = new Page[PAGES];

    /** The binding of a number, which need not be a channel number. */
    @Nullable ChannelBinding get(int number) {
        if (!ChannelData.isChannelNumber(number)) {
            return null;
        }
        Page page = pages[pageOf(number)];
        return page == null ? null : page.bindings[slotOf(number)];
    }

    @Nullable ChannelBinding get(TransportAddress peer) {
        return byPeer.get(peer);
    }

    @Nullable ChannelBinding get(IpAddress.Family family, long high, long low, int port) {
        return byPeer.get(family, high, low, port);
    }

    void add(ChannelBinding binding) {
        int pageIndex = pageOf(binding.number());
        Page page = pages[pageIndex];
        if (page == null) {
            page = new Page();
            pages[pageIndex] = page;
        }
        page.bindings[slotOf(binding.number())] = binding;
        byPeer.put(binding.peer(), binding);
    }

    void remove(ChannelBinding binding) {
        Page page = pages[pageOf(binding.number())];
        if (page != null) {
            page.bindings[slotOf(binding.number())] = null;
        }
        byPeer.remove(binding.peer());
    }

    void forEach(Consumer<ChannelBinding> consumer) {
        byPeer.forEach(consumer);
    }

    int size() {
        return byPeer.size();
    }

    private static int pageOf(int number) {
        return (number - ChannelData.MIN_NUMBER) / PAGE_SIZE;
    }

    private static int slotOf(int number) {
        return number % PAGE_SIZE;
    }

    private static final class Page {
        private final @Nullable ChannelBinding[] bindings = new ChannelBinding[PAGE_SIZE];
    }
}
