package io.thingstead.kit.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.CoseSign1;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Frames: what is signed, what is read back, and which headers are refused.
final class FrameTest {
    private static final LedgerId LEDGER = new LedgerId(Seeded.bytes(new Random(1), 32));
    private static final byte[] PAYLOAD = HexFormat.of().parseHex("81a20061610201");

    @ParameterizedTest
    @EnumSource
    void a_signed_frame_is_read_back_and_verifies_for_its_ledger_and_key_alone(Algorithm algorithm) {
        SigningKey key = SigningKey.generate(algorithm);
        byte[] bytes = FrameSigner.of(LEDGER, key).sign(41, Optional.of(7L), PAYLOAD);
        Frame frame = Frame.decode(bytes).orThrow();
        assertThat(frame.bytes()).isEqualTo(bytes);
        assertThat(frame.algorithm()).isEqualTo(algorithm);
        assertThat(frame.kid()).isEqualTo(key.key().kid());
        assertThat(frame.device()).isNull();
        assertThat(frame.n()).isEqualTo(41);
        assertThat(frame.previous()).isEqualTo(7);
        assertThat(frame.payload()).isEqualTo(PAYLOAD);
        assertThat(frame.identityIfSignedBy(LEDGER, key.key()))
                .isEqualTo(frame.identity(LEDGER, key.key().thumbprint()))
                .isEqualTo(Sha256.of(frame.sigStructure(LEDGER, key.key().thumbprint())));
        assertThat(frame.identityIfSignedBy(new LedgerId(new byte[32]), key.key()))
                .isNull();
        assertThat(frame.identityIfSignedBy(
                        LEDGER, SigningKey.generate(algorithm).key()))
                .isNull();
        for (Algorithm other : Algorithm.values()) {
            assertThat(frame.hasAlgorithmOf(SigningKey.generate(other).key())).isEqualTo(other == algorithm);
        }
    }

    @Test
    void a_gateway_names_the_device_and_the_hint_may_be_left_out() {
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        DeviceId device = DeviceId.of("acme:sensor-7");
        byte[] bytes =
                FrameSigner.of(LEDGER, key).onBehalfOf(device).withoutKid().sign(1, PAYLOAD);
        Frame frame = Frame.decode(bytes).orThrow();
        assertThat(frame.kid()).isNull();
        assertThat(frame.device()).isEqualTo(device);
        assertThat(frame.previous()).isEqualTo(Frame.NOT_GIVEN);
    }

    @Test
    void the_identity_leaves_the_signature_out_and_nothing_else() {
        SigningKey key = SigningKey.generate(Algorithm.ES256);
        FrameSigner signer = FrameSigner.of(LEDGER, key);
        Frame first = Frame.decode(signer.sign(5, PAYLOAD)).orThrow();
        byte[] changed = first.bytes().clone();
        changed[changed.length - 1] ^= 1;
        Frame otherSignature = Frame.decode(changed).orThrow();
        assertThat(otherSignature.identity(LEDGER, key.key().thumbprint()))
                .isEqualTo(first.identity(LEDGER, key.key().thumbprint()));
        assertThat(Frame.decode(signer.sign(6, PAYLOAD))
                        .orThrow()
                        .identity(LEDGER, key.key().thumbprint()))
                .isNotEqualTo(first.identity(LEDGER, key.key().thumbprint()));
    }

    @Test
    void a_tag_18_is_stripped_from_what_is_kept() {
        byte[] bytes =
                FrameSigner.of(LEDGER, SigningKey.generate(Algorithm.ED25519)).sign(1, PAYLOAD);
        byte[] tagged = new byte[bytes.length + 1];
        tagged[0] = (byte) 0xd2;
        System.arraycopy(bytes, 0, tagged, 1, bytes.length);
        assertThat(Frame.decode(tagged).orThrow().bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "'a2 01 27 61 6e 01', ''",
        "'a2 01 26 61 6e 1b 00 1f ff ff ff ff ff ff', ''",
        "'a5 01 27 04 48 00 00 00 00 00 00 00 00 61 64 63 61 3a 62 61 6e 02 61 70 00', ''",
        "'', empty",
        "'a0', no label",
        "'80', no map",
        "'a1 01 27', no n",
        "'a1 61 6e 01', no alg",
        "'a2 01 28 61 6e 01', unknown algorithm",
        "'a2 01 38 06 61 6e 01', alg with a longer head",
        "'a2 61 6e 01 01 27', out of order",
        "'a3 01 27 01 27 61 6e 01', alg twice",
        "'a3 01 27 61 6e 01 61 6e 01', n twice",
        "'a2 01 27 61 6e 00', n is 0",
        "'a2 01 27 61 6e 20', n is negative",
        "'a2 01 27 61 6e 1b 00 20 00 00 00 00 00 00', n is 2^53",
        "'a2 01 27 61 6e 18 01', n with a longer head",
        "'a2 01 27 61 6e fb 3f f0 00 00 00 00 00 00', n is a float",
        "'a3 01 27 61 6e 01 61 70 01', p is not below n",
        "'a3 01 27 61 6e 02 61 70 20', p is negative",
        "'a3 01 27 04 47 00 00 00 00 00 00 00 61 6e 01', kid of 7 bytes",
        "'a3 01 27 04 49 00 00 00 00 00 00 00 00 00 61 6e 01', kid of 9 bytes",
        "'a3 01 27 61 64 61 61 61 6e 01', d is no device id",
        "'a3 01 27 61 64 63 61 3a 42 61 6e 01', d has a capital",
        "'a3 01 27 03 00 61 6e 01', an unknown label",
        "'a3 01 27 61 6e 01 61 71 00', an unknown text label",
        "'a3 01 27 61 6e 02 62 70 70 00', a longer text label",
        "'a2 01 27 61 6e 01 00', bytes after the header",
        "'bf 01 27 61 6e 01 ff', indefinite",
    })
    void the_protected_header_has_its_form(String hex, String wrong) {
        byte[] header = HexFormat.of().parseHex(hex.replace(" ", ""));
        Result<Frame> result = Frame.decode(new CoseSign1(header, PAYLOAD, new byte[64]).encode());
        if (wrong.isEmpty()) {
            assertThat(result.isOk()).isTrue();
        } else {
            assertThat(code(result)).as(wrong).isEqualTo(Refusal.FRAME_HEADER);
        }
    }

