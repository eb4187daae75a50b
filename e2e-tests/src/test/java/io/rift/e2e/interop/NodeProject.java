package io.rift.e2e.interop;

import io.rift.cli.lab.Programs;
import io.rift.conformance.Needed;
import io.rift.e2e.Finished;
import io.rift.e2e.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code src/test/webrtc}, copied below {@code target} with the npm packages that its lock file names. */
final class NodeProject {
    private static final Path MODULE = Needs.home().resolve("e2e-tests");
    private static final Path SOURCE = MODULE.resolve("src").resolve("test").resolve("webrtc");
    private static final Path TARGET = MODULE.resolve("target").resolve("webrtc");
    private static final Path INSTALLED = TARGET.resolve("installed-lock.json");
    private static final Path LOG = TARGET.resolve("npm.log");
    private static final int INSTALL_MINUTES = 3;

    private final String obstacle;

    private NodeProject(String obstacle) {
        this.obstacle = obstacle;
    }

    /** Makes it ready to run, or finds out why that cannot be. May take minutes. */
    static NodeProject install() throws IOException, InterruptedException {
        for (String program : List.of("node", "npm")) {
            if (Programs.find(program).isEmpty()) {
                return new NodeProject("the program '" + program + "' is not installed");
            }
        }
        Files.createDirectories(TARGET);
        try (Stream<Path> files = Files.list(SOURCE)) {
            for (Path file : files.toList()) {
                Files.copy(file, TARGET.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Path lock = SOURCE.resolve("package-lock.json");
        if (!Files.exists(INSTALLED) || Files.mismatch(lock, INSTALLED) >= 0) {
            if (!npmCi()) {
                return new NodeProject("npm cannot install the packages of e2e-tests/src/test/webrtc, see " + LOG);
            }
            Files.copy(lock, INSTALLED, StandardCopyOption.REPLACE_EXISTING);
        }
        return new NodeProject("");
    }

    /** One of its programs. Skips the test that asks for it, with the reason, if there is an obstacle. */
    String program(String name) {
        Needed.that(obstacle.isEmpty(), obstacle);
        return TARGET.resolve(name).toString();
    }

    private static boolean npmCi() throws IOException, InterruptedException {
        Process npm = new ProcessBuilder(List.of("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"))
                .directory(TARGET.toFile())
                .redirectErrorStream(true)
                .redirectOutput(LOG.toFile())
                .start();
        try {
            return npm.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) && npm.exitValue() == 0;
        } finally {
            Finished.kill(npm);
        }
    }
}
