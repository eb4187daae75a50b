package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An agent, its peer and the network between them are all written by the fuzzer. The script is a row of steps: an
 * operation, a length, and so many bytes.
 */
class IceAgentFuzzTest {
    private static final TransportAddress SOCKET = TransportAddress.parse("0.0.0.0:5000");
    private static final TransportAddress RELAYED = TransportAddress.parse("192.0.2.1:50000");
    private static final IceCredentials OURS = new IceCredentials("oursours", "o".repeat(24));
    private static final IceCredentials THEIRS = new IceCredentials("theirsth", "t".repeat(24));

    /** More than a script of any length can have under way: each step leads to a bounded number of outputs. */
    private static final int MAX_OUTPUTS_PER_STEP = 300;

    @FuzzTest
    void anAgentSurvivesAnythingAndSendsOnlyToAddressesThatAskedForIt(byte @Nullable [] script) {
        if (script != null) {
            new Run().play(ByteBuffer.wrap(script));
        }
    }

    /** One run of one script. */
    private static final class Run {
        private final IceAgent agent = new IceAgent(IceConfig.DEFAULT, Role.CONTROLLING, OURS, new Random(1));
        /** Addresses that were signalled, or from which an authentic request came. */
        private final Set<TransportAddress> known = new HashSet<>();

        private @Nullable TransactionId lastCheck;
        private long now;

        void play(ByteBuffer steps) {
            agent.addLocalCandidate(
                    Box.candidate(CandidateType.HOST, TransportAddress.parse("10.0.0.1:5000"), SOCKET, "1"), now);
            while (steps.remaining() >= 2) {
                int operation = Byte.toUnsignedInt(steps.get());
                ByteBuffer argument = steps.slice(
                        steps.position() + 1,
                        Math.min(Byte.toUnsignedInt(steps.get(steps.position())), steps.remaining() - 1));
                steps.position(steps.position() + 1 + argument.remaining());
                step(operation, argument);
                drain();
            }
            run(Duration.ofMinutes(3));
        }

        private void step(int operation, ByteBuffer argument) {
            switch (operation % 12) {
                case 0 -> run(Duration.ofMillis(20L * Math.max(1, argument.remaining())));
                case 1 -> agent.remoteCredentials(THEIRS, now);
                case 2 -> signal(argument);
                case 3 -> raw(argument);
                case 4 -> request(argument);
                case 5 -> response(MessageClass.SUCCESS_RESPONSE, argument, true);
                case 6 -> response(MessageClass.ERROR_RESPONSE, argument, true);
                case 7 -> response(MessageClass.SUCCESS_RESPONSE, argument, false);
                case 8 -> relayCandidate(argument.hasRemaining());
                case 9 -> agent.permissionRefused(address(argument).ip(), now);
                case 10 -> {
                    agent.endOfLocalCandidates(now);
                    agent.endOfRemoteCandidates(now);
                }
                case 11 -> agent.recheck(now);
                default -> throw new AssertionError("a remainder of 12");
            }
        }

        private void relayCandidate(boolean isThere) {
            Candidate relay = Box.candidate(CandidateType.RELAY, RELAYED, RELAYED, "2");
            if (isThere) {
                agent.addLocalCandidate(relay, now);
            } else {
                agent.removeLocalCandidate(relay, now);
            }
        }

        private static TransportAddress address(ByteBuffer argument) {
            int ip = argument.remaining() >= 4 ? argument.getInt() : 0xCB007101;
            int port = argument.remaining() >= 2 ? argument.getShort() & 0xFFFF : 7000;
            return TransportAddress.ofIpv4(ip, port);
        }

        private void signal(ByteBuffer argument) {
            TransportAddress address = address(argument);
            CandidateType type = argument.hasRemaining() ? CandidateType.RELAY : CandidateType.SRFLX;
            known.add(address);
            agent.addRemoteCandidate(new Candidate(type, address, address, 1 + argument.remaining(), "1"), now);
        }

