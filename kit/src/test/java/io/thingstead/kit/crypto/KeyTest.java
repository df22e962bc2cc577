package io.thingstead.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.model.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Keys: their one COSE form, thumbprints, and how private ones are kept.
final class KeyTest {
    @TempDir
    Path folder;

    @Test
    void the_public_key_and_signature_of_rfc_8032_section_7_1_test_2() {
        SigningKey key = SigningKey.fromSecret(
                Algorithm.ED25519, hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
        assertThat(key.key().point())
                .isEqualTo(hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
        assertThat(key.sign(hex("72")))
                .isEqualTo(hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"));
    }

    @Test
    void the_thumbprint_of_rfc_9679_section_6() {
        VerifyingKey key = VerifyingKey.of(
                Algorithm.ES256,
                hex("65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"
                        + "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c"));
        assertThat(key.thumbprint().hex())
                .isEqualTo("496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec");
        assertThat(key.isStrong()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void the_cose_key_has_one_form_and_is_read_back(Algorithm algorithm) {
        VerifyingKey key = SigningKey.generate(algorithm).key();
        byte[] bytes = key.coseKey();
        assertThat(bytes).hasSize(algorithm == Algorithm.ED25519 ? 40 : 75);
        assertThat(VerifyingKey.decode(bytes).orThrow()).isEqualTo(key);
        assertThat(key.kid()).isEqualTo(Arrays.copyOf(key.thumbprint().bytes(), 8));
        Random random = Seeded.random(KeyTest.class);
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = Mutations.of(bytes, random);
            if (VerifyingKey.decode(mutated) instanceof Result.Ok<VerifyingKey>(VerifyingKey other)) {
                assertThat(other.coseKey()).isEqualTo(mutated);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_kept_key_is_the_same_key_and_only_its_owner_may_read_it(Algorithm algorithm) throws IOException {
        SigningKey key = SigningKey.generate(algorithm);
        Path file = folder.resolve("device.pem");
        key.save(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        SigningKey loaded = SigningKey.load(file);
        assertThat(loaded.key()).isEqualTo(key.key());
        assertThat(key.key().verify(new byte[3], loaded.sign(new byte[3]))).isTrue();
        assertThat(key.toString())
                .doesNotContain(Base64.getEncoder().encodeToString(key.key().point()));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void a_key_is_never_overwritten() {
        Path file = folder.resolve("device.pem");
        SigningKey first = SigningKey.generate(Algorithm.ED25519);
        first.save(file);
        assertThatThrownBy(() -> SigningKey.generate(Algorithm.ED25519).save(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("device.pem");
        assertThat(SigningKey.load(file).key()).isEqualTo(first.key());
    }

    @Test
    void keys_of_other_tools_are_read_with_and_without_the_public_key() throws IOException {
        List<String> bodies = List.of(
                "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7",
                "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg63/2Gzy5iEo3qAFV\nvh3/UUj0c3VqBgiNO3BeAPMF19ehRANCAAQXFDCB"
                        + "NxtAzQJn0DnP1kTc/HCJ9Xgw\nHbS7IYChbbRKAJndFr6EDqRC0eYv55qQ1YkIdTVizmnZ3rYuEWLuZ4E3",
                "MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCBXySB3ZkFG6HZ2DJUg0FSqk8+vsE4wZwXbYJAwhQe00w==");
        for (String body : bodies) {
            Path file = folder.resolve(body.length() + ".pem");
            Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
            SigningKey key = SigningKey.load(file);
            assertThat(key.key().verify(new byte[1], key.sign(new byte[1]))).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_file_that_is_no_key_is_named_and_never_read_as_one(Algorithm algorithm) throws IOException {
        Path good = folder.resolve("good.pem");
        SigningKey.generate(algorithm).save(good);
        String pem = Files.readString(good);
        Random random = Seeded.random(KeyTest.class);
        Path bad = folder.resolve("bad.pem");
        for (int i = 0; i < 2_000; i++) {
            byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""));
            String body = Base64.getEncoder().encodeToString(Mutations.of(der, random));
            Files.writeString(bad, "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
            try {
                SigningKey.load(bad);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("bad.pem");
            }
        }
        for (String text :
                List.of("", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY----------BEGIN PRIVATE KEY-----")) {
            Files.writeString(bad, text);
            assertThatThrownBy(() -> SigningKey.load(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
