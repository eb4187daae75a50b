package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.server.core.auth.TimeLimitedCredential;
import java.util.ArrayList;
import java.util.List;

/** Who takes part in a {@link ModelRun}: users of all kinds, over datagrams and over streams. */
final class ModelClients {
    private static final TransportAddress CAROL = TransportAddress.parse("192.0.2.16:1");
    private static final TransportAddress OTHER_CAROL = TransportAddress.parse("192.0.2.17:1");
    private static final int CREDENTIAL_SECONDS = 1_500;

    private final TestServer shard;
    private final List<TestClient> clients = new ArrayList<>();
    private final int firstTimeLimited;

    ModelClients(TestServer shard) {
        this.shard = shard;
        TestClient stream =
                TestClient.alice(shard, TransportAddress.parse("192.0.2.14:1")).over(ClientTransport.TCP);
        clients.add(TestClient.alice(shard, TransportAddress.parse("192.0.2.10:1")));
        clients.add(TestClient.alice(shard, TransportAddress.parse("192.0.2.10:2")));
        clients.add(TestClient.alice(shard, TransportAddress.parse("192.0.2.11:1")));
        clients.add(new TestClient(shard, TransportAddress.parse("192.0.2.10:1"), "bob", "also secret"));
        clients.add(new TestClient(shard, TransportAddress.parse("192.0.2.13:1"), "bob", "also secret"));
        clients.add(stream);
        clients.add(stream.bobFrom(TransportAddress.parse("192.0.2.15:1")));
        firstTimeLimited = clients.size();
        clients.add(carol(CAROL, CREDENTIAL_SECONDS));
        clients.add(carol(OTHER_CAROL, 2 * CREDENTIAL_SECONDS));
    }

    private TestClient carol(TransportAddress address, long expirySeconds) {
        TimeLimitedCredential credential =
                TestServer.SECRETS.issue("carol", TestServer.START_WALL_SECONDS + expirySeconds);
        return new TestClient(shard, address, credential.username(), credential.password());
    }

    int count() {
        return clients.size();
    }

    TestClient get(int index) {
        return clients.get(index);
    }

    /** The first one of the time-limited user has a credential for so long. */
    void renewTimeLimited(long nowSeconds, long forSeconds) {
        clients.set(firstTimeLimited, carol(CAROL, nowSeconds + forSeconds));
    }

    /** By which name an operator revokes. */
    static String account(TestClient client) {
        return TurnModel.account(client.username);
    }

    /** What the model calls this user: it counts seconds from the start of the story. */
    static String modelName(TestClient client) {
        int colon = client.username.indexOf(':');
        return colon < 0
                ? client.username
                : Long.parseLong(client.username.substring(0, colon))
                        - TestServer.START_WALL_SECONDS
                        + client.username.substring(colon);
    }
}
