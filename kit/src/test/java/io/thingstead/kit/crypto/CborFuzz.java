package io.thingstead.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Allocation;
import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Hostile bytes for the CBOR readers: whatever is asked of them, they answer or say "malformed", and stay within
/// bounds.
final class CborFuzz {
    private static final int ROUNDS = 200_000;

    @Test
    void any_questions_about_any_bytes_give_an_answer_or_malformed() {
        Random random = Seeded.random(CborFuzz.class);
        int answers = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] good = CborItems.write(CborItems.random(random, 3));
            byte[] bytes = i % 3 == 0 ? Seeded.bytes(random, random.nextInt(20)) : Mutations.of(good, random);
            CborReader in = i % 2 == 0 ? CborReader.strict(bytes) : CborReader.lenient(bytes);
            try {
                for (int k = 0; k < 6; k++) {
                    ask(in, random);
                    answers++;
                }
            } catch (CborMalformed e) {
                assertThat(e.getStackTrace()).isEmpty();
            }
            assertThat(in.position()).isBetween(0, bytes.length);
        }
        assertThat(answers).isGreaterThan(ROUNDS / 10);
    }

    private static void ask(CborReader in, Random random) {
        int max = random.nextInt(300);
        switch (random.nextInt(16)) {
            case 0 -> in.readInteger();
            case 1 -> assertThat(in.readUint()).isNotNegative();
            case 2 -> assertThat(in.readUint(max)).isBetween(0, max);
            case 3 -> assertThat(in.readBytes(max)).hasSizeLessThanOrEqualTo(max);
            case 4 -> assertThat(in.readBytesOf(2)).hasSize(2);
            case 5 -> assertThat(in.readText(max)).hasSizeLessThanOrEqualTo(max);
            case 6 -> assertThat(in.readArray(max)).isBetween(CborReader.INDEFINITE, max);
            case 7 -> in.readArrayOf(2);
            case 8 -> assertThat(in.readMap(max)).isBetween(CborReader.INDEFINITE, max);
            case 9 -> in.readBoolean();
            case 10 -> in.readNull();
            case 11 -> assertThat(in.readNumber()).isFinite();
            case 12 -> in.readBreak();
            case 13 -> assertThat(in.nextFloatBytes()).isBetween(0, 8);
            case 14 -> in.expectEnd();
            default -> in.skip(1 + random.nextInt(16));
        }
    }

    @Test
    void claimed_lengths_and_depths_cost_nothing() {
        for (String bomb : List.of(
                "5b7fffffffffffffff",
                "5affffffff",
                "7a7fffffff",
                "9b00000001ffffffff",
                "9a7fffffff",
                "bb7fffffffffffffff",
                "ba3fffffff",
                "9f",
                "bf",
                "81".repeat(100_000),
                "9f".repeat(100_000),
                "a1".repeat(100_000))) {
            byte[] bytes = HexFormat.of().parseHex(bomb);
            assertThat(CborItems.isDeterministic(bytes)).isFalse();
            assertThat(CborItems.isWellFormed(bytes)).isFalse();
            assertThat(Allocation.of(() -> {
                        CborItems.isDeterministic(bytes);
                        CborItems.isWellFormed(bytes);
                    }))
                    .isLessThan(10_000);
        }
    }

    @Test
    void sixteen_levels_are_read_and_seventeen_are_not() {
        assertThat(CborItems.isDeterministic(HexFormat.of().parseHex("81".repeat(15) + "00")))
                .isTrue();
        assertThat(CborItems.isDeterministic(HexFormat.of().parseHex("81".repeat(16) + "00")))
                .isFalse();
    }
}
