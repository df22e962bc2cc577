package io.thingstead.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Signed messages beside frames: COSE_Sign1 itself, possession, connect.
final class MessagesTest {
    private static final LedgerId LEDGER = new LedgerId(Seeded.bytes(new Random(1), 32));
    private static final LedgerId OTHER_LEDGER = new LedgerId(Seeded.bytes(new Random(2), 32));
    private static final DeviceId BOX = DeviceId.of("demo:box-1");
    private static final long NOW = 1_790_000_000_000L;

    @Test
    void the_signed_bytes_are_those_of_the_formats() {
        SigningKey key = SigningKey.fromSecret(Algorithm.ED25519, new byte[32]);
        byte[] expected = new CborWriter()
                .array(4)
                .text("Signature1")
                .bytes(new byte[] {1, 2})
                .bytes(new CborWriter()
                        .array(5)
                        .text("thingstead")
                        .integer(1)
                        .text("frame")
                        .bytes(LEDGER.bytes())
                        .bytes(key.key().thumbprint().bytes())
                        .toBytes())
                .bytes(new byte[300])
                .toBytes();
        assertThat(CoseSign1.sigStructure(
                        new byte[] {1, 2},
                        new byte[300],
                        CoseKind.FRAME,
                        LEDGER,
                        key.key().thumbprint()))
                .isEqualTo(expected);
    }

