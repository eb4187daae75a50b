package io.rift.server;

import io.rift.protocol.IpAddress;
import io.rift.server.address.AddressPlan;
import io.rift.server.config.ConfigurationException;
import io.rift.server.socket.TurnSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Where a running server listens.
 *
 * @param http TCP port of the rendezvous
 * @param management TCP port of health and metrics; 0 when they are switched off
 * @param turn UDP port of STUN and TURN
 * @param turnTcp TCP port of STUN and TURN; 0 when there is none
 * @param turnTls TCP port of STUN and TURN over TLS; 0 when there is none
 * @param turnDtls UDP port of STUN and TURN over DTLS; 0 when there is none
 * @param stun UDP port of STUN Binding alone
 * @param addresses that peers are told, at least one
 */
public record ServerPorts(
        int http,
        int management,
        int turn,
        int turnTcp,
        int turnTls,
        int turnDtls,
        int stun,
        List<IpAddress> addresses) {

    /** Takes a copy. */
    public ServerPorts {
        addresses = List.copyOf(addresses);
    }

    static ServerPorts of(ApplicationContext context) {
        Environment environment = context.getEnvironment();
        int http = environment.getRequiredProperty("local.server.port", Integer.class);
        boolean managed = !environment.getProperty("management.server.port", "").equals("-1");
        TurnSockets sockets = context.getBean(TurnSockets.class);
        return new ServerPorts(
                http,
                managed ? environment.getProperty("local.management.port", Integer.class, http) : 0,
                sockets.turnPort(),
                sockets.tcpPort(),
                sockets.tlsPort(),
                sockets.dtlsPort(),
                sockets.stunPort(),
                context.getBean(AddressPlan.class).announced());
    }

    /** The address of the rendezvous for a program on {@code host}. */
    public String rendezvous(@Nullable IpAddress host) {
        return "ws://" + host(host == null ? addresses.getFirst() : host) + ":" + http + "/rendezvous";
    }

    static String host(IpAddress address) {
        return address.isIpv4() ? address.toString() : "[" + address + "]";
    }

    /** One JSON object. All values are numbers or address literals, so nothing needs escaping. */
    String toJson() {
        String quoted = String.join(
                ", ", addresses.stream().map(address -> "\"" + address + "\"").toList());
        return """
                {
                  "pid": %d,
                  "http": %d,
                  "management": %d,
                  "turn": %d,
                  "turnTcp": %d,
                  "turnTls": %d,
                  "turnDtls": %d,
                  "stun": %d,
                  "addresses": [%s],
                  "rendezvous": "%s"
                }
                """.formatted(
                        ProcessHandle.current().pid(),
                        http,
                        management,
                        turn,
                        turnTcp,
                        turnTls,
                        turnDtls,
                        stun,
                        quoted,
                        rendezvous(null));
    }

    /**
     * Writes the JSON so that a reader sees all of it or none.
     *
     * @throws ConfigurationException if that fails
     */
    void writeTo(Path file) {
        Path target = file.toAbsolutePath();
        Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
        try {
            Files.writeString(unfinished, toJson());
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ConfigurationException("rift.ports-file=" + file + ": cannot be written: " + e, e);
        }
    }
}
