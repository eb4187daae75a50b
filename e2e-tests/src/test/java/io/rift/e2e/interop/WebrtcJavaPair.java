package io.rift.e2e.interop;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceServer;
import dev.onvoid.webrtc.RTCIceTransportPolicy;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsType;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.TlsCertPolicy;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two webrtc-java peers of one process that may use relayed candidates only; the same as {@code relay-pair.mjs}. It runs
 * in a process of its own, as a JVM is in one network namespace. See {@link PairProcess} for what it prints.
 */
final class WebrtcJavaPair {
    private static final int PATIENCE_SECONDS = 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, List<String>> candidatesByPeer = new LinkedHashMap<>();
    private final PeerConnectionFactory factory;
    private final RTCConfiguration configuration;

    private WebrtcJavaPair(PeerConnectionFactory factory, RTCIceServer server) {
        this.factory = factory;
        configuration = new RTCConfiguration();
        configuration.iceServers.add(server);
        configuration.iceTransportPolicy = RTCIceTransportPolicy.RELAY;
    }

    /** Arguments: how many messages go each way, username, credential and a TURN URI. */
    public static void main(String[] arguments) throws Exception {
        int messages = Integer.parseInt(arguments[0]);
        Properties published = new Properties();
        try (var stream = RTCPeerConnection.class.getResourceAsStream(
                "/META-INF/maven/dev.onvoid.webrtc/webrtc-java/pom.properties")) {
            published.load(stream);
        }
        print(Map.of("version", published.getProperty("version")));
        PeerConnectionFactory factory = new PeerConnectionFactory(new HeadlessAudioDeviceModule());
        String uri = arguments[3];
        RTCIceServer server = new RTCIceServer();
        server.urls = List.of(uri);
        server.username = arguments[1];
        server.password = arguments[2];
        server.tlsCertPolicy = TlsCertPolicy.INSECURE_NO_CHECK;
        print(new WebrtcJavaPair(factory, server).talk(uri, messages));
        // The library's threads would keep the JVM.
        System.exit(0);
    }

    private static void print(Object value) {
        System.out.println(JSON.writeValueAsString(value));
    }

    private Map<String, Object> talk(String uri, int messages) throws Exception {
        CompletableFuture<RTCPeerConnection> aliceReady = new CompletableFuture<>();
        CompletableFuture<RTCPeerConnection> bobReady = new CompletableFuture<>();
        Inbox toAlice = new Inbox();
        Inbox toBob = new Inbox();
        RTCPeerConnection alice = factory.createPeerConnection(configuration, new Side("alice", bobReady, toAlice));
        RTCPeerConnection bob = factory.createPeerConnection(configuration, new Side("bob", aliceReady, toBob));
        toAlice.attach(alice.createDataChannel("interop", new RTCDataChannelInit()));

        RTCSessionDescription offer = described(observer -> alice.createOffer(new RTCOfferOptions(), observer));
        done(observer -> alice.setLocalDescription(offer, observer));
        done(observer -> bob.setRemoteDescription(offer, observer));
        bobReady.complete(bob);
        RTCSessionDescription answer = described(observer -> bob.createAnswer(new RTCAnswerOptions(), observer));
        done(observer -> bob.setLocalDescription(answer, observer));
        done(observer -> alice.setRemoteDescription(answer, observer));
        aliceReady.complete(alice);

        int bytes = 0;
        boolean intact = true;
        for (int i = 0; i < messages; i++) {
            String message = i + " " + "x".repeat(20 + i * 97 % 1000);
            toAlice.send(message);
            intact &= message.equals(toBob.receive());
            toBob.send("you said " + message);
            intact &= ("you said " + message).equals(toAlice.receive());
            bytes += 2 * message.length();
        }
        List<Object> selected = List.of(selected(alice), selected(bob));
        print(Map.of("talking", true));
        // Both stay until the test has looked at the server.
        var _ = System.in.readAllBytes();
        alice.close();
        bob.close();
        return Map.of(
                "uri", uri,
                "intact", intact,
                "bytes", bytes,
                "errors", errors,
                "candidates", candidatesByPeer,
                "selected", selected);
    }

