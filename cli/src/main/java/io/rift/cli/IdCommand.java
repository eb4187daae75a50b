package io.rift.cli;

import io.rift.cli.terminal.Screen;
import io.rift.peer.Identity;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rift id}: who this user is to other peers. */
@Command(
        name = "id",
        description = "Shows this user's peer id, and makes the identity at the first call.",
        mixinStandardHelpOptions = true,
        versionProvider = RiftVersion.class)
final class IdCommand implements Callable<Integer> {
    @Mixin
    private final IdentityOptions identityOptions = new IdentityOptions();

    @Option(names = "--short", description = "Print the peer id and nothing else.")
    private boolean idOnly;

    @Override
    public Integer call() {
        Screen out = Screen.output();
        boolean isNew = !Files.exists(identityOptions.file());
        Identity identity = identityOptions.load();
        if (idOnly) {
            out.line(identity.peerId().toString());
        } else {
            out.line("peer id      " + identity.peerId());
            out.line("fingerprint  " + identity.fingerprint());
            out.line("identity     " + identityOptions.file() + (isNew ? " (new)" : ""));
        }
        return ExitCode.OK;
    }
}