        private void raw(ByteBuffer argument) {
            TransportAddress from = address(argument);
            StunMessage message = StunMessage.parse(argument);
            if (message != null) {
                boolean isAuthentic = message.verifyMessageIntegrity(StunKeys.shortTerm(OURS.password()));
                if (isAuthentic) {
                    known.add(from);
                }
                agent.handleStun(SOCKET, from, message, now);
            }
        }

        private void request(ByteBuffer argument) {
            TransportAddress from = address(argument);
            StunEncoder request = StunEncoder.of(
                            MessageClass.REQUEST, StunMethod.BINDING, new TransactionId(argument.remaining(), now))
                    .add(StunAttributes.USERNAME, OURS.usernameFragment() + ":" + THEIRS.usernameFragment());
            if (argument.remaining() % 2 == 0) {
                request.add(StunAttributes.PRIORITY, 1L + argument.remaining()).add(StunAttributes.ICE_CONTROLLED, 5L);
            }
            known.add(from);
            deliver(
                    from,
                    attributes(request, argument)
                            .encodeWithIntegrityAndFingerprint(StunKeys.shortTerm(OURS.password())));
        }

        private void response(MessageClass messageClass, ByteBuffer argument, boolean isOrdinary) {
            TransactionId id = lastCheck;
            if (id != null) {
                TransportAddress from = address(argument);
                StunEncoder response = StunEncoder.of(messageClass, StunMethod.BINDING, id);
                if (isOrdinary && messageClass == MessageClass.SUCCESS_RESPONSE) {
                    response.add(StunAttributes.XOR_MAPPED_ADDRESS, TransportAddress.ofIpv4(argument.remaining(), 1));
                }
                deliver(
                        from,
                        attributes(response, argument)
                                .encodeWithIntegrityAndFingerprint(StunKeys.shortTerm(THEIRS.password())));
            }
        }

        /** Appends what is left of the argument as attributes of any type and length. */
        private static StunEncoder attributes(StunEncoder message, ByteBuffer argument) {
            while (argument.remaining() >= 3) {
                int type = argument.getShort() & 0xFFFF;
                byte[] value = new byte[Math.min(argument.get() & 0x3F, argument.remaining())];
                argument.get(value);
                message.add(StunAttribute.opaque(type, "any", length -> true), value);
            }
            return message;
        }

        private void deliver(TransportAddress from, byte[] datagram) {
            StunMessage message = StunMessage.parse(ByteBuffer.wrap(datagram));
            if (message != null) {
                agent.handleStun(SOCKET, from, message, now);
            }
        }

        private void run(Duration duration) {
            long end = now + duration.toNanos();
            long stuck = 0;
            for (long next = agent.nextTimeoutNanos(); Deadlines.isDue(next, end); next = agent.nextTimeoutNanos()) {
                stuck = next - now > 0 ? 0 : stuck + 1;
                assertThat(stuck).as("deadlines in the past").isLessThan(5);
                now = Math.max(now, next);
                agent.handleTimeout(now);
                drain();
            }
            now = end;
        }

        private void drain() {
            int outputs = 0;
            for (IceOutput output = agent.poll(); output != null; output = agent.poll()) {
                assertThat(++outputs).isLessThan(MAX_OUTPUTS_PER_STEP);
                if (output instanceof IceOutput.Transmit(var base, boolean isViaRelay, var to, ByteBuffer datagram)) {
                    assertThat(known).contains(to);
                    assertThat(base).isEqualTo(isViaRelay ? RELAYED : SOCKET);
                    StunMessage message = StunMessage.parse(datagram);
                    if (message.messageClass() == MessageClass.REQUEST) {
                        lastCheck = message.transactionId();
                    }
                } else if (output instanceof IceOutput.PermissionNeeded(IpAddress peer)) {
                    agent.permissionInstalled(peer, now);
                }
            }
        }
    }
}
