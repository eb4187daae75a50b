package io.rift.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rift.conformance.Needed;
import io.rift.protocol.PeerId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {

    @TempDir
    private Path folder;

    @Test
    void aSavedIdentityIsTheSameWhenLoaded() throws IOException {
        Identity identity = Identity.generate();
        Path file = folder.resolve("me.pem");
        identity.save(file);
        assertThat(Identity.load(file).peerId()).isEqualTo(identity.peerId());
    }

    @Test
    void theKeyOfRfc8410Section10Loads() throws IOException {
        Path file = folder.resolve("rfc8410.pem");
        Files.writeString(file, """
                -----BEGIN PRIVATE KEY-----
                MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
                -----END PRIVATE KEY-----
                """);
        byte[] publicKey = HexFormat.of().parseHex("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
        assertThat(Identity.load(file).peerId()).isEqualTo(PeerId.of(publicKey));
    }

    @Test
    void onlyTheOwnerMayReadTheFile() throws IOException {
        Path file = folder.resolve("me.pem");
        Needed.that(file.getFileSystem().supportedFileAttributeViews().contains("posix"), "files have no modes here");
        Identity.generate().save(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aKeyIsNeverOverwritten() throws IOException {
        Path file = folder.resolve("me.pem");
        Identity first = Identity.generate();
        first.save(file);
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> Identity.generate().save(file));
        assertThat(Identity.loadOrGenerate(file).peerId()).isEqualTo(first.peerId());
    }

    @Test
    void loadOrGenerateMakesTheFileOnce() throws IOException {
        Path file = folder.resolve("me.pem");
        Identity generated = Identity.loadOrGenerate(file);
        assertThat(Identity.loadOrGenerate(file).peerId()).isEqualTo(generated.peerId());
    }

    @Test
    void aMissingFileIsAnIoException() {
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Identity.load(folder.resolve("none")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no key at all",
                "-----END PRIVATE KEY----------BEGIN PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK\n-----END PRIVATE KEY-----",
                // X25519 (RFC 8410): the same form, another algorithm
                "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                        + "-----END PRIVATE KEY-----",
            })
    void aFileWithoutAnEd25519KeyIsRefusedByName(String content) throws IOException {
        Path file = folder.resolve("bad.pem");
        Files.writeString(file, content);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Identity.load(file))
                .withMessageContaining("bad.pem")
                .withMessageContaining("holds no unencrypted Ed25519 private key");
    }

    @Test
    void theTextFormShowsTheIdAndNothingElse() {
        Identity identity = Identity.generate();
        assertThat(identity).hasToString("Identity[" + identity.peerId() + "]");
    }
}
