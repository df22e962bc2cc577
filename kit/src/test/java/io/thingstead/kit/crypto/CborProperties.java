package io.thingstead.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.upokecenter.cbor.CBOREncodeOptions;
import com.upokecenter.cbor.CBORException;
import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The strict reader against another library's canonical mode, and against itself.
final class CborProperties {
    private static final CBOREncodeOptions CANONICAL = new CBOREncodeOptions("ctap2canonical=true");
    private static final int ROUNDS = 60_000;

    @Test
    void the_strict_reader_accepts_what_a_canonical_reader_accepts_within_the_kits_types() {
        Random random = Seeded.random(CborProperties.class);
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] good = CborItems.write(CborItems.random(random, 4));
            byte[] bytes = switch (i % 4) {
                case 0 -> good;
                case 1, 2 -> Mutations.of(good, random);
                default -> Seeded.bytes(random, 1 + random.nextInt(12));
            };
            boolean ours = CborItems.isDeterministic(bytes);
            Optional<CBORObject> theirs = canonical(bytes);
            String shown = HexFormat.of().formatHex(bytes);
            if (ours && depth(bytes) <= 4) {
                assertThat(theirs).as(shown).isPresent();
                assertThat(theirs.orElseThrow().EncodeToBytes(CANONICAL))
                        .as(shown)
                        .isEqualTo(bytes);
            }
            if (theirs.isPresent() && isWithinOurTypes(theirs.get())) {
                assertThat(ours).as(shown).isTrue();
            }
            if (ours) {
                accepted++;
            } else {
                refused++;
            }
        }
        System.out.println("canonical reader: " + accepted + " accepted, " + refused + " refused by both");
        assertThat(accepted).isGreaterThan(ROUNDS / 5);
        assertThat(refused).isGreaterThan(ROUNDS / 5);
    }

    @Test
    void what_is_written_is_read_back_the_same() {
        Random random = Seeded.random(CborProperties.class);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = CborItems.write(CborItems.random(random, 6));
            assertThat(CborItems.isDeterministic(bytes)).isTrue();
            assertThat(CborItems.write(CborItems.read(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void every_proper_prefix_and_every_longer_text_is_refused() {
        Random random = Seeded.random(CborProperties.class);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = CborItems.write(CborItems.random(random, 4));
            for (int cut = 0; cut < bytes.length; cut++) {
                assertThat(CborItems.isDeterministic(Arrays.copyOf(bytes, cut))).isFalse();
            }
            assertThat(CborItems.isDeterministic(Arrays.copyOf(bytes, bytes.length + 1)))
                    .isFalse();
        }
    }

    private static Optional<CBORObject> canonical(byte[] bytes) {
        try {
            return Optional.of(CBORObject.DecodeFromBytes(bytes, CANONICAL));
        } catch (CBORException e) {
            return Optional.empty();
        }
    }

    private static boolean isWithinOurTypes(CBORObject item) {
        if (item.isTagged() || item.isUndefined()) {
            return false;
        }
        return switch (item.getType()) {
            case Integer -> item.CanValueFitInInt64();
            case Boolean, ByteString, TextString -> true;
            case SimpleValue -> item.isNull();
            case Array -> item.getValues().stream().allMatch(CborProperties::isWithinOurTypes);
            // CTAP2 orders keys by length first, which is the same order but for keys that are arrays or maps.
            case Map ->
                item.getKeys().stream()
                                .allMatch(key -> isWithinOurTypes(key)
                                        && key.getType() != CBORType.Array
                                        && key.getType() != CBORType.Map)
                        && item.getValues().stream().allMatch(CborProperties::isWithinOurTypes);
            default -> false;
        };
    }

    /// The other library's canonical mode stops at four levels.
    private static int depth(byte[] bytes) {
        for (int depth = 1; depth < 17; depth++) {
            try {
                CborReader.strict(bytes).skip(depth);
                return depth;
            } catch (CborMalformed e) {
                continue;
            }
        }
        return 17;
    }
}
