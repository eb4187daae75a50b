package io.rift.bench.churn;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the clients have done, to be compared with what the server says that it did. */
final class Tally {
    final Map<Transport, LongAdder> livesByTransport = Arrays.stream(Transport.values())
            .collect(Collectors.toUnmodifiableMap(Function.identity(), each -> new LongAdder()));
    final LongAdder restarts = new LongAdder();
    final LongAdder vanished = new LongAdder();
    final LongAdder allocations = new LongAdder();
    final LongAdder challenges = new LongAdder();
    final LongAdder mismatches = new LongAdder();
    final LongAdder toPeer = new LongAdder();
    final LongAdder toClient = new LongAdder();
}
