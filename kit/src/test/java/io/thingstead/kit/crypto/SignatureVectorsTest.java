package io.thingstead.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Published signature cases, with each provider: the verdicts are the published ones, or those of the stated
/// predicate.
final class SignatureVectorsTest {
    static List<SignatureProvider> providers() {
        return SignatureProvider.available();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void wycheproof_ed25519(SignatureProvider provider) {
        JsonNode file = Vectors.json(Vectors.folder("wycheproof").resolve("ed25519_test.json"));
        int[] counts = check(file, provider, Algorithm.ED25519, group -> hex(group.at("/publicKey/pk")));
        Vectors.report("wycheproof/ed25519_test.json, %s: %d valid accepted, %d invalid refused"
                .formatted(provider, counts[0], counts[1]));
    }

    @ParameterizedTest
    @MethodSource("providers")
    void wycheproof_ecdsa_p256(SignatureProvider provider) {
        JsonNode file = Vectors.json(Vectors.folder("wycheproof").resolve("ecdsa_secp256r1_sha256_p1363_test.json"));
        int[] counts = check(
                file,
                provider,
                Algorithm.ES256,
                group -> Arrays.copyOfRange(hex(group.at("/publicKey/uncompressed")), 1, 65));
        Vectors.report("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json, %s: %d valid accepted, %d invalid refused"
                .formatted(provider, counts[0], counts[1]));
    }

    private static int[] check(
            JsonNode file,
            SignatureProvider provider,
            Algorithm algorithm,
            java.util.function.Function<JsonNode, byte[]> point) {
        int[] counts = new int[2];
        for (JsonNode group : file.get("testGroups")) {
            VerifyingKey key = VerifyingKey.of(algorithm, point.apply(group), provider);
            for (JsonNode test : group.get("tests")) {
                boolean valid = test.get("result").asText().equals("valid");
                assertThat(key.verify(hex(test.get("msg")), hex(test.get("sig"))))
                        .as("%s tcId %s: %s", provider, test.get("tcId"), test.get("comment"))
                        .isEqualTo(valid);
                counts[valid ? 0 : 1]++;
            }
        }
        assertThat(counts[0] + counts[1]).isEqualTo(file.get("numberOfTests").asInt());
        return counts;
    }

    @Test
    void every_other_wycheproof_file_is_left_out_for_a_reason() {
        List<String> used = List.of("ed25519_test.json", "ecdsa_secp256r1_sha256_p1363_test.json");
        List<String> others = Vectors.files(Vectors.folder("wycheproof"), ".json").stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> !used.contains(name))
                .toList();
        Vectors.report("wycheproof/aes_gcm_test.json left out: nothing is encrypted here");
        assertThat(others).containsExactly("aes_gcm_test.json");
    }

    @ParameterizedTest
    @MethodSource("providers")
    void ed25519_speccheck(SignatureProvider provider) {
        List<Boolean> asRegistered = new ArrayList<>();
        List<Boolean> admitted = new ArrayList<>();
        for (JsonNode test : Vectors.json(Vectors.folder("ed25519-speccheck").resolve("cases.json"))) {
            VerifyingKey key = VerifyingKey.of(Algorithm.ED25519, hex(test.get("pub_key")), provider);
            asRegistered.add(key.verify(hex(test.get("message")), hex(test.get("signature"))));
            admitted.add(SignaturePredicate.admits(Algorithm.ED25519, hex(test.get("signature")))
                    && SignaturePredicate.isCanonicalPoint(hex(test.get("pub_key")), 0));
            assertThat(key.isStrong()).as("case " + asRegistered.size()).isEqualTo(isStrongCase(admitted.size() - 1));
        }
        // Cases 0 to 5 pass the pre-check and fall to the key's order; 6 to 11 fall to the pre-check alone.
        assertThat(admitted)
                .containsExactly(true, true, true, true, true, true, false, false, false, false, false, false);
        assertThat(asRegistered).hasSize(12).containsOnly(false);
        Vectors.report("ed25519-speccheck/cases.json, " + provider + ": 12 refused");
    }

    /// Keys of cases 6 and 7 are honest ones; those of the others have a part of small order.
    private static boolean isStrongCase(int index) {
        return index == 6 || index == 7;
    }

    private static byte[] hex(JsonNode node) {
        return HexFormat.of().parseHex(node.asText());
    }
}
