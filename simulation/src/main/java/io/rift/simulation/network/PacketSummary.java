package io.rift.simulation.network;

import io.rift.protocol.Demultiplexer;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A few words about a payload, for the reader of a trace: what it is, what it carries, how long it is. */
final class PacketSummary {
    private static final List<StunAttribute<?>> SHOWN = List.of(
            StunAttributes.ERROR_CODE,
            StunAttributes.XOR_MAPPED_ADDRESS,
            StunAttributes.USE_CANDIDATE,
            TurnAttributes.XOR_PEER_ADDRESS,
            TurnAttributes.XOR_RELAYED_ADDRESS,
            TurnAttributes.CHANNEL_NUMBER,
            TurnAttributes.LIFETIME);

    private PacketSummary() {}

    static String of(ByteBuffer payload) {
        return switch (Demultiplexer.classify(payload)) {
            case STUN -> stun(payload);
            case CHANNEL_DATA -> channelData(payload);
            case HANDSHAKE -> "handshake fragment, " + bytes(payload);
            case COOKIE -> "handshake cookie, " + bytes(payload);
            case ENCRYPTED_PAYLOAD -> "EncryptedPayload, " + bytes(payload);
            case PEER_RELAYED -> "peer-relayed, " + bytes(payload);
            case UNKNOWN -> "unknown, " + bytes(payload);
        };
    }

    private static String stun(ByteBuffer payload) {
        StunMessage message = StunMessage.parse(payload);
        if (message == null) {
            return "malformed STUN, " + bytes(payload);
        }
        StringBuilder text = new StringBuilder(method(message.method())).append(' ');
        text.append(word(message.messageClass()));
        for (StunAttribute<?> attribute : SHOWN) {
            if (message.has(attribute)) {
                text.append(' ').append(value(message, attribute));
            }
        }
        ByteBuffer data = message.get(TurnAttributes.DATA);
        if (data != null) {
            text.append(" [").append(of(data)).append(']');
        }
        return text.append(", ").append(bytes(payload)).toString();
    }

    private static String value(StunMessage message, StunAttribute<?> attribute) {
        if (attribute.equals(StunAttributes.USE_CANDIDATE)) {
            return "USE-CANDIDATE";
        }
        String value = Objects.toString(message.get(attribute), "malformed");
        return attribute.equals(TurnAttributes.LIFETIME) ? "for " + value + " s" : value;
    }

    private static String channelData(ByteBuffer payload) {
        int length = ChannelData.payloadLength(payload);
        if (length < 0) {
            return "malformed ChannelData, " + bytes(payload);
        }
        ByteBuffer data = payload.slice(payload.position() + ChannelData.HEADER_BYTES, length);
        return String.format(Locale.ROOT, "ChannelData 0x%04X [%s]", ChannelData.number(payload), of(data));
    }

    private static String method(int method) {
        return switch (method) {
            case StunMethod.BINDING -> "Binding";
            case TurnMethod.ALLOCATE -> "Allocate";
            case TurnMethod.REFRESH -> "Refresh";
            case TurnMethod.SEND -> "Send";
            case TurnMethod.DATA -> "Data";
            case TurnMethod.CREATE_PERMISSION -> "CreatePermission";
            case TurnMethod.CHANNEL_BIND -> "ChannelBind";
            default -> String.format(Locale.ROOT, "method 0x%03X", method);
        };
    }

    private static String word(MessageClass messageClass) {
        return switch (messageClass) {
            case REQUEST -> "request";
            case INDICATION -> "indication";
            case SUCCESS_RESPONSE -> "success";
            case ERROR_RESPONSE -> "error";
        };
    }

    private static String bytes(ByteBuffer payload) {
        return payload.remaining() + " B";
    }
}
