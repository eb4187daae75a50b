package io.rift.protocol.rendezvous;

/** Names and bounds that both ends of the rendezvous share. */
public final class RendezvousProtocol {
    /** The WebSocket subprotocol (RFC 6455 section 1.9) that client and server must agree on. */
    public static final String SUBPROTOCOL = "rift.v2";

    /** Path of the WebSocket endpoint. */
    public static final String PATH = "/rendezvous";

    /** Longest message in UTF-8 octets, in both directions. */
    public static final int MAX_MESSAGE_BYTES = 16 * 1024;

    /** Most candidates in one {@link RendezvousMessage.IceCandidates}. */
    public static final int MAX_CANDIDATES_PER_MESSAGE = 32;

    /** Most STUN servers in one {@link RendezvousMessage.Welcome}. */
    public static final int MAX_STUN_SERVERS = 16;

    /** Most TURN servers in one {@link RendezvousMessage.Welcome} or {@link RendezvousMessage.Credentials}. */
    public static final int MAX_TURN_SERVERS = 8;

    /** Longest authority: a DNS name of 253 characters, a colon and a port. */
    public static final int MAX_AUTHORITY_LENGTH = 259;

    /** Longest human-readable text in an {@link RendezvousMessage.ErrorMessage}. */
    public static final int MAX_ERROR_TEXT_LENGTH = 256;

    /** Longest capabilities blob in octets. */
    public static final int MAX_CAPABILITIES_BYTES = 512;

    /** Length of the nonces of {@link RendezvousMessage.Challenge} and {@link RendezvousMessage.Authenticate}. */
    public static final int NONCE_BYTES = 32;

    /** Length of {@link PeerParameters#rendezvousNonce()}. */
    public static final int RENDEZVOUS_NONCE_BYTES = 16;

    /** Length of an Ed25519 signature (RFC 8032 section 5.1.6). */
    public static final int SIGNATURE_BYTES = 64;

    /** Longest time to connect that a {@link RendezvousMessage.Report} may carry: ten minutes. */
    public static final int MAX_REPORT_MILLIS = 600_000;

    private RendezvousProtocol() {}
}
