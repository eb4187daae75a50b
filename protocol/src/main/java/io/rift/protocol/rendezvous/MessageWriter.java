package io.rift.protocol.rendezvous;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.RendezvousMessage.Authenticate;
import io.rift.protocol.rendezvous.RendezvousMessage.Challenge;
import io.rift.protocol.rendezvous.RendezvousMessage.Connect;
import io.rift.protocol.rendezvous.RendezvousMessage.Credentials;
import io.rift.protocol.rendezvous.RendezvousMessage.End;
import io.rift.protocol.rendezvous.RendezvousMessage.ErrorMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.IceCandidates;
import io.rift.protocol.rendezvous.RendezvousMessage.Incoming;
import io.rift.protocol.rendezvous.RendezvousMessage.RefreshCredentials;
import io.rift.protocol.rendezvous.RendezvousMessage.Refuse;
import io.rift.protocol.rendezvous.RendezvousMessage.Report;
import io.rift.protocol.rendezvous.RendezvousMessage.Welcome;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Messages to JSON. Every field is in its canonical text form and absent fields are left out. */
final class MessageWriter {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator json;

    private MessageWriter(JsonGenerator json) {
        this.json = json;
    }

    static String write(RendezvousMessage message) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            new MessageWriter(json).fields(message);
            json.writeEndObject();
        }
        return text.toString();
    }

    private void fields(RendezvousMessage message) {
        switch (message) {
            case Challenge challenge -> {
                type("challenge");
                text("serverNonce", challenge.serverNonce());
            }
            case Authenticate authenticate -> {
                type("authenticate");
                text("peerId", authenticate.peerId());
                text("authority", authenticate.authority());
                text("clientNonce", authenticate.clientNonce());
                text("signature", authenticate.signature());
            }
            case Welcome welcome -> {
                type("welcome");
                text("peerId", welcome.peerId());
                addresses("stunServers", welcome.stunServers());
                turnServers(welcome.turnServers());
                json.writeNumberProperty("maxMessageBytes", welcome.maxMessageBytes());
                json.writeNumberProperty("pingIntervalSeconds", welcome.pingIntervalSeconds());
            }
            case RefreshCredentials refresh -> type("refresh-credentials");
            case Credentials credentials -> {
                type("credentials");
                turnServers(credentials.turnServers());
            }
            case Connect connect -> {
                type("connect");
                text("to", connect.to());
                iceCandidates(connect.ice());
            }
            case Incoming incoming -> {
                type("incoming");
                text("from", incoming.from());
                iceCandidates(incoming.ice());
            }
            case IceCandidates candidates -> {
                type("ice-candidates");
                iceCandidates(candidates);
            }
            case Refuse refuse -> {
                type("refuse");
                text("session", refuse.session());
                text("reason", refuse.reason().wireName());
            }
            case End end -> {
                type("end");
                text("session", end.session());
            }
            case Report report -> {
                type("report");
                text("session", report.session());
                text("path", report.path().wireName());
                text("localNat", report.localNat().wireName());
                text("remoteNat", report.remoteNat().wireName());
                json.writeNumberProperty("millis", report.millis());
            }
            case ErrorMessage error -> {
                type("error");
                text("code", error.code().wireName());
                text("message", error.message());
                textIfAny("session", error.session());
            }
        }
    }

    private void iceCandidates(IceCandidates ice) {
        text("session", ice.session());
        PeerParameters parameters = ice.parameters();
        if (parameters != null) {
            peerParameters(parameters);
        }
        json.writeArrayPropertyStart("candidates");
        for (IceCandidate candidate : ice.candidates()) {
            json.writeStartObject();
            text("foundation", candidate.foundation());
            text("type", candidate.type().wireName());
            json.writeNumberProperty("priority", candidate.priority());
            text("address", candidate.address());
            textIfAny("relatedAddress", candidate.relatedAddress());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeBooleanProperty("endOfCandidates", ice.endOfCandidates());
    }

    private void peerParameters(PeerParameters parameters) {
        json.writeObjectPropertyStart("parameters");
        text("rendezvousNonce", parameters.rendezvousNonce());
        text("ufrag", parameters.ufrag());
        text("pwd", parameters.pwd());
        json.writeNumberProperty("rxIndex", parameters.rxIndex());
        text("capabilities", parameters.capabilities());
        text("capabilitiesSignature", parameters.capabilitiesSignature());
        text("natKind", parameters.natKind().wireName());
        json.writeEndObject();
    }

    private void turnServers(List<TurnAccess> servers) {
        json.writeArrayPropertyStart("turnServers");
        for (TurnAccess server : servers) {
            json.writeStartObject();
            text("address", server.address());
            text("username", server.username());
            text("password", server.password());
            json.writeNumberProperty("ttlSeconds", server.ttlSeconds());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void addresses(String name, List<TransportAddress> addresses) {
        json.writeArrayPropertyStart(name);
        for (TransportAddress address : addresses) {
            json.writeString(address.toString());
        }
        json.writeEndArray();
    }

    private void type(String type) {
        json.writeStringProperty("type", type);
    }

    /** The text form of {@code value} is its {@code toString()}. */
    private void text(String name, Object value) {
        json.writeStringProperty(name, value.toString());
    }

    private void textIfAny(String name, @Nullable Object value) {
        if (value != null) {
            text(name, value);
        }
    }
}
