package io.rift.peer;

import io.rift.protocol.PeerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

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

    private static final String HEADER = "-----BEGIN PRIVATE KEY-----";
    private static final String FOOTER = "-----END PRIVATE KEY-----";

    /** RFC 8410 section 7: PrivateKeyInfo of version 0 with the algorithm Ed25519 and 32 bytes in two octet strings. */
    private static final byte[] PKCS8_PREFIX = {
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20
    };

    /** Longer than any PEM file with one such key. */
    private static final long MAX_FILE_BYTES = 8_192;

    private final io.rift.peer.core.secure.Identity keys;

    private Identity(io.rift.peer.core.secure.Identity keys) {
        this.keys = keys;
    }

    /** A new key pair from the platform's strong random source. */
    public static Identity generate() {
        return new Identity(io.rift.peer.core.secure.Identity.generate(new SecureRandom()));
    }

    /**
     * Reads an identity that {@link #save} wrote, or any unencrypted PKCS#8 PEM file with an Ed25519 key (RFC 8410), such
     * as {@code openssl genpkey -algorithm ed25519} makes.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it holds no such key
     */
    public static Identity load(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw noKey(file);
        }
        String pem = Files.readString(file, StandardCharsets.US_ASCII);
        int from = pem.indexOf(HEADER);
        int to = pem.indexOf(FOOTER);
        if (from < 0 || to < from) {
            throw noKey(file);
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(pem.substring(from + HEADER.length(), to));
        } catch (IllegalArgumentException e) {
            throw noKey(file);
        }
        int prefix = PKCS8_PREFIX.length;
        boolean isEd25519 = der.length == prefix + io.rift.peer.core.secure.Identity.SEED_BYTES
                && Arrays.equals(der, 0, prefix, PKCS8_PREFIX, 0, prefix);
        if (!isEd25519) {
            throw noKey(file);
        }
        byte[] seed = Arrays.copyOfRange(der, prefix, der.length);
        Identity identity = new Identity(io.rift.peer.core.secure.Identity.fromSeed(seed));
        Arrays.fill(seed, (byte) 0);
        Arrays.fill(der, (byte) 0);
        return identity;
    }

    private static IllegalArgumentException noKey(Path file) {
        return new IllegalArgumentException(
                "'" + file + "' holds no unencrypted Ed25519 private key in PKCS#8 PEM (RFC 8410)");
    }

    /**
     * Reads the identity in the file, or generates one and saves it there when there is no such file.
     *
     * @throws IOException if the file can be neither read nor created
     * @throws IllegalArgumentException if it exists and holds no Ed25519 key
     */
    public static Identity loadOrGenerate(Path file) throws IOException {
        try {
            return load(file);
        } catch (NoSuchFileException e) {
            Identity identity = generate();
            try {
                identity.save(file);
            } catch (FileAlreadyExistsException raced) {
                return load(file);
            }
            return identity;
        }
    }

    /**
     * Writes the private key into a new file that only its owner may read (mode 600 where the file system has modes).
     *
     * @throws FileAlreadyExistsException if the file exists: a key is never overwritten
     * @throws IOException if the file cannot be written
     */
    public void save(Path file) throws IOException {
        byte[] der = Arrays.copyOf(PKCS8_PREFIX, PKCS8_PREFIX.length + io.rift.peer.core.secure.Identity.SEED_BYTES);
        byte[] seed = keys.seed();
        System.arraycopy(seed, 0, der, PKCS8_PREFIX.length, seed.length);
        String pem = HEADER + "\n" + Base64.getEncoder().encodeToString(der) + "\n" + FOOTER + "\n";
        Arrays.fill(seed, (byte) 0);
        Arrays.fill(der, (byte) 0);
        boolean hasModes =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = hasModes
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        // The mode is set when the file is created: there is no moment at which others could open it.
        Set<StandardOpenOption> create = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = Files.newByteChannel(file, create, ownerOnly)) {
            channel.write(StandardCharsets.US_ASCII.encode(pem));
        }
    }

    /** The public key, which is the peer's name. */
    public PeerId peerId() {
        return keys.peerId();
    }

    /** What two people compare by voice, see {@link PeerId#fingerprint()}. */
    public String fingerprint() {
        return peerId().fingerprint();
    }

    io.rift.peer.core.secure.Identity keys() {
        return keys;
    }

    /** The peer id; never the private key. */
    @Override
    public String toString() {
        return "Identity[" + peerId() + "]";
    }
}