    @Test
    void the_outer_form_is_four_parts_with_an_empty_unprotected_header() {
        byte[] header = HexFormat.of().parseHex("a20127616e01");
        List<CborWriter> wrong = List.of(
                new CborWriter().array(3).bytes(header).map(0).bytes(PAYLOAD),
                new CborWriter()
                        .array(5)
                        .bytes(header)
                        .map(0)
                        .bytes(PAYLOAD)
                        .bytes(new byte[64])
                        .nil(),
                new CborWriter()
                        .array(4)
                        .bytes(header)
                        .map(1)
                        .integer(4)
                        .bytes(new byte[8])
                        .bytes(PAYLOAD)
                        .bytes(new byte[64]),
                new CborWriter().array(4).bytes(header).map(0).nil().bytes(new byte[64]),
                new CborWriter().array(4).bytes(header).map(0).bytes(PAYLOAD).bytes(new byte[63]),
                new CborWriter().array(4).bytes(header).map(0).bytes(PAYLOAD).bytes(new byte[65]),
                new CborWriter()
                        .array(4)
                        .bytes(header)
                        .map(0)
                        .bytes(PAYLOAD)
                        .bytes(new byte[64])
                        .integer(0),
                new CborWriter()
                        .array(4)
                        .bytes(new byte[257])
                        .map(0)
                        .bytes(PAYLOAD)
                        .bytes(new byte[64]));
        for (CborWriter frame : wrong) {
            assertThat(code(Frame.decode(frame.toBytes()))).isEqualTo(Refusal.FRAME_MALFORMED);
        }
        assertThat(code(Frame.decode(new byte[0]))).isEqualTo(Refusal.FRAME_MALFORMED);
    }

    @Test
    void a_frame_has_at_most_65536_bytes_without_its_tag() {
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        FrameSigner signer = FrameSigner.of(LEDGER, key).withoutKid();
        int overhead = signer.sign(1, new byte[60_000]).length - 60_000;
        byte[] largest = signer.sign(1, new byte[Frame.MAX_BYTES - overhead]);
        assertThat(largest).hasSize(Frame.MAX_BYTES);
        assertThat(Frame.decode(largest).isOk()).isTrue();
        byte[] tagged = new byte[largest.length + 1];
        tagged[0] = (byte) 0xd2;
        System.arraycopy(largest, 0, tagged, 1, largest.length);
        assertThat(Frame.decode(tagged).isOk()).isTrue();
        assertThat(code(Frame.decode(Arrays.copyOf(largest, largest.length + 1))))
                .isEqualTo(Refusal.FRAME_TOO_LARGE);
        assertThat(code(Frame.decode(new byte[1 << 20]))).isEqualTo(Refusal.FRAME_TOO_LARGE);
        assertThatThrownBy(() -> signer.sign(1, new byte[Frame.MAX_BYTES - overhead + 1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void one_reading_and_a_burst_have_the_stated_sizes() {
        FrameSigner signer = FrameSigner.of(LEDGER, SigningKey.generate(Algorithm.ED25519));
        byte[] one = SenMlEncoder.encode(List.of(measurement("temp", 21.5, 1_790_000_000_000L)));
        assertThat(signer.sign(60_000, one).length).isLessThanOrEqualTo(112);
        assertThat(signer.withoutKid().sign(60_000, one).length).isLessThanOrEqualTo(102);
        byte[] precise = SenMlEncoder.encode(List.of(measurement("temp", 23.17, 1_790_000_000_123L)));
        byte[] burst = SenMlEncoder.encode(IntStream.range(0, 60)
                .mapToObj(i -> measurement("temperature", (2_000 + i * 7) / 100.0, 1_790_000_000_123L + i * 1_000))
                .toList());
        int burstFrame = signer.sign(60_000, burst).length;
        System.out.printf(
                "bytes: one reading %d (without kid %d), to the millisecond and two decimals %d; burst of 60 %d, %.1f each%n",
                signer.sign(60_000, one).length,
                signer.withoutKid().sign(60_000, one).length,
                signer.sign(60_000, precise).length,
                burstFrame,
                burstFrame / 60.0);
        assertThat(burstFrame / 60.0).isLessThan(12);
    }

    private static SenMlEncoder.Measurement measurement(String name, double value, long timeMs) {
        return SenMlEncoder.Measurement.of(name, "Cel", value, timeMs);
    }

    private static Refusal code(Result<Frame> result) {
        return switch (result) {
            case Result.No<Frame>(var refused) -> refused.code();
            case Result.Ok<Frame>(var frame) -> throw new AssertionError("accepted: " + frame);
        };
    }
}
