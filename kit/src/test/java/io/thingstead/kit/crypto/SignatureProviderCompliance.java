package io.thingstead.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Seeded;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every signature provider must do: the same verdicts, which are those of `docs/formats.md` §2.
final class SignatureProviderCompliance {
    private static final List<SignatureProvider> PROVIDERS = SignatureProvider.available();

    static List<SignatureProvider> providers() {
        return PROVIDERS;
    }

    @Test
    void corretto_is_in_use_where_it_loads_and_never_the_jdks_own() {
        if (SignatureProvider.corretto().isEmpty()) {
            System.err.println("SKIPPED: Corretto has no code for this machine; only BouncyCastle is tested");
        }
        assertThat(SignatureProvider.current()).isEqualTo(PROVIDERS.getFirst());
        assertThat(PROVIDERS).endsWith(SignatureProvider.bouncyCastle());
    }

    @Test
    void each_verifies_what_the_others_sign_and_refuses_what_was_changed() {
        Random random = Seeded.random(SignatureProviderCompliance.class);
        for (int i = 0; i < 300; i++) {
            Algorithm algorithm = i % 2 == 0 ? Algorithm.ED25519 : Algorithm.ES256;
            byte[] secret = Seeded.bytes(random, 32);
            secret[0] &= 0x7f;
            byte[] message = Seeded.bytes(random, random.nextInt(300));
            for (SignatureProvider signing : PROVIDERS) {
                byte[] signature =
                        SigningKey.fromSecret(algorithm, secret, signing).sign(message);
                byte[] changed = signature.clone();
                changed[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
                byte[] otherMessage = Arrays.copyOf(message, message.length + 1);
                for (SignatureProvider verifying : PROVIDERS) {
                    VerifyingKey key =
                            SigningKey.fromSecret(algorithm, secret, verifying).key();
                    assertThat(key.verify(message, signature)).isTrue();
                    assertThat(key.verify(message, changed)).isFalse();
                    assertThat(key.verify(otherMessage, signature)).isFalse();
                    assertThat(key.verify(message, Arrays.copyOf(signature, 63)))
                            .isFalse();
                    assertThat(key.verify(message, Arrays.copyOf(signature, 65)))
                            .isFalse();
                    assertThat(key.verify(message, new byte[64])).isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void a_nonce_point_with_a_part_of_small_order_is_refused_whatever_the_message(SignatureProvider provider) {
        Random random = Seeded.random(SignatureProviderCompliance.class);
        byte[] seed = Seeded.bytes(random, 32);
        VerifyingKey key =
                SigningKey.fromSecret(Algorithm.ED25519, seed, provider).key();
        List<Edwards> small = Edwards.smallOrder();
        assertThat(small).doesNotHaveDuplicates().hasSize(8);
        for (int i = 0; i < 20; i++) {
            byte[] message = Seeded.bytes(random, 20);
            BigInteger nonce = new BigInteger(250, random);
            Edwards honestR = Edwards.BASE.times(nonce);
            for (Edwards part : small) {
                byte[] r = honestR.plus(part).encode();
                boolean honest = part.equals(Edwards.IDENTITY);
                assertThat(key.verify(message, signature(seed, nonce, r, key.point(), message)))
                        .as("%s, small part %s", provider, part)
                        .isEqualTo(honest);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void a_nonce_of_zero_gives_the_identity_which_is_canonical_and_verifies(SignatureProvider provider) {
        byte[] seed = Seeded.bytes(new Random(5), 32);
        VerifyingKey key =
                SigningKey.fromSecret(Algorithm.ED25519, seed, provider).key();
        byte[] message = {1, 2, 3};
        byte[] r = Edwards.IDENTITY.encode();
        assertThat(key.verify(message, signature(seed, BigInteger.ZERO, r, key.point(), message)))
                .isTrue();
        byte[] withSign = r.clone();
        withSign[31] |= (byte) 0x80;
        assertThat(key.verify(message, signature(seed, BigInteger.ZERO, withSign, key.point(), message)))
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void a_key_with_a_part_of_small_order_verifies_nothing(SignatureProvider provider) {
        Random random = Seeded.random(SignatureProviderCompliance.class);
        byte[] seed = Seeded.bytes(random, 32);
        Edwards honest = Edwards.decode(Edwards.publicKey(seed)).orElseThrow();
        BigInteger nonce = new BigInteger(250, random);
        byte[] r = Edwards.BASE.times(nonce).encode();
        for (Edwards part : Edwards.smallOrder()) {
            byte[] point = honest.plus(part).encode();
            VerifyingKey key = VerifyingKey.of(Algorithm.ED25519, point, provider);
            boolean whole = part.equals(Edwards.IDENTITY);
            assertThat(key.isStrong()).isEqualTo(whole);
            assertThat(VerifyingKey.of(Algorithm.ED25519, part.encode(), provider)
                            .isStrong())
                    .isFalse();
            for (int i = 0; i < 16; i++) {
                // Among 16 messages some have a challenge that is a multiple of 8: there the equation itself holds.
                byte[] message = Seeded.bytes(random, 20);
                assertThat(key.verify(message, signature(seed, nonce, r, point, message)))
                        .isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void s_beyond_the_order_and_points_beyond_the_prime_are_refused(SignatureProvider provider) {
        Random random = Seeded.random(SignatureProviderCompliance.class);
        for (int i = 0; i < 20; i++) {
            SigningKey signer = SigningKey.fromSecret(Algorithm.ED25519, Seeded.bytes(random, 32), provider);
            byte[] message = Seeded.bytes(random, 30);
            byte[] signature = signer.sign(message);
            BigInteger s = Edwards.number(Arrays.copyOfRange(signature, 32, 64));
            for (int times = 1; times < 8; times++) {
                byte[] larger = signature.clone();
                System.arraycopy(
                        Edwards.littleEndian(s.add(Edwards.L.multiply(BigInteger.valueOf(times)))), 0, larger, 32, 32);
                assertThat(signer.key().verify(message, larger)).isFalse();
            }
        }
        for (int y = 0; y < 19; y++) {
            byte[] beyond = Edwards.littleEndian(Edwards.P.add(BigInteger.valueOf(y)));
            assertThat(SignaturePredicate.isCanonicalPoint(beyond, 0)).isFalse();
            assertThat(VerifyingKey.of(Algorithm.ED25519, beyond, provider).isStrong())
                    .isFalse();
        }
        byte[] last = Edwards.littleEndian(Edwards.P.subtract(BigInteger.ONE));
        assertThat(SignaturePredicate.isCanonicalPoint(last, 0)).isTrue();
        last[31] |= (byte) 0x80;
        assertThat(SignaturePredicate.isCanonicalPoint(last, 0)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void a_p256_key_off_the_curve_or_out_of_range_verifies_nothing(SignatureProvider provider) {
        SigningKey signer = SigningKey.fromSecret(Algorithm.ES256, Seeded.bytes(new Random(3), 32), provider);
        byte[] signature = signer.sign(new byte[] {1});
        byte[] off = signer.key().point();
        off[63] ^= 1;
        byte[] large = signer.key().point();
        Arrays.fill(large, 0, 32, (byte) 0xff);
        for (byte[] point : List.of(off, large, new byte[64])) {
            VerifyingKey key = VerifyingKey.of(Algorithm.ES256, point, provider);
            assertThat(key.isStrong()).isFalse();
            assertThat(key.verify(new byte[] {1}, signature)).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void verifying_from_many_threads_at_once_gives_each_its_verdict(SignatureProvider provider) {
        List<SigningKey> keys = List.of(
                SigningKey.fromSecret(Algorithm.ED25519, Seeded.bytes(new Random(8), 32), provider),
                SigningKey.fromSecret(Algorithm.ES256, Seeded.bytes(new Random(9), 32), provider));
        long wrong = java.util.stream.IntStream.range(0, 400)
                .parallel()
                .filter(i -> {
                    SigningKey key = keys.get(i % 2);
                    byte[] message = Seeded.bytes(new Random(i), 50);
                    byte[] signature = key.sign(message);
                    boolean good = key.key().verify(message, signature);
                    message[0] ^= 1;
                    return !good || key.key().verify(message, signature);
                })
                .count();
        assertThat(wrong).isZero();
    }

    /// S for a chosen nonce and a chosen encoding of R.
    private static byte[] signature(byte[] seed, BigInteger nonce, byte[] r, byte[] a, byte[] message) {
        BigInteger s = nonce.add(Edwards.challenge(r, a, message).multiply(Edwards.secretScalar(seed)))
                .mod(Edwards.L);
        byte[] signature = Arrays.copyOf(r, 64);
        System.arraycopy(Edwards.littleEndian(s), 0, signature, 32, 32);
        return signature;
    }
}
