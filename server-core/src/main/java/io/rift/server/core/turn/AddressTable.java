package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A hash table by transport address that can be asked with the parts of an address, as they stand in a packet, so that a
 * look-up needs no key object. Its order depends on nothing but the hash key, the keys and the order in which they came.
 *
 * <p>Clients choose most of the addresses here, of an IPv6 /64 even all of the low half, so the hash has a random key:
 * nobody can make addresses that share a bucket, for which every look-up would be a walk along all of them.
 */
final class AddressTable<V> {
    private static final int INITIAL_BUCKETS = 4;

    private final long hashKey;
    private @Nullable Entry<V>[] buckets = newBuckets(INITIAL_BUCKETS);
    private int size;

    /**
     * An empty table.
     *
     * @param hashKey random, and the same for all tables of a shard
     */
    AddressTable(long hashKey) {
        this.hashKey = hashKey;
    }

    @Nullable V get(TransportAddress key) {
        IpAddress ip = key.ip();
        return get(ip.family(), ip.high(), ip.low(), key.port());
    }

    @Nullable V get(IpAddress.Family family, long high, long low, int port) {
        for (Entry<V> entry = buckets[bucket(family, high, low, port)]; entry != null; entry = entry.next) {
            if (entry.matches(family, high, low, port)) {
                return entry.value;
            }
        }
        return null;
    }

    /** Sets the value of a key. */
    void put(TransportAddress key, V value) {
        remove(key);
        if (size == buckets.length) {
            grow();
        }
        insert(new Entry<>(key, value));
        size++;
    }

    /** Removes a key, if it is there. */
    void remove(TransportAddress key) {
        int bucket = bucket(key);
        Entry<V> before = null;
        for (Entry<V> entry = buckets[bucket]; entry != null; entry = entry.next) {
            if (entry.key.equals(key)) {
                if (before == null) {
                    buckets[bucket] = entry.next;
                } else {
                    before.next = entry.next;
                }
                size--;
                return;
            }
            before = entry;
        }
    }

    void forEach(Consumer<V> consumer) {
        for (Entry<V> first : buckets) {
            for (Entry<V> entry = first; entry != null; entry = entry.next) {
                consumer.accept(entry.value);
            }
        }
    }

    List<V> toList() {
        List<V> values = new ArrayList<>(size);
        forEach(values::add);
        return values;
    }

    void removeIf(Predicate<V> condition) {
        List<TransportAddress> removed = new ArrayList<>();
        for (Entry<V> first : buckets) {
            for (Entry<V> entry = first; entry != null; entry = entry.next) {
                if (condition.test(entry.value)) {
                    removed.add(entry.key);
                }
            }
        }
        removed.forEach(this::remove);
    }

    int size() {
        return size;
    }

    /** The most keys that share a bucket, by which a test judges the hash. */
    int longestChain() {
        int longest = 0;
        for (Entry<V> first : buckets) {
            int length = 0;
            for (Entry<V> entry = first; entry != null; entry = entry.next) {
                length++;
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }

    private void insert(Entry<V> entry) {
        int bucket = bucket(entry.key);
        entry.next = buckets[bucket];
        buckets[bucket] = entry;
    }

    private void grow() {
        @Nullable Entry<V>[] smaller = buckets;
        buckets = newBuckets(2 * smaller.length);
        for (Entry<V> first : smaller) {
            for (Entry<V> entry = first; entry != null; ) {
                Entry<V> next = entry.next;
                insert(entry);
                entry = next;
            }
        }
    }

    private int bucket(TransportAddress key) {
        IpAddress ip = key.ip();
        return bucket(ip.family(), ip.high(), ip.low(), key.port());
    }

    private int bucket(IpAddress.Family family, long high, long low, int port) {
        long hash = mix(hashKey + (((long) family.code() << Short.SIZE) | port));
        hash = mix((hash ^ high) + hashKey);
        hash = mix((hash ^ low) + hashKey);
        return (int) (hash >>> 32) & (buckets.length - 1);
    }

    /** SplitMix64's finisher. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no generic arrays; only an Entry<V> ever gets in
    private static <V> @Nullable Entry<V>[] newBuckets(int count) {
        return new Entry[count];
    }

    private static final class Entry<V> {
        private final TransportAddress key;
        private final V value;
        private @Nullable Entry<V> next;

        Entry(TransportAddress key, V value) {
            this.key = key;
            this.value = value;
        }

        boolean matches(IpAddress.Family family, long high, long low, int port) {
            IpAddress ip = key.ip();
            return key.port() == port && ip.low() == low && ip.high() == high && ip.family() == family;
        }
    }
}
