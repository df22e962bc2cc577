package io.thingstead.kit.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Allocation;
import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Hostile bytes for the decoders of frames and payloads: always an answer, never an exception, never much memory.
final class FrameFuzz {
    private static final int ROUNDS = 150_000;
    private static final long RECEIVED = 1_790_000_000_000L;
    private static final LedgerId LEDGER = new LedgerId(new byte[32]);
    private static final SigningKey KEY = SigningKey.fromSecret(Algorithm.ED25519, new byte[32]);

    @Test
    void a_mutated_frame_is_refused_or_read_to_its_own_bytes_and_never_verifies() {
        Random random = Seeded.random(FrameFuzz.class);
        int read = 0;
        for (int i = 0; i < ROUNDS; i += 10) {
            byte[] good = FrameSigner.of(LEDGER, KEY).sign(1 + i % 3, SenMlEncoder.encode(List.of(measurement())));
            for (int k = 0; k < 10; k++) {
                byte[] bytes = Mutations.of(good, random);
                switch (Frame.decode(bytes)) {
                    case Result.No<Frame>(var refused) ->
                        assertThat(refused.code())
                                .isIn(Set.of(Refusal.FRAME_MALFORMED, Refusal.FRAME_HEADER, Refusal.FRAME_TOO_LARGE));
                    case Result.Ok<Frame>(Frame frame) -> {
                        read++;
                        assertThat(frame.cose().encode()).isEqualTo(frame.bytes());
                        boolean same = Arrays.equals(frame.bytes(), good);
                        assertThat(frame.identityIfSignedBy(LEDGER, KEY.key()) != null)
                                .isEqualTo(same);
                        SenMl.decode(frame.payload(), RECEIVED);
                    }
                }
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void a_mutated_payload_is_refused_or_gives_readings_within_bounds() {
        Random random = Seeded.random(FrameFuzz.class);
        int accepted = 0;
        byte[] good = {};
        for (int i = 0; i < ROUNDS; i++) {
            if (i % 50 == 0) {
                good = SenMlEncoder.encode(SenMlEncoderProperties.random(random));
            }
            byte[] bytes = i % 10 == 0 ? Seeded.bytes(random, random.nextInt(60)) : Mutations.of(good, random);
            switch (SenMl.decode(bytes, RECEIVED)) {
                case Result.No<List<Reading>>(var refused) ->
                    assertThat(refused.code()).isEqualTo(Refusal.FRAME_PAYLOAD);
                case Result.Ok<List<Reading>>(List<Reading> readings) -> {
                    accepted++;
                    for (Reading reading : readings) {
                        String name = reading.name().endsWith("#sum")
                                ? reading.name().substring(0, reading.name().length() - 4)
                                : reading.name();
                        assertThat(SenMlName.isValid(name)).isTrue();
                        assertThat(Math.abs(reading.timeMs())).isLessThanOrEqualTo(RECEIVED + (1L << 40) * 1000);
                    }
                }
            }
        }
        System.out.println("mutated payloads: " + accepted + " of " + ROUNDS + " still readable");
        assertThat(accepted).isBetween(ROUNDS / 100, ROUNDS * 9 / 10);
    }

    @Test
    void claimed_lengths_counts_and_depths_cost_nothing() {
        List<String> bombs = List.of(
                "9b7fffffffffffffff",
                "9affffffff",
                "9a7fffffff",
                "81bb7fffffffffffffff",
                "81ba7fffffff",
                "81a2005b7fffffffffffffff",
                "81a2007a7fffffff",
                "81a2005affffffff",
                "845b7fffffffffffffff",
                "845a7fffffff",
                "8443a10127a05a7fffffff",
                "9f",
                "81bf",
                "81a109" + "81".repeat(60_000),
                "81a109" + "9f".repeat(60_000),
                "81a109" + "a1".repeat(60_000),
                "81".repeat(60_000),
                "84".repeat(60_000));
        for (String bomb : bombs) {
            byte[] bytes = HexFormat.of().parseHex(bomb);
            assertThat(SenMl.decode(bytes, RECEIVED).isOk()).isFalse();
            assertThat(Frame.decode(bytes).isOk()).isFalse();
            long allocated = Allocation.of(() -> {
                SenMl.decode(bytes, RECEIVED);
                Frame.decode(bytes);
            });
            assertThat(allocated)
                    .as(bomb.substring(0, Math.min(30, bomb.length())))
                    .isLessThan(200_000);
        }
    }

    @Test
    void the_largest_payloads_take_memory_in_proportion_to_their_bytes() {
        byte[] many = new byte[3 + 65_000];
        many[0] = (byte) 0x99;
        many[1] = 0x0f;
        many[2] = (byte) 0xff;
        byte[] record = HexFormat.of().parseHex("a20061610201");
        for (int i = 0; i < 4_095; i++) {
            System.arraycopy(record, 0, many, 3 + i * record.length, record.length);
        }
        byte[] pack = Arrays.copyOf(many, 3 + 4_095 * record.length);
        assertThat(SenMl.decode(pack, RECEIVED).orThrow()).hasSize(4_095);
        assertThat(Allocation.of(() -> SenMl.decode(pack, RECEIVED))).isLessThan(100L * pack.length);
    }

    private static SenMlEncoder.Measurement measurement() {
        return SenMlEncoder.Measurement.of("temp", "Cel", 23.17, RECEIVED);
    }
}