    /** Data may flow before a pair is nominated, so this waits for that, 10 s at most. */
    private static Map<String, String> selected(RTCPeerConnection peer) throws Exception {
        Map<String, String> selected = nominated(peer);
        for (int tries = 1; selected.isEmpty() && tries < 100; tries++) {
            TimeUnit.MILLISECONDS.sleep(100);
            selected = nominated(peer);
        }
        return selected;
    }

    private static Map<String, String> nominated(RTCPeerConnection peer) throws Exception {
        CompletableFuture<Collection<RTCStats>> report = new CompletableFuture<>();
        peer.getStats(stats -> report.complete(List.copyOf(stats.getStats().values())));
        Collection<RTCStats> all = report.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        Map<String, Object> pair = all.stream()
                .filter(stats -> stats.getType() == RTCStatsType.CANDIDATE_PAIR)
                .map(RTCStats::getAttributes)
                .filter(attributes -> Boolean.TRUE.equals(attributes.get("nominated")))
                .findFirst()
                .orElse(Map.of());
        Map<String, String> selected = new LinkedHashMap<>();
        for (RTCStats stats : all) {
            if (stats.getId().equals(pair.get("localCandidateId"))) {
                selected.put("local", String.valueOf(stats.getAttributes().get("candidateType")));
                selected.put("protocol", String.valueOf(stats.getAttributes().get("relayProtocol")));
            } else if (stats.getId().equals(pair.get("remoteCandidateId"))) {
                selected.put("remote", String.valueOf(stats.getAttributes().get("candidateType")));
            }
        }
        return selected;
    }

    private interface Ask<T> {
        void with(T observer);
    }

    private static RTCSessionDescription described(Ask<CreateSessionDescriptionObserver> ask) throws Exception {
        CompletableFuture<RTCSessionDescription> result = new CompletableFuture<>();
        ask.with(new CreateSessionDescriptionObserver() {
            @Override
            public void onSuccess(RTCSessionDescription description) {
                result.complete(description);
            }

            @Override
            public void onFailure(String error) {
                result.completeExceptionally(new IllegalStateException(error));
            }
        });
        return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static void done(Ask<SetSessionDescriptionObserver> ask) throws Exception {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        ask.with(new SetSessionDescriptionObserver() {
            @Override
            public void onSuccess() {
                result.complete(true);
            }

            @Override
            public void onFailure(String error) {
                result.completeExceptionally(new IllegalStateException(error));
            }
        });
        result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** What one peer says of itself: its candidates go to the other one once that can take them. */
    private final class Side implements PeerConnectionObserver {
        private final List<String> candidates = Collections.synchronizedList(new ArrayList<>());
        private final CompletableFuture<RTCPeerConnection> other;
        private final Inbox inbox;

        Side(String name, CompletableFuture<RTCPeerConnection> other, Inbox inbox) {
            this.other = other;
            this.inbox = inbox;
            candidatesByPeer.put(name, candidates);
        }

        @Override
        public void onIceCandidate(RTCIceCandidate candidate) {
            candidates.add(candidate.sdp);
            // Not on the library's own thread, which is inside this call.
            var _ = other.thenAcceptAsync(peer -> peer.addIceCandidate(candidate));
        }

        @Override
        public void onIceCandidateError(dev.onvoid.webrtc.RTCPeerConnectionIceErrorEvent event) {
            errors.add(event.getUrl() + " " + event.getErrorCode() + " " + event.getErrorText());
        }

        @Override
        public void onDataChannel(RTCDataChannel channel) {
            inbox.attach(channel);
        }
    }

    /** One end of the data channel. */
    private static final class Inbox implements RTCDataChannelObserver {
        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final CompletableFuture<RTCDataChannel> open = new CompletableFuture<>();
        private volatile RTCDataChannel attached;

        void attach(RTCDataChannel channel) {
            attached = channel;
            channel.registerObserver(this);
            onStateChange();
        }

        void send(String message) throws Exception {
            open.get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .send(new RTCDataChannelBuffer(ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8)), false));
        }

        String receive() throws InterruptedException {
            return messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void onMessage(RTCDataChannelBuffer buffer) {
            messages.add(StandardCharsets.UTF_8.decode(buffer.data).toString());
        }

        @Override
        public void onStateChange() {
            if (attached.getState() == RTCDataChannelState.OPEN) {
                open.complete(attached);
            }
        }

        @Override
        public void onBufferedAmountChange(long previousAmount) {}
    }
}
