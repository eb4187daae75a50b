package io.rift.peer;

import io.rift.protocol.PeerId;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Who this peer is: an Ed25519 key pair. The public half is the {@link #peerId() peer id} that others dial; the private
 * half never leaves this process except into the file of {@link #save}.
 *
 * {@snippet :
 * Identity me = Identity.loadOrGenerate(Path.of("me.pem"));
 * System.out.println("I am " + me.peerId());
 * }
 */
public final class Identity {

    private Identity() {}

    /** A new key pair from the platform's strong random source. */
    public static Identity generate() {
        return pending(Identity.class);
    }

    /**
     * Reads an identity that {@link #save} wrote, or any unencrypted PKCS#8 PEM file with an Ed25519 key (RFC 8410).
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it holds no such key
     */
    public static Identity load(Path file) throws IOException {
        return pending(Identity.class);
    }

    /**
     * Reads the identity in the file, or generates one and saves it there when there is no such file.
     *
     * @throws IOException if the file can be neither read nor created
     * @throws IllegalArgumentException if it exists and holds no Ed25519 key
     */
    public static Identity loadOrGenerate(Path file) throws IOException {
        return pending(Identity.class);
    }

    /**
     * Writes the private key into a new file that only its owner may read (mode 600 where the file system has modes).
     *
     * @throws java.nio.file.FileAlreadyExistsException if the file exists: a key is never overwritten
     * @throws IOException if the file cannot be written
     */
    public void save(Path file) throws IOException {
        pending(Void.class);
    }

    /** The public key, which is the peer's name. */
    public PeerId peerId() {
        return pending(PeerId.class);
    }

    /** What two people compare by voice, see {@link PeerId#fingerprint()}. */
    public String fingerprint() {
        return peerId().fingerprint();
    }

    /** The peer id; never the private key. */
    @Override
    public String toString() {
        return "Identity[" + peerId() + "]";
    }

    private static <T> T pending(Class<T> type) {
        throw new UnsupportedOperationException("lands with the endpoint: " + type);
    }
}
