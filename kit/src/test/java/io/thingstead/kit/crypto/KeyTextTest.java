package io.thingstead.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Public keys as people copy them.
class KeyTextTest {
    private static final int ROUNDS = 20_000;

    private static VerifyingKey read(String text) {
        return KeyText.read(text).orThrow();
    }

    /// Examples of the did:key specification.
    @Test
    void a_did_key_is_read_and_written_the_same() {
        for (String did : List.of(
                "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
                "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169")) {
            VerifyingKey key = read("  " + did + "\n");
            assertThat(key.isStrong()).as(did).isTrue();
            assertThat(KeyText.did(key)).isEqualTo(did);
        }
    }

    @Test
    void every_form_of_a_key_is_the_same_key() {
        Random random = Seeded.random(KeyTextTest.class);
        for (int i = 0; i < 20; i++) {
            for (Algorithm algorithm : Algorithm.values()) {
                VerifyingKey key = SigningKey.generate(algorithm).key();
                HexFormat hex =
                        random.nextBoolean() ? HexFormat.of() : HexFormat.of().withUpperCase();
                assertThat(read(KeyText.did(key))).isEqualTo(key);
                assertThat(read(hex.formatHex(key.coseKey()))).isEqualTo(key);
                String point = hex.formatHex(key.point());
                if (algorithm == Algorithm.ED25519) {
                    assertThat(read(point)).isEqualTo(key);
                } else {
                    String sign = (key.point()[63] & 1) == 0 ? "02" : "03";
                    assertThat(read("04" + point)).isEqualTo(key);
                    assertThat(read(sign + point.substring(0, 64))).isEqualTo(key);
                }
            }
        }
    }

    @Test
    void what_is_no_key_is_refused() {
        for (String text : List.of(
                "",
                "kitchen",
                "did:key:",
                "did:key:z",
                "did:key:z1",
                "did:key:z6Mkha0gBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
                "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2do",
                "did:web:example.org",
                "00",
                "05".repeat(33),
                "04" + "11".repeat(64),
                "z".repeat(10_000))) {
            assertThat(KeyText.read(text)).as(text).isInstanceOf(Result.No.class);
        }
    }

    @Test
    void any_text_gives_a_key_or_a_refusal() {
        Random random = Seeded.random(KeyTextTest.class);
        String did = "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169";
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder(i % 2 == 0 ? did : "0".repeat(random.nextInt(140)));
            for (int flips = 1 + random.nextInt(3); flips > 0 && !text.isEmpty(); flips--) {
                text.setCharAt(random.nextInt(text.length()), (char) (random.nextInt(300)));
            }
            switch (KeyText.read(text.toString())) {
                case Result.Ok<VerifyingKey>(VerifyingKey key) ->
                    assertThat(key.point()).hasSizeBetween(32, 64);
                case Result.No<VerifyingKey>(var refused) ->
                    assertThat(refused.code()).isEqualTo(Refusal.KEY_WEAK);
            }
        }
    }
}
