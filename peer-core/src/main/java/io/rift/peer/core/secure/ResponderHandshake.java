package io.rift.peer.core.secure;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.PeerId;
import io.rift.protocol.secure.Capabilities;
import io.rift.protocol.secure.DowngradeSentinel;
import io.rift.protocol.secure.HandshakeType;
import io.rift.protocol.secure.KeyConfirm;
import io.rift.protocol.secure.KeyInit;
import io.rift.protocol.secure.KeyResp;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The side that is connected to: answers the first good KeyInit with KeyResp, repeats that answer whenever the same
 * KeyInit comes again, and is established by KeyConfirm.
 */
final class ResponderHandshake extends Handshake {

    static final long HALF_OPEN_NANOS = SECONDS.toNanos(30);

    /** Bounds what a recorded KeyConfirm, played back for ever, costs of the control key's counter. */
    static final int MAX_READY = 16;

    private final Negotiation negotiation;
    private final HandshakeLimits limits;
    private final RandomGenerator random;
    private @Nullable HalfOpen halfOpen;
    private @Nullable Confirmed confirmed;

    ResponderHandshake(
            HandshakeContext context, Negotiation negotiation, HandshakeLimits limits, RandomGenerator random) {
        super(context, Role.RESPONDER, random);
        this.negotiation = negotiation;
        this.limits = limits;
        this.random = random;
    }

    @Override
    void handleMessage(HandshakeChannel.Message message, IpAddress source, long nowNanos) {
        switch (message.type()) {
            case KEY_INIT -> handleKeyInit(message, source, nowNanos);
            case KEY_CONFIRM -> handleKeyConfirm(message);
            case KEY_RESP -> drops.count(DropReason.UNEXPECTED);
        }
    }

    @Override
    void handleReady() {
        // Only a responder says this; from an initiator it means nothing.
    }

    @Override
    public void handleTimeout(long nowNanos) {
        if (Deadlines.isDue(nextTimeoutNanos(), nowNanos)) {
            timeOut();
        }
    }

    @Override
    public long nextTimeoutNanos() {
        return halfOpen == null ? Deadlines.NEVER : halfOpen.deadlineNanos;
    }

    @Override
    void wipe() {
        if (halfOpen != null) {
            leaveHalfOpen(halfOpen);
        }
        confirmed = null;
    }

    private void handleKeyInit(HandshakeChannel.Message message, IpAddress source, long nowNanos) {
        byte[] hash = Hkdf.hash(message.bytes());
        if (halfOpen != null && Arrays.equals(halfOpen.keyInitHash, hash)) {
            transmit(halfOpen.answer);
            return;
        }
        if (halfOpen != null || confirmed != null) {
            drops.count(DropReason.UNEXPECTED);
            return;
        }
        KeyInit keyInit = KeyInit.parse(message.bytes());
        DropReason misfit = keyInit == null ? null : misfit(keyInit);
        if (keyInit == null || misfit != null) {
            reject(misfit == null ? DropReason.MALFORMED : misfit);
            return;
        }
        if (!limits.admit(context.remote().peerId(), source, nowNanos)) {
            drops.count(DropReason.RATE_LIMITED);
            return;
        }
        answer(keyInit, message.attempt(), hash, nowNanos);
    }

    private @Nullable DropReason misfit(KeyInit keyInit) {
        Capabilities offer = context.remote().capabilities().capabilities();
        if (keyInit.minVersion() != offer.minVersion()
                || keyInit.maxVersion() != offer.maxVersion()
                || !keyInit.suites().equals(offer.suites())
                || keyInit.epoch() != SecureSession.EPOCH
                || !Arrays.equals(keyInit.session(), context.session())) {
            return DropReason.NOT_NEGOTIATED;
        }
        return keyInit.initiator().equals(context.remote().peerId()) ? null : DropReason.WRONG_IDENTITY;
    }

