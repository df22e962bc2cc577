package io.thingstead.node.people;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Result;
import io.thingstead.node.challenge.Challenges;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever a browser sends as a passkey or as the proof of one, it is taken or refused with a code, and nothing that
/// was changed is taken.
class PasskeyFuzz {
    private static final int ROUNDS = 600;
    private static final Site SITE = new Site("https://things.example", "things.example");

    private final Random random = Seeded.random(PasskeyFuzz.class);
    private final Challenges challenges = new Challenges(System::currentTimeMillis);
    private final WebAuthn webAuthn = new WebAuthn(challenges);
    private final SoftAuthenticator phone = new SoftAuthenticator(SITE.origin(), SITE.rpId());

    /// Changed somewhere: a bit, a piece cut out, doubled, put in or cut off.
    private byte[] changed(byte[] bytes) {
        int at = random.nextInt(bytes.length);
        int length = 1 + random.nextInt(Math.min(24, bytes.length - at));
        return switch (random.nextInt(5)) {
            case 0 -> {
                byte[] copy = bytes.clone();
                copy[at] ^= (byte) (1 << random.nextInt(8));
                yield copy;
            }
            case 1 -> joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + length, bytes.length));
            case 2 -> joined(Arrays.copyOf(bytes, at + length), Arrays.copyOfRange(bytes, at, bytes.length));
            case 3 ->
                joined(
                        joined(Arrays.copyOf(bytes, at), Seeded.bytes(random, length)),
                        Arrays.copyOfRange(bytes, at, bytes.length));
            default -> Arrays.copyOf(bytes, at);
        };
    }

    private static byte[] joined(byte[] a, byte[] b) {
        byte[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    @Test
    void a_passkey_that_is_made_is_taken_or_refused() {
        int taken = 0;
        for (int i = 0; i < ROUNDS; i++) {
            var right = phone.make(challenges.issue());
            boolean isClient = random.nextBoolean();
            var wrong = isClient
                    ? new Attestation(changed(right.clientDataJson()), right.attestationObject())
                    : new Attestation(right.clientDataJson(), changed(right.attestationObject()));
            if (webAuthn.made(wrong, SITE, 1).isOk()) taken++;
        }
        // Another key or id is another passkey, and no lie: none of it is signed.
        System.out.println("PasskeyFuzz: " + taken + " of " + ROUNDS + " changed ones were passkeys");
        assertThat(taken).isLessThan(ROUNDS / 2);
        assertThat(webAuthn.made(phone.make(challenges.issue()), SITE, 1).isOk())
                .isTrue();
    }

    @Test
    void a_proof_that_was_changed_proves_nothing() {
        var passkey = ((Result.Ok<Passkey>) webAuthn.made(phone.make(challenges.issue()), SITE, 1)).value();
        for (int i = 0; i < ROUNDS; i++) {
            var right = phone.prove(challenges.issue(), "ada");
            var wrong = switch (random.nextInt(3)) {
                case 0 -> proof(right, changed(right.clientDataJson()), right.authenticatorData(), right.signature());
                case 1 -> proof(right, right.clientDataJson(), changed(right.authenticatorData()), right.signature());
                default -> proof(right, right.clientDataJson(), right.authenticatorData(), changed(right.signature()));
            };
            assertThat(webAuthn.proven(passkey, wrong, SITE).isOk()).isFalse();
        }
        assertThat(webAuthn.proven(passkey, phone.prove(challenges.issue(), "ada"), SITE)
                        .isOk())
                .isTrue();
    }

    private static Assertion proof(Assertion of, byte[] client, byte[] data, byte[] signature) {
        return new Assertion(of.id(), client, data, signature, of.userHandle());
    }

    @Test
    void what_is_nested_deeply_or_claims_to_be_long_is_refused() {
        byte[] client = phone.make(challenges.issue()).clientDataJson();
        byte[] nested = new byte[16_000];
        Arrays.fill(nested, (byte) 0x81);
        byte[] claims =
                new CborWriter().map(3).text("fmt").text("none").text("attStmt").toBytes();
        byte[] json = "[".repeat(16_000).getBytes(StandardCharsets.US_ASCII);
        for (byte[] object : new byte[][] {
            nested, joined(claims, nested), joined(claims, new byte[] {(byte) 0xBA, 0x7F, -1, -1, -1}), {}, {0x5B, 0x7F}
        }) {
            assertThat(webAuthn.made(new Attestation(client, object), SITE, 1).isOk())
                    .isFalse();
        }
        assertThat(webAuthn.made(new Attestation(json, new byte[1]), SITE, 1).isOk())
                .isFalse();
    }
}
