package io.rift.peer.core.secure;

import io.rift.protocol.IpAddress;
import io.rift.protocol.PeerId;
import io.rift.protocol.secure.DowngradeSentinel;
import io.rift.protocol.secure.HandshakeType;
import io.rift.protocol.secure.KeyConfirm;
import io.rift.protocol.secure.KeyInit;
import io.rift.protocol.secure.KeyResp;
import java.security.MessageDigest;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The connecting side: sends KeyInit until KeyResp comes, then KeyConfirm until the responder says that it arrived.
 *
 * <p>An authentic packet alone would not do as that word: the responder may send data before it has KeyConfirm, and if
 * the initiator then fell silent, a lost KeyConfirm would leave the responder waiting for ever.
 */
final class InitiatorHandshake extends Handshake {

    /** There is one KeyInit for each session; another attempt is another session. */
    private static final int ATTEMPT = 0;

    private final Negotiation negotiation;
    private final Transcript transcript;
    private final EphemeralKey ephemeralKey;
    private final RetryTimer timer;
    private List<byte[]> flight = List.of();
    private boolean answered;

    InitiatorHandshake(
            HandshakeContext context, Negotiation negotiation, long rttNanos, RandomGenerator random, long nowNanos) {
        super(context, Role.INITIATOR, random);
        this.negotiation = negotiation;
        transcript = Transcript.begin(context, Role.INITIATOR);
        ephemeralKey = new EphemeralKey(random);
        timer = new RetryTimer(rttNanos);
        keepEarlyPayloads();
        send(HandshakeType.KEY_INIT, keyInit(), context.remote().receiverIndex(), nowNanos);
    }

    @Override
    void handleMessage(HandshakeChannel.Message message, IpAddress source, long nowNanos) {
        if (message.type() != HandshakeType.KEY_RESP || message.attempt() != ATTEMPT || answered) {
            drops.count(DropReason.UNEXPECTED);
            return;
        }
        KeyResp keyResp = KeyResp.parse(message.bytes());
        DropReason reason = keyResp == null ? DropReason.MALFORMED : accept(keyResp, nowNanos);
        if (reason != null) {
            reject(reason);
        }
    }

    @Override
    void handleReady() {
        timer.stop();
    }

    @Override
    public void handleTimeout(long nowNanos) {
        if (!timer.isDue(nowNanos)) {
            return;
        }
        if (timer.tryAgain(nowNanos)) {
            transmit(flight);
        } else {
            timeOut();
        }
    }

    @Override
    public long nextTimeoutNanos() {
        return timer.deadlineNanos();
    }

    @Override
    void wipe() {
        ephemeralKey.close();
        timer.stop();
        flight = List.of();
    }

    private byte[] keyInit() {
        byte[] unsigned = KeyInit.encodeUnsigned(
                context.local().capabilities().capabilities(),
                context.local().receiverIndex(),
                context.session(),
                SecureSession.EPOCH,
                ephemeralKey.publicKey(),
                null,
                context.identity().peerId());
        byte[] signature = SignatureContext.KEY_INIT.sign(context.identity(), transcript.add(unsigned));
        transcript.add(signature);
        return KeyInit.encode(unsigned, signature);
    }

    /** Establishes the session, or tells why the answer is none from the expected peer. */
    private @Nullable DropReason accept(KeyResp keyResp, long nowNanos) {
        DropReason misfit = misfit(keyResp);
        if (misfit != null) {
            return misfit;
        }
        byte[] shared = ephemeralKey.agree(keyResp.x25519Key());
        if (shared == null) {
            return DropReason.BAD_KEY_SHARE;
        }
        Transcript candidate = transcript.fork();
        byte[] th2 = candidate.add(keyResp.unboxedPart());
        try (KeySchedule keys = new KeySchedule(negotiation.suite().aead(), context.inviteSecret(), shared, th2)) {
            DropReason reason = verify(keys, th2, keyResp.box());
            if (reason != null) {
                return reason;
            }
            answered = true;
            byte[] th3 = candidate.add(keyResp.box());
            SecureSession session = openSession(keys, negotiation, th3, keyResp.responderIndex());
            byte[] keyConfirm = keyConfirm(keys, th3, keyResp.responderIndex());
            send(HandshakeType.KEY_CONFIRM, keyConfirm, keyResp.responderIndex(), nowNanos);
            establish(session);
        }
        ephemeralKey.close();
        return null;
    }

    private @Nullable DropReason misfit(KeyResp keyResp) {
        if (keyResp.version() != negotiation.version()
                || keyResp.suiteCode() != negotiation.suite().code()
                || keyResp.mlkemCiphertext() != null) {
            return DropReason.NOT_NEGOTIATED;
        }
        if (keyResp.initiatorIndex() != context.local().receiverIndex()) {
            return DropReason.WRONG_INDEX;
        }
        int bestVersion = context.local().capabilities().capabilities().maxVersion();
        return bestVersion > negotiation.version() && DowngradeSentinel.isMarked(keyResp.nonce())
                ? DropReason.DOWNGRADED
                : null;
    }

    private @Nullable DropReason verify(KeySchedule keys, byte[] th2, byte[] box) {
        byte[] opened = keys.openBox(Role.RESPONDER, th2, box);
        KeyResp.Proof proof = opened == null ? null : KeyResp.Proof.parse(opened);
        if (proof == null) {
            return DropReason.NOT_AUTHENTIC;
        }
        PeerId responder = proof.responder();
        if (!responder.equals(context.remote().peerId())) {
            return DropReason.WRONG_IDENTITY;
        }
        byte[] finished = keys.finished(Role.RESPONDER, th2, responder.bytes(), proof.signature());
        return SignatureContext.KEY_RESP.verify(responder, th2, proof.signature())
                        && MessageDigest.isEqual(finished, proof.finished())
                ? null
                : DropReason.NOT_AUTHENTIC;
    }

    private byte[] keyConfirm(KeySchedule keys, byte[] th3, int responderIndex) {
        byte[] signature = SignatureContext.KEY_CONFIRM.sign(context.identity(), th3);
        byte[] algorithm = {(byte) keys.algorithm().code()};
        byte[] finished = keys.finished(Role.INITIATOR, th3, algorithm, signature);
        byte[] proof = KeyConfirm.Proof.encode(keys.algorithm(), signature, finished);
        return KeyConfirm.encode(responderIndex, keys.sealBox(Role.INITIATOR, th3, proof));
    }

    private void send(HandshakeType type, byte[] message, int receiverIndex, long nowNanos) {
        flight = channel.seal(type, ATTEMPT, receiverIndex, message);
        transmit(flight);
        timer.start(nowNanos);
    }
}