    private void answer(KeyInit keyInit, int attempt, byte[] hash, long nowNanos) {
        PeerId initiator = context.remote().peerId();
        Transcript transcript = Transcript.begin(context, Role.RESPONDER);
        byte[] th1 = transcript.add(keyInit.unsignedPart());
        if (!SignatureContext.KEY_INIT.verify(initiator, th1, keyInit.signature())) {
            reject(DropReason.NOT_AUTHENTIC);
            return;
        }
        if (!limits.open(initiator, this)) {
            drops.count(DropReason.RATE_LIMITED);
            return;
        }
        transcript.add(keyInit.signature());
        byte[] shared;
        byte[] unboxed;
        try (EphemeralKey ephemeralKey = new EphemeralKey(random)) {
            shared = ephemeralKey.agree(keyInit.x25519Key());
            unboxed = KeyResp.encodeUnboxed(
                    negotiation.version(),
                    negotiation.suite(),
                    context.local().receiverIndex(),
                    keyInit.initiatorIndex(),
                    nonce(),
                    ephemeralKey.publicKey(),
                    null);
        }
        if (shared == null) {
            limits.close(initiator, this);
            reject(DropReason.BAD_KEY_SHARE);
            return;
        }
        byte[] th2 = transcript.add(unboxed);
        KeySchedule keys = new KeySchedule(negotiation.suite().aead(), context.inviteSecret(), shared, th2);
        byte[] box = keys.sealBox(Role.RESPONDER, th2, proof(keys, th2));
        byte[] th3 = transcript.add(box);
        byte[] keyResp = KeyResp.encode(unboxed, box);
        List<byte[]> answer = channel.seal(HandshakeType.KEY_RESP, attempt, keyInit.initiatorIndex(), keyResp);
        SecureSession session = openSession(keys, negotiation, th3, keyInit.initiatorIndex());
        halfOpen = new HalfOpen(hash, answer, keys, th3, session, nowNanos + HALF_OPEN_NANOS);
        keepEarlyPayloads();
        transmit(answer);
        emit(new HandshakeOutput.MaySend(session));
    }

    private byte[] nonce() {
        byte[] nonce = new byte[KeyResp.NONCE_BYTES];
        random.nextBytes(nonce);
        if (context.local().capabilities().capabilities().maxVersion() > negotiation.version()) {
            DowngradeSentinel.mark(nonce);
        }
        return nonce;
    }

    private byte[] proof(KeySchedule keys, byte[] th2) {
        PeerId responder = context.identity().peerId();
        byte[] signature = SignatureContext.KEY_RESP.sign(context.identity(), th2);
        byte[] finished = keys.finished(Role.RESPONDER, th2, responder.bytes(), signature);
        return KeyResp.Proof.encode(responder, signature, finished);
    }

    private void handleKeyConfirm(HandshakeChannel.Message message) {
        if (confirmed != null && Arrays.equals(confirmed.keyConfirmHash, Hkdf.hash(message.bytes()))) {
            sayReady(confirmed);
            return;
        }
        HalfOpen pending = halfOpen;
        if (pending == null) {
            drops.count(DropReason.UNEXPECTED);
            return;
        }
        KeyConfirm keyConfirm = KeyConfirm.parse(message.bytes());
        if (keyConfirm == null || !isAuthentic(keyConfirm, pending)) {
            reject(keyConfirm == null ? DropReason.MALFORMED : DropReason.NOT_AUTHENTIC);
            return;
        }
        leaveHalfOpen(pending);
        confirmed = new Confirmed(Hkdf.hash(message.bytes()), pending.session);
        sayReady(confirmed);
        establish(pending.session);
    }

    private boolean isAuthentic(KeyConfirm keyConfirm, HalfOpen pending) {
        byte[] th3 = pending.th3;
        byte[] opened = pending.keys.openBox(Role.INITIATOR, th3, keyConfirm.box());
        KeyConfirm.Proof proof = opened == null ? null : KeyConfirm.Proof.parse(opened);
        if (proof == null
                || proof.algorithmCode() != pending.keys.algorithm().code()
                || keyConfirm.responderIndex() != context.local().receiverIndex()) {
            return false;
        }
        byte[] algorithm = {(byte) proof.algorithmCode()};
        byte[] finished = pending.keys.finished(Role.INITIATOR, th3, algorithm, proof.signature());
        return SignatureContext.KEY_CONFIRM.verify(context.remote().peerId(), th3, proof.signature())
                && MessageDigest.isEqual(finished, proof.finished());
    }

    private void sayReady(Confirmed state) {
        if (state.readySent < MAX_READY) {
            state.readySent++;
            emit(new HandshakeOutput.Transmit(state.session.sealReady()));
        }
    }

    private void leaveHalfOpen(HalfOpen pending) {
        pending.keys.close();
        limits.close(context.remote().peerId(), this);
        halfOpen = null;
    }

    /** KeyInit is answered, KeyConfirm awaited. */
    private static final class HalfOpen {
        private final byte[] keyInitHash;
        private final List<byte[]> answer;
        private final KeySchedule keys;
        private final byte[] th3;
        private final SecureSession session;
        private final long deadlineNanos;

        HalfOpen(
                byte[] keyInitHash,
                List<byte[]> answer,
                KeySchedule keys,
                byte[] th3,
                SecureSession session,
                long deadlineNanos) {
            this.keyInitHash = keyInitHash;
            this.answer = answer;
            this.keys = keys;
            this.th3 = th3;
            this.session = session;
            this.deadlineNanos = deadlineNanos;
        }
    }

    /** KeyConfirm was good. */
    private static final class Confirmed {
        private final byte[] keyConfirmHash;
        private final SecureSession session;
        private int readySent;

        Confirmed(byte[] keyConfirmHash, SecureSession session) {
            this.keyConfirmHash = keyConfirmHash;
            this.session = session;
        }
    }
}
