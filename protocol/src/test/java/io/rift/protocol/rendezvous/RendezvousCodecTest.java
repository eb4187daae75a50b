package io.rift.protocol.rendezvous;

import static io.rift.protocol.rendezvous.RendezvousErrorCode.MALFORMED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.TOO_LARGE;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.UNKNOWN_TYPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.RendezvousMessage.Connect;
import io.rift.protocol.rendezvous.RendezvousMessage.ErrorMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.FromClient;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import io.rift.protocol.rendezvous.RendezvousMessage.IceCandidates;
import io.rift.protocol.rendezvous.RendezvousMessage.Report;
import io.rift.protocol.rendezvous.RendezvousMessage.Welcome;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class RendezvousCodecTest {
    private static final String SESSION = Samples.SESSION.toString();
    private static final String END = "{\"type\":\"end\",\"session\":\"" + SESSION + "\"}";

    /** A good value and a bad one for the same field of a good message. */
    static final List<List<String>> FIELDS_OUT_OF_BOUNDS = List.of(
            List.of(
                    "connect",
                    "\"to\":\"" + Samples.BOB,
                    "\"to\":\"b" + Samples.BOB.toString().substring(1)),
            List.of("connect", "\"ufrag\":\"uFr+\"", "\"ufrag\":\"uFr\""),
            List.of("connect", "\"ufrag\":\"uFr+\"", "\"ufrag\":\"uFr_\""),
            List.of("connect", "\"ufrag\":\"uFr+\"", "\"ufrag\":\"" + "a".repeat(65) + "\""),
            List.of("connect", "\"pwd\":\"0", "\"pwd\":\""),
            List.of("connect", "\"pwd\":\"0", "\"pwd\":\"" + "0".repeat(236)),
            List.of("connect", "\"rxIndex\":4294967295", "\"rxIndex\":4294967296"),
            List.of("connect", "\"rxIndex\":4294967295", "\"rxIndex\":-1"),
            List.of("connect", "\"rxIndex\":4294967295", "\"rxIndex\":\"1\""),
            List.of("connect", "\"rxIndex\":4294967295", "\"rxIndex\":1.0"),
            List.of("connect", "\"rxIndex\":4294967295", "\"rxIndex\":99999999999999999999"),
            List.of("connect", "\"rxIndex\":4294967295", "\"rxIndex\":null"),
            List.of("connect", "\"rendezvousNonce\":\"AQ", "\"rendezvousNonce\":\""),
            List.of("connect", "\"capabilitiesSignature\":\"Aw", "\"capabilitiesSignature\":\"AwMD"),
            List.of("connect", "\"capabilities\":\"AgICAgICAgICAgICAgICAgICAgI\"", "\"capabilities\":\"\""),
            List.of("connect", "\"natKind\":\"endpoint-independent\"", "\"natKind\":\"symmetric\""),
            List.of("connect", "\"parameters\":{", "\"parameter\":{"),
            List.of("connect", "\"parameters\":{", "\"parameters\":[],\"x\":{"),
            List.of("connect", "\"foundation\":\"1\"", "\"foundation\":\"\""),
            List.of("connect", "\"foundation\":\"1\"", "\"foundation\":\"" + "1".repeat(33) + "\""),
            List.of("connect", "\"priority\":2130706431", "\"priority\":0"),
            List.of("connect", "\"priority\":2130706431", "\"priority\":2147483648"),
            List.of("connect", "\"address\":\"[2001:db8::1]:5000\"", "\"address\":\"[2001:db8::1]:0\""),
            List.of("connect", "\"address\":\"[2001:db8::1]:5000\"", "\"address\":\"localhost:5000\""),
            List.of("connect", "\"type\":\"srflx\"", "\"type\":\"tcp\""),
            List.of("connect", "\"relatedAddress\":\"10.0.0.2:5000\"", "\"relatedAddress\":null"),
            List.of("connect", "\"candidates\":[{", "\"candidates\":[1,{"),
            List.of("connect", "\"endOfCandidates\":false", "\"endOfCandidates\":0"),
            List.of("authenticate", "\"authority\":\"rift", "\"authority\":\"Rift"),
            List.of("authenticate", "\"authority\":\"rift", "\"authority\":\"r\u00efft"),
            List.of("authenticate", "\"authority\":\"rift", "\"authority\":\"" + "a".repeat(260)),
            List.of("authenticate", "\"clientNonce\":\"BAQ", "\"clientNonce\":\"B"),
            List.of("authenticate", "\"signature\":\"BQUF", "\"signature\":\""),
            List.of("refuse", "\"reason\":\"busy\"", "\"reason\":\"BUSY\""),
            List.of("report", "\"path\":\"srflx\"", "\"path\":\"relay\""),
            List.of("report", "\"localNat\":\"endpoint-independent\"", "\"localNat\":\"10.0.0.1\""),
            List.of("report", "\"millis\":123", "\"millis\":600001"),
            List.of("report", "\"millis\":123", "\"milli\":123"),
            List.of("end", "\"session\":\"Xl5e", "\"session\":\"Xl5eXl5e"));

    @Test
    void everyMessageSurvivesTheWay() {
        Samples.fromClient().forEach((type, message) -> {
            String text = RendezvousCodec.encode(message);
            assertThat(text).startsWith("{\"type\":\"" + type + "\"");
            assertThat(RendezvousCodec.decodeFromClient(text)).isEqualTo(new Decoded.Message<>(message));
        });
        Samples.fromServer().forEach((type, message) -> {
            String text = RendezvousCodec.encode(message);
            assertThat(text).startsWith("{\"type\":\"" + type + "\"");
            assertThat(RendezvousCodec.decodeFromServer(text)).isEqualTo(new Decoded.Message<>(message));
        });
    }

    @Test
    void thereIsASampleOfEveryMessage() {
        Stream<Class<?>> permitted = Stream.of(
                        FromClient.class.getPermittedSubclasses(), FromServer.class.getPermittedSubclasses())
                .flatMap(Stream::of)
                .distinct();
        Stream<Class<?>> sampled = Stream.concat(
                        Samples.fromClient().values().stream(), Samples.fromServer().values().stream())
                .<Class<?>>map(Object::getClass)
                .distinct();
        assertThat(sampled).containsExactlyInAnyOrderElementsOf(permitted.toList());
    }

    @Test
    void aCallLooksLikeThisOnTheWire() {
        String filled32 = "Xl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl4";
        assertThat(RendezvousCodec.encode(new Connect(Samples.BOB, Samples.offer())))
                .isEqualTo("{\"type\":\"connect\","
                        + "\"to\":\"" + Samples.BOB + "\","
                        + "\"session\":\"" + filled32 + "\","
                        + "\"parameters\":{"
                        + "\"rendezvousNonce\":\"AQEBAQEBAQEBAQEBAQEBAQ\","
                        + "\"ufrag\":\"uFr+\","
                        + "\"pwd\":\"0123456789abcdefghij/+\","
                        + "\"rxIndex\":4294967295,"
                        + "\"capabilities\":\"AgICAgICAgICAgICAgICAgICAgI\","
                        + "\"capabilitiesSignature\":\"" + "AwMD".repeat(21) + "Aw\","
                        + "\"natKind\":\"endpoint-independent\"},"
                        + "\"candidates\":["
                        + "{\"foundation\":\"1\",\"type\":\"host\",\"priority\":2130706431,"
                        + "\"address\":\"[2001:db8::1]:5000\"},"
                        + "{\"foundation\":\"2\",\"type\":\"srflx\",\"priority\":1694498815,"
                        + "\"address\":\"192.0.2.1:40000\",\"relatedAddress\":\"10.0.0.2:5000\"}],"
                        + "\"endOfCandidates\":false}");
    }

    @ParameterizedTest
    @FieldSource("FIELDS_OUT_OF_BOUNDS")
    void aFieldOutOfBoundsIsMalformed(List<String> typeGoodBad) {
        String good = RendezvousCodec.encode(Samples.fromClient().get(typeGoodBad.get(0)));
        assertThat(good).contains(typeGoodBad.get(1));
        String bad = good.replace(typeGoodBad.get(1), typeGoodBad.get(2));
        assertThat(rejected(bad).code()).isEqualTo(MALFORMED);
    }

    @Test
    void moreCandidatesThanAllowedAreMalformed() {
        String candidate = "{\"foundation\":\"1\",\"type\":\"host\",\"priority\":1,\"address\":\"192.0.2.1:1\"}";
        String most = "{\"type\":\"ice-candidates\",\"session\":\"" + SESSION + "\",\"candidates\":["
                + String.join(",", Collections.nCopies(32, candidate)) + "]}";
        assertThat(RendezvousCodec.decodeFromClient(most)).isInstanceOf(Decoded.Message.class);
        assertThat(rejected(most.replace("]}", "," + candidate + "]}")).code()).isEqualTo(MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"end\"",
                "{",
                "{}",
                "{\"type\":1}",
                "{\"type\":\"end\"",
                "{'type':'end'}",
                "{type:\"end\"}",
                "\u0000",
                "\ud800",
                "{\"type\":\"end\",}"
            })
    void whatIsNotOneObjectWithATypeIsMalformed(String text) {
        assertThat(rejected(text).code()).isEqualTo(MALFORMED);
    }

    @Test
    void textBehindTheObjectIsMalformed() {
        assertThat(RendezvousCodec.decodeFromClient(END + " \n")).isInstanceOf(Decoded.Message.class);
        assertThat(rejected(END + END).code()).isEqualTo(MALFORMED);
        assertThat(rejected(END + "]").code()).isEqualTo(MALFORMED);
    }

    @Test
    void aFieldThatAppearsTwiceIsMalformed() {
        assertThat(rejected(END.replace("{", "{\"type\":\"end\",")).code()).isEqualTo(MALFORMED);
    }

    @Test
    void unknownFieldsOfAnyKindAreIgnored() {
        String unknown = "{\"a\":null,\"b\":1e9,\"c\":[{\"d\":[]},-0],\"e\":99999999999999999999,\"f\":\"\u20ac\",";
        assertThat(RendezvousCodec.decodeFromClient(END.replace("{", unknown)))
                .isEqualTo(RendezvousCodec.decodeFromClient(END));
    }

    @Test
    void theTypeNeedNotComeFirst() {
        assertThat(RendezvousCodec.decodeFromClient("{\"session\":\"" + SESSION + "\",\"type\":\"end\"}"))
                .isEqualTo(RendezvousCodec.decodeFromClient(END));
    }

    @Test
    void anUnknownTypeIsToldApartAndKeepsItsSession() {
        Decoded.Rejected<FromClient> rejected = rejected(END.replace("\"end\"", "\"teleport\""));
        assertThat(rejected.code()).isEqualTo(UNKNOWN_TYPE);
        assertThat(rejected.session()).isEqualTo(Samples.SESSION);
    }

    @Test
    void aMessageOfTheOtherDirectionIsAnUnknownType() {
        assertThat(rejected(RendezvousCodec.encode(Samples.fromServer().get("challenge")))
                        .code())
                .isEqualTo(UNKNOWN_TYPE);
        String connect = RendezvousCodec.encode(Samples.fromClient().get("connect"));
        assertThat(RendezvousCodec.decodeFromServer(connect))
                .isInstanceOfSatisfying(
                        Decoded.Rejected.class,
                        rejected -> assertThat(rejected.code()).isEqualTo(UNKNOWN_TYPE));
    }

    @Test
    void aMalformedMessageKeepsItsSessionWhenThatCanBeRead() {
        String refuse = RendezvousCodec.encode(Samples.fromClient().get("refuse"));
        assertThat(rejected(refuse.replace("busy", "lazy")).session()).isEqualTo(Samples.SESSION);
        assertThat(rejected(refuse.replace(SESSION, "?")).session()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"x, 1", "\u00e9, 2", "\u20ac, 3", "\ud83d\ude00, 4"})
    void sizeIsCountedInUtf8(String character, int octets) {
        String frame = END.replace(
                "{",
                "{\"pad1\":\"\",\"pad2\":\"\",\"pad3\":\"\","
                        + "\"pad4\":\"\",\"pad5\":\"\",\"pad6\":\"\",\"pad7\":\"\",\"pad8\":\"\",\"pad9\":\"\",");
        int room = RendezvousProtocol.MAX_MESSAGE_BYTES - frame.length();
        StringBuilder text = new StringBuilder(frame);
        text.insert(text.length() - 1, ",\"z\":\"\"");
        int left = room - ",\"z\":\"\"".length();
        text.insert(text.length() - 2, "y".repeat(left % octets));
        int characters = left / octets;
        for (int pad = 1; pad <= 9; pad++) {
            int here = Math.min(characters, 2_048 / character.length());
            characters -= here;
            int at = text.indexOf("\"pad" + pad + "\":\"") + "\"padN\":\"".length();
            text.insert(at, character.repeat(here));
        }
        assertThat(characters).isZero();
        assertThat(RendezvousCodec.decodeFromClient(text.toString())).isInstanceOf(Decoded.Message.class);
        assertThat(rejected(text.append(' ').toString()).code()).isEqualTo(TOO_LARGE);
    }

    @Test
    void aDeepTextIsMalformedAndNoStackOverflows() {
        assertThat(rejected("[".repeat(16_000)).code()).isEqualTo(MALFORMED);
        assertThat(rejected("{\"a\":".repeat(3_000)).code()).isEqualTo(MALFORMED);
    }

    @Test
    void theReasonNeverQuotesTheText() {
        String canary = "canary";
        assertThat(rejected(END.replace(SESSION, canary)).reason()).doesNotContain(canary);
        assertThat(rejected("{\"" + canary + "\":" + canary + "}").reason()).doesNotContain(canary);
        String connect = RendezvousCodec.encode(Samples.fromClient().get("connect"));
        assertThat(rejected(connect.replace("192.0.2.1", canary)).reason()).doesNotContain(canary);
    }

    @Test
    void theLargestMessagesFit() {
        TransportAddress address = TransportAddress.parse("[1111:2222:3333:4444:5555:6666:7777:8888]:65535");
        PeerParameters parameters = new PeerParameters(
                Samples.octets(16, 0),
                "u".repeat(PeerParameters.MAX_UFRAG_LENGTH),
                "p".repeat(PeerParameters.MAX_PWD_LENGTH),
                0xFFFF_FFFFL,
                Samples.octets(RendezvousProtocol.MAX_CAPABILITIES_BYTES, 0),
                Samples.octets(64, 0),
                NatKind.ENDPOINT_INDEPENDENT);
        IceCandidate candidate =
                new IceCandidate("f".repeat(32), CandidateType.RELAY, Integer.MAX_VALUE, address, address);
        IceCandidates ice = new IceCandidates(
                Samples.SESSION,
                parameters,
                Collections.nCopies(RendezvousProtocol.MAX_CANDIDATES_PER_MESSAGE, candidate),
                false);
        TurnAccess turn = new TurnAccess(
                address,
                "\"".repeat(TurnAccess.MAX_USERNAME_LENGTH),
                "\"".repeat(TurnAccess.MAX_PASSWORD_LENGTH),
                TurnAccess.MAX_TTL_SECONDS);
        Welcome welcome = new Welcome(
                Samples.ALICE,
                Collections.nCopies(RendezvousProtocol.MAX_STUN_SERVERS, address),
                Collections.nCopies(RendezvousProtocol.MAX_TURN_SERVERS, turn),
                Integer.MAX_VALUE,
                Integer.MAX_VALUE);
        assertThat(RendezvousCodec.isTooLarge(RendezvousCodec.encode(new Connect(Samples.BOB, ice))))
                .isFalse();
        assertThat(RendezvousCodec.isTooLarge(RendezvousCodec.encode(welcome))).isFalse();
    }

    @Test
    void anErrorCodeOfANewerServerIsUnrecognised() {
        assertThat(RendezvousCodec.decodeFromServer("{\"type\":\"error\",\"code\":\"moved\",\"message\":\"m\"}"))
                .isEqualTo(new Decoded.Message<>(new ErrorMessage(RendezvousErrorCode.UNRECOGNISED, "m", null)));
    }

    @Test
    void whatIsOutOfBoundsCannotBeMadeInTheFirstPlace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Report(Samples.SESSION, ConnectionPath.HOST, NatKind.NONE, NatKind.NONE, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Connect(Samples.BOB, new IceCandidates(Samples.SESSION, null, List.of(), false)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ErrorMessage(RendezvousErrorCode.IDLE, "caf\u00e9", null));
    }

    @Test
    void secretsStayOutOfTexts() {
        assertThat(new Connect(Samples.BOB, Samples.offer()).toString())
                .doesNotContain(Samples.parameters().pwd());
        assertThat(Samples.fromServer().get("welcome").toString())
                .doesNotContain(Samples.turnServers().getFirst().password());
    }

    private static Decoded.Rejected<FromClient> rejected(String text) {
        Decoded<FromClient> decoded = RendezvousCodec.decodeFromClient(text);
        assertThat(decoded).isInstanceOf(Decoded.Rejected.class);
        return (Decoded.Rejected<FromClient>) decoded;
    }
}
