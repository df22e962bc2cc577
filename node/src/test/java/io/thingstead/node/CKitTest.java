package io.thingstead.node;

import static io.thingstead.node.CQuestions.AMPLE;
import static io.thingstead.node.CQuestions.OK;
import static io.thingstead.node.CQuestions.signatureOf;
import static io.thingstead.node.CQuestions.signedOf;
import static io.thingstead.node.CQuestions.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.crypto.CoseSign1;
import io.thingstead.kit.crypto.SignatureProvider;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.FrameAnswer;
import io.thingstead.kit.proof.Promise;
import io.thingstead.kit.proof.ReadingLeaf;
import io.thingstead.node.CQuestions.Raw;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The C device kit makes the same bytes as the Java kit, refuses what is wrong, and writes nowhere else.
class CKitTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] NONE = new byte[64];
    private static final SigningKey KEY = SigningKey.fromSecret(Algorithm.ED25519, filled(1));
    private static final SigningKey P256 =
            SigningKey.fromSecret(Algorithm.ES256, filled(2), SignatureProvider.bouncyCastle());
    private static final LedgerId LEDGER = new LedgerId(filled(0x11));
    private static final byte[] ONE = Raw.number(1);

    @TempDir
    static Path folder;

    private static String program;

    @BeforeAll
    static void compile() throws Exception {
        CProgram.needCompiler(folder);
        program = CProgram.compile(folder, "tests/answers.c");
    }

    @Test
    void its_bytes_are_those_of_the_examples() throws Exception {
        JsonNode examples = new ObjectMapper()
                .readTree(
                        CProgram.KIT.resolve("../../docs/examples/frames.json").toFile());
        CQuestions questions = new CQuestions();
        List<JsonNode> asked = new ArrayList<>();
        for (JsonNode frame : examples.get("frames")) {
            List<Raw> readings = new ArrayList<>();
            frame.get("readings").forEach(reading -> readings.add(reading(reading)));
            questions.frame(
                    LEDGER,
                    key(frame),
                    signatureOf(bytes(frame, "frame")),
                    frame.get("withKid").asBoolean(),
                    frame.get("d").isNull() ? null : utf8(frame.get("d").asText()),
                    frame.get("n").asLong(),
                    frame.get("p").isNull() ? null : (Long) frame.get("p").asLong(),
                    AMPLE,
                    readings);
            asked.add(frame);
        }
        for (JsonNode message : examples.get("messages")) {
            byte[] signature = signatureOf(bytes(message, "message"));
            if (message.get("kind").asText().equals("possession")) {
                questions.possession(LEDGER, key(message), signature, "demo:box-1");
            } else if (message.get("about").asText().contains(", time ")) {
                questions.connect(LEDGER, key(message), signature, "demo:box-1", 1_790_000_000_000L);
            } else {
                questions.connect(LEDGER, key(message), signature, "demo:box-1", Arrays.copyOf(filled(0x33), 16));
            }
            asked.add(message);
        }
        for (JsonNode value : examples.get("values")) {
            Raw reading =
                    new Raw(utf8("a"), null, 1, Raw.number(value.get("value").asDouble()), 0);
            questions.frame(LEDGER, KEY, NONE, false, null, 1, null, AMPLE, List.of(reading));
        }
        long base = 1_790_000_000_000L;
        for (JsonNode time : examples.get("times")) {
            Raw first = new Raw(utf8("a"), null, 1, ONE, base);
            long millis = time.get("millis").asLong();
            List<Raw> readings = millis < 1L << 40
                    ? List.of(first, new Raw(utf8("a"), null, 1, ONE, base + millis))
                    : List.of(new Raw(utf8("a"), null, 1, ONE, millis));
            questions.frame(LEDGER, KEY, NONE, false, null, 1, null, AMPLE, readings);
        }
        var answers = questions.ask(program, folder);
        for (JsonNode example : asked) {
            var answer = answers.message();
            boolean isFrame = example.has("frame");
            assertThat(HEX.formatHex(answer.message()))
                    .as("%s", example.get("about"))
                    .isEqualTo(example.get(isFrame ? "frame" : "message").asText());
            if (isFrame) {
                assertThat(HEX.formatHex(answer.signed()))
                        .isEqualTo(example.get("sigStructure").asText());
            }
        }
        for (JsonNode value : examples.get("values")) {
            assertThat(payload(answers.message().message()))
                    .isEqualTo("81a2006161" + "02" + value.get("cbor").asText());
        }
        for (JsonNode time : examples.get("times")) {
            String cbor = time.get("cbor").asText();
            long millis = time.get("millis").asLong();
            assertThat(payload(answers.message().message()))
                    .endsWith(millis == 0 ? "a10201" : millis < 1L << 40 ? "a2020106" + cbor : "a3006161020106" + cbor);
        }
        assertThat(answers.isAtEnd()).isTrue();
    }

    @Test
    void its_frames_are_those_of_the_Java_kit() throws Exception {
        Random random = Seeded.random(CKitTest.class);
        List<byte[]> wanted = new ArrayList<>();
        List<byte[]> signed = new ArrayList<>();
        CQuestions questions = new CQuestions();
        long readings = 0;
        for (int i = 0; i < 10_000; i++) {
            LedgerId ledger = new LedgerId(Seeded.bytes(random, 32));
            SigningKey key = random.nextInt(8) == 0 ? P256 : KEY;
            boolean withKid = random.nextInt(4) > 0;
            String device = CReadings.device(random);
            long n = CReadings.number(random);
            Long previous = random.nextInt(4) == 0 ? (Long) random.nextLong(n) : null;
            List<Measurement> measurements = CReadings.burst(random);
            readings += measurements.size();
            FrameSigner signer = FrameSigner.of(ledger, key);
            if (!withKid) signer = signer.withoutKid();
            if (device != null) signer = signer.onBehalfOf(DeviceId.of(device));
            byte[] frame = signer.sign(n, Optional.ofNullable(previous), SenMlEncoder.encode(measurements));
            wanted.add(frame);
            signed.add(signedOf(frame, CoseKind.FRAME, ledger, key));
            questions.frame(
                    ledger,
                    key,
                    signatureOf(frame),
                    withKid,
                    device == null ? null : utf8(device),
                    n,
                    previous,
                    AMPLE,
                    measurements.stream().map(Raw::of).toList());
        }
        var answers = questions.ask(program, folder);
        for (int i = 0; i < wanted.size(); i++) {
            var answer = answers.message();
            assertThat(answer.result()).as("frame %d", i).isEqualTo(OK);
            assertThat(answer.signed()).as("frame %d", i).isEqualTo(signed.get(i));
            assertThat(answer.message()).as("frame %d", i).isEqualTo(wanted.get(i));
        }
        assertThat(answers.isAtEnd()).isTrue();
        System.out.println("CKitTest: " + wanted.size() + " frames with " + readings + " readings");
    }

    @Test
    void what_is_wrong_has_its_result() throws Exception {
        Refusals refusals = new Refusals();
        int name = 3;
        for (String bad : List.of("", "a b", "-a", "é", "a".repeat(129), "a\nb")) refusals.name(utf8(bad), name);
        refusals.name(null, name);
        refusals.name(new byte[] {'a', (byte) 0xff}, name);
        refusals.name(utf8("a".repeat(128)), OK);
        int unit = 4;
        refusals.unit(utf8("x".repeat(8_193)), unit);
        refusals.unit(utf8("x".repeat(8_192)), OK);
        for (String bad : List.of(
                "80",
                "c0af",
                "c1bf",
                "c3",
                "c328",
                "e08080",
                "e0a0",
                "eda080",
                "edbfbf",
                "f08080af",
                "f4908080",
                "f5808080",
                "ff",
                "61e2",
                "e28261")) {
            refusals.unit(HEX.parseHex(bad), unit);
            refusals.value(3, HEX.parseHex(bad), 5);
        }
        for (String good : List.of("c2b0", "e0a080", "ed9fbf", "ee8080", "f0908080", "f48fbfbf", "efbfbf")) {
            refusals.unit(HEX.parseHex(good), OK);
            refusals.value(3, HEX.parseHex(good), OK);
        }
        int value = 5;
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            refusals.value(1, Raw.number(bad), value);
        }
        refusals.value(3, new byte[8_193], value);
        refusals.value(3, new byte[8_192], OK);
        refusals.value(4, new byte[8_193], value);
        refusals.value(4, Seeded.bytes(new Random(1), 8_192), OK);
        refusals.value(5, ONE, value);
        refusals.value(0x7f, ONE, value);
        int time = 6;
        for (long bad : new long[] {1, -1, 268_435_455_999L, (1L << 40) * 1000, Long.MAX_VALUE, Long.MIN_VALUE}) {
            refusals.time(bad, time);
        }
        for (long good : new long[] {0, 268_435_456_000L, (1L << 40) * 1000 - 1}) refusals.time(good, OK);
        Raw one = new Raw(utf8("a"), null, 1, ONE, 0);
        int count = 7;
        refusals.frame(null, 1, null, AMPLE, List.of(), count);
        refusals.frame(null, 1, null, AMPLE, Collections.nCopies(4_097, one), count);
        refusals.frame(null, 1, null, AMPLE, Collections.nCopies(4_096, one), OK);
        int number = 8;
        refusals.frame(null, 0, null, AMPLE, List.of(one), number);
        refusals.frame(null, 1L << 53, null, AMPLE, List.of(one), number);
        refusals.frame(null, 5, 5L, AMPLE, List.of(one), number);
        refusals.frame(null, 5, 4L, AMPLE, List.of(one), OK);
        int device = 9;
        for (String bad : List.of("", "a", "a:", ":a", "A:b", "a:b:c", "a:" + "b".repeat(65), "a".repeat(33) + ":b")) {
            refusals.frame(utf8(bad), 1, null, AMPLE, List.of(one), device);
        }
        refusals.frame(utf8("a".repeat(32) + ":" + "b".repeat(64)), 1, null, AMPLE, List.of(one), OK);
        Raw large = new Raw(utf8("a"), null, 4, new byte[8_192], 0);
        refusals.frame(null, 1, null, 2 * AMPLE, Collections.nCopies(8, large), 2);
        refusals.frame(null, 1, null, AMPLE, Collections.nCopies(40, large), 1);
        for (int size = 0; size < 200; size++) refusals.frame(null, 1, null, size, List.of(one), size < 199 ? -1 : OK);
        refusals.check();
    }

    /// Frames with one thing wrong, or at the edge, and the result that each should have.
    private static final class Refusals {
        private final CQuestions questions = new CQuestions();
        private final List<Integer> wanted = new ArrayList<>();

        void name(byte @Nullable [] name, int result) throws Exception {
            reading(new Raw(name, null, 1, ONE, 0), result);
        }

        void unit(byte[] unit, int result) throws Exception {
            reading(new Raw(utf8("a"), unit, 1, ONE, 0), result);
        }

        void value(int kind, byte[] value, int result) throws Exception {
            reading(new Raw(utf8("a"), null, kind, value, 0), result);
        }

        void time(long timeMs, int result) throws Exception {
            reading(new Raw(utf8("a"), null, 1, ONE, timeMs), result);
        }

        private void reading(Raw reading, int result) throws Exception {
            frame(null, 1, null, AMPLE, List.of(reading), result);
            // Not only the first one is looked at.
            frame(null, 1, null, AMPLE, List.of(new Raw(utf8("b"), null, 2, new byte[1], 0), reading), result);
        }

        void frame(byte @Nullable [] device, long n, @Nullable Long p, int size, List<Raw> readings, int result)
                throws Exception {
            questions.frame(LEDGER, KEY, NONE, true, device, n, p, size, readings);
            wanted.add(result);
        }

        void check() throws Exception {
            var answers = questions.ask(program, folder);
            List<Integer> results = new ArrayList<>();
            for (int want : wanted) {
                int result = answers.message().result();
                // Where the exact edge is of no interest: the buffer is too small, or the frame fits.
                results.add(want == -1 && (result == OK || result == 1) ? -1 : result);
            }
            assertThat(results).isEqualTo(wanted);
            assertThat(answers.isAtEnd()).isTrue();
            System.out.println("CKitTest: " + wanted.size() + " frames at the edges");
        }
    }

    @Test
    void it_believes_the_promises_that_the_Java_kit_believes() throws Exception {
        Random random = Seeded.random(CKitTest.class);
        CQuestions questions = new CQuestions();
        List<Result<Promise>> wanted = new ArrayList<>();
        SigningKey log = SigningKey.fromSecret(Algorithm.ED25519, filled(7));
        for (int i = 0; i < 6_000; i++) {
            byte[] frame = FrameSigner.of(LEDGER, KEY).sign(1 + i, SenMlEncoder.encode(CReadings.burst(random)));
            byte[] salt = Seeded.bytes(random, 32);
            long receivedMs = random.nextLong(1L << 45);
            var promise = new Promise(
                    LEDGER,
                    new LogId(new MemberId("demo-" + random.nextInt(1000)), 1 + random.nextLong(1L << 30)),
                    random.nextLong(1L << 50),
                    ReadingLeaf.of(salt, receivedMs, frame).entry(),
                    random.nextLong(1L << 53));
            byte[] signed = promise.sign(log);
            switch (random.nextInt(6)) {
                case 0 -> signed = Mutations.of(signed, random);
                case 1 -> signed = resigned(signed, log, random);
                case 2 -> frame = Mutations.of(frame, random);
                case 3 -> receivedMs += random.nextInt(2);
                default -> {
                    // as it is
                }
            }
            if (signed.length > 0 && (signed[0] & 0xff) == 0xd2) continue; // a tag, which a node never sends
            questions.promise(LEDGER, log.key(), salt, receivedMs, signed, frame);
            wanted.add(new FrameAnswer(receivedMs, salt, signed).promised(frame, LEDGER, log.key()));
        }
        var answers = questions.ask(program, folder);
        int believed = 0;
        for (var want : wanted) {
            var answer = answers.promised();
            switch (want) {
                case Result.Ok<Promise>(Promise promise) -> {
                    believed++;
                    assertThat(answer)
                            .isEqualTo(new CQuestions.Promised(
                                    OK,
                                    promise.log().member().value(),
                                    promise.log().number(),
                                    promise.index(),
                                    promise.anchorBy()));
                }
                case Result.No<Promise>(var refused) ->
                    assertThat(answer.result()).as("%s", refused).isIn(16, 17);
            }
        }
        assertThat(answers.isAtEnd()).isTrue();
        assertThat(believed).isBetween(wanted.size() / 4, wanted.size() * 3 / 4);
    }

    /// A promise with a strange payload, though truly signed.
    private static byte[] resigned(byte[] promise, SigningKey log, Random random) {
        CoseSign1 cose = CoseSign1.decode(promise, 16, 256).orThrow();
        return CoseSign1.sign(
                        cose.protectedHeader(), Mutations.of(cose.payload(), random), CoseKind.PROMISE, LEDGER, log)
                .encode();
    }

    @Test
    void its_base64url_is_that_of_the_Java_kit() throws Exception {
        Random random = Seeded.random(CKitTest.class);
        CQuestions questions = new CQuestions();
        List<byte[]> asked = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = Seeded.bytes(random, random.nextInt(100));
            if (i % 2 == 0) bytes = utf8(Base64Url.encode(bytes));
            if (i % 4 == 0) bytes = Mutations.of(bytes, random);
            asked.add(bytes);
            questions.base64url(bytes);
        }
        var answers = questions.ask(program, folder);
        for (byte[] bytes : asked) {
            assertThat(new String(answers.block(), StandardCharsets.US_ASCII)).isEqualTo(Base64Url.encode(bytes));
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            assertThat(answers.result()).isEqualTo(Base64Url.decode(text).isPresent() ? OK : 15);
        }
        assertThat(answers.isAtEnd()).isTrue();
    }

    @Test
    void its_README_lists_the_results_that_the_header_has() throws Exception {
        String header = Files.readString(CProgram.KIT.resolve("thingstead.h"));
        String readme = Files.readString(CProgram.KIT.resolve("README.md"));
        assertThat(results("\\| `(TS_[A-Z_]+)` \\| ([0-9]+) \\|", readme))
                .hasSize(17)
                .isEqualTo(results("(?m)^ +(TS_[A-Z_]+) = ([1-9][0-9]*),? ", header));
    }

    private static List<String> results(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1) + " " + found.group(2))
                .toList();
    }

    @Test
    void no_number_is_used_twice_whatever_fails() throws Exception {
        String numbers = CProgram.compile(folder, "tests/numbers.c");
        long seed = Long.getLong("seed", System.nanoTime());
        String said = Programs.run(numbers, Long.toString(seed));
        assertThat(said).containsPattern("[1-9][0-9]+ frames, [1-9][0-9]+ restarts");
        System.out.print(said);
    }

    private static SigningKey key(JsonNode example) {
        return example.get("alg").asInt() == Algorithm.ED25519.cose() ? KEY : P256;
    }

    private static Raw reading(JsonNode reading) {
        byte[] name = utf8(reading.get("name").asText());
        byte[] unit =
                reading.get("unit").isNull() ? null : utf8(reading.get("unit").asText());
        long time = reading.get("timeMs").asLong();
        if (reading.has("v"))
            return new Raw(name, unit, 1, Raw.number(reading.get("v").asDouble()), time);
        if (reading.has("vb"))
            return new Raw(name, unit, 2, new byte[] {(byte) (reading.get("vb").asBoolean() ? 1 : 0)}, time);
        if (reading.has("vs"))
            return new Raw(name, unit, 3, utf8(reading.get("vs").asText()), time);
        return new Raw(name, unit, 4, bytes(reading, "vd"), time);
    }

    private static byte[] bytes(JsonNode node, String field) {
        return HEX.parseHex(node.get(field).asText());
    }

    private static String payload(byte[] frame) {
        return HEX.formatHex(CoseSign1.decode(frame, 256, 65_536).orThrow().payload());
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