    @Test
    void the_signed_bytes_have_no_room_to_spare_whatever_the_lengths() {
        SigningKey key = SigningKey.fromSecret(Algorithm.ED25519, new byte[32]);
        for (CoseKind kind : CoseKind.values()) {
            for (int length : List.of(0, 23, 24, 255, 256, 65_535, 65_536)) {
                byte[] bytes = CoseSign1.sigStructure(
                        new byte[Math.min(length, 256)],
                        new byte[length],
                        kind,
                        LEDGER,
                        key.key().thumbprint());
                assertThat(CborItems.isDeterministic(bytes)).isTrue();
                CoseSign1 whole = new CoseSign1(new byte[Math.min(length, 256)], new byte[length], new byte[64]);
                assertThat(CoseSign1.decode(whole.encode(), 256, 65_536)
                                .orThrow()
                                .payload())
                        .hasSize(length);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_signature_holds_for_one_kind_one_ledger_and_one_key(Algorithm algorithm) {
        SigningKey key = SigningKey.generate(algorithm);
        CoseSign1 cose =
                CoseSign1.sign(CoseSign1.algHeader(algorithm), new byte[] {7}, CoseKind.POSSESSION, LEDGER, key);
        CoseSign1 read = CoseSign1.decode(cose.encode(), 16, 256).orThrow();
        assertThat(read.verify(CoseKind.POSSESSION, LEDGER, key.key())).isTrue();
        assertThat(read.verify(CoseKind.CONNECT, LEDGER, key.key())).isFalse();
        assertThat(read.verify(CoseKind.POSSESSION, OTHER_LEDGER, key.key())).isFalse();
        assertThat(read.verify(
                        CoseKind.POSSESSION,
                        LEDGER,
                        SigningKey.generate(algorithm).key()))
                .isFalse();
    }

    @Test
    void a_leading_tag_18_is_stripped_and_any_other_is_refused() {
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        byte[] bytes = CoseSign1.sign(new byte[0], new byte[0], CoseKind.FRAME, LEDGER, key)
                .encode();
        byte[] tagged = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, tagged, 1, bytes.length);
        tagged[0] = (byte) 0xd2;
        assertThat(CoseSign1.decode(tagged, 16, 16).orThrow().encode()).isEqualTo(bytes);
        tagged[0] = (byte) 0xd1;
        assertThat(CoseSign1.decode(tagged, 16, 16).isOk()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void possession_holds_for_its_subject_ledger_and_key_alone(Algorithm algorithm) {
        SigningKey key = SigningKey.generate(algorithm);
        byte[] possession = Possession.sign("demo#log", LEDGER, key);
        assertThat(Possession.holds(possession, "demo#log", LEDGER, key.key())).isTrue();
        assertThat(Possession.holds(possession, "demo#node", LEDGER, key.key())).isFalse();
        assertThat(Possession.holds(possession, "demo#log", OTHER_LEDGER, key.key()))
                .isFalse();
        assertThat(Possession.holds(
                        possession,
                        "demo#log",
                        LEDGER,
                        SigningKey.generate(algorithm).key()))
                .isFalse();
        Random random = Seeded.random(MessagesTest.class);
        for (int i = 0; i < 3_000; i++) {
            byte[] mutated = Mutations.of(possession, random);
            boolean tagged = Arrays.equals(CoseSign1.untagged(mutated), possession);
            assertThat(Possession.holds(mutated, "demo#log", LEDGER, key.key()))
                    .isEqualTo(tagged || Arrays.equals(mutated, possession));
        }
    }

    @Test
    void a_device_connects_with_its_signature_over_the_time() {
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        byte[] message = Connect.sign(BOX, NOW, LEDGER, key);
        assertThat(check(message, key, NOW).orThrow()).isEqualTo(BOX);
        assertThat(check(message, key, NOW + 300_000).isOk()).isTrue();
        assertThat(check(message, key, NOW - 300_000).isOk()).isTrue();
        assertThat(code(check(message, key, NOW + 300_001))).isEqualTo(Refusal.CONNECT_STALE);
        assertThat(code(check(message, key, NOW - 300_001))).isEqualTo(Refusal.CONNECT_STALE);
        assertThat(code(check(message, SigningKey.generate(Algorithm.ED25519), NOW)))
                .isEqualTo(Refusal.CONNECT_INVALID);
        assertThat(code(check(message, SigningKey.generate(Algorithm.ES256), NOW)))
                .isEqualTo(Refusal.CONNECT_INVALID);
        assertThat(code(check(Connect.sign(BOX, Long.MAX_VALUE, LEDGER, key), key, NOW)))
                .isEqualTo(Refusal.CONNECT_STALE);
    }

    @Test
    void a_device_without_a_clock_connects_with_its_signature_over_an_open_challenge() {
        SigningKey key = SigningKey.generate(Algorithm.ES256);
        byte[] challenge = {1, 2, 3, 4};
        byte[] message = Connect.sign(BOX, challenge, LEDGER, key);
        Result<DeviceId> open = Connect.check(message, LEDGER, key.key(), NOW, c -> Arrays.equals(c, challenge));
        assertThat(open.orThrow()).isEqualTo(BOX);
        assertThat(code(Connect.check(message, LEDGER, key.key(), NOW, _ -> false)))
                .isEqualTo(Refusal.CONNECT_STALE);
    }

    @Test
    void a_challenge_is_not_used_up_by_a_message_that_is_not_signed_by_the_key() {
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        byte[] message = Connect.sign(BOX, new byte[16], LEDGER, SigningKey.generate(Algorithm.ED25519));
        Result<DeviceId> result = Connect.check(message, LEDGER, key.key(), NOW, _ -> {
            throw new AssertionError("asked about the challenge");
        });
        assertThat(code(result)).isEqualTo(Refusal.CONNECT_INVALID);
    }

    @Test
    void no_changed_connect_message_is_accepted_and_none_throws() {
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        byte[] message = Connect.sign(BOX, NOW, LEDGER, key);
        Random random = Seeded.random(MessagesTest.class);
        for (int i = 0; i < 3_000; i++) {
            byte[] mutated = Mutations.of(message, random);
            boolean same = Arrays.equals(CoseSign1.untagged(mutated), message);
            assertThat(check(mutated, key, NOW).isOk()).isEqualTo(same);
        }
    }

    private static Result<DeviceId> check(byte[] message, SigningKey key, long nowMs) {
        return Connect.check(message, LEDGER, key.key(), nowMs, _ -> false);
    }

    private static Refusal code(Result<?> result) {
        return switch (result) {
            case Result.No<?>(var refused) -> refused.code();
            case Result.Ok<?>(var value) -> throw new AssertionError("accepted: " + value);
        };
    }
}
