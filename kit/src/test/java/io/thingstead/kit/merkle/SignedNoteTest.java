package io.thingstead.kit.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.crypto.VerifyingKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Signed notes and checkpoints: the public vectors, and our own back and forth.
class SignedNoteTest {
    static final SignedNote.SignatureCheck ED25519 =
            (key, message, signature) -> VerifyingKey.of(Algorithm.ED25519, key).verify(message, signature);

    @Test
    void every_note_vector_gets_its_verdict() {
        var folder = Vectors.folder("signed-notes");
        var cases = Vectors.json(folder.resolve("cases.json"));
        for (var it : cases) {
            var bytes = Vectors.bytes(folder.resolve(it.get("file").asText()));
            var note = SignedNote.parse(bytes);
            var expect = it.get("expect").asText();
            assertThat(outcome(note, it)).as(it.toString()).isEqualTo(expect);
            note.ifPresent(n -> assertThat(n.encode()).isEqualTo(new String(bytes, StandardCharsets.UTF_8)));
            if (expect.equals("ok")) {
                var verified = (SignedNote.Outcome.Verified) note.orElseThrow().verify(keys(it), ED25519);
                assertThat(verified.by().stream().map(NoteKey::name)).isEqualTo(texts(it.get("verified")));
            }
        }
        System.out.printf("signed-notes/cases: %d vectors%n", cases.size());
        assertThat(cases).hasSize(13);
    }

    @Test
    void every_verifier_key_vector_gets_its_verdict() {
        var keys = Vectors.json(Vectors.folder("signed-notes").resolve("verifier-keys.json"));
        for (var it : keys) {
            var text = it.get("verifierKey").asText();
            var key = NoteKey.parse(text);
            assertThat(key.isPresent())
                    .as(it.toString())
                    .isEqualTo(it.get("valid").asBoolean());
            key.ifPresent(k -> assertThat(k.text()).isEqualTo(text));
        }
        System.out.printf("signed-notes/verifier-keys: %d vectors%n", keys.size());
    }

    @Test
    void every_checkpoint_body_vector_gets_its_verdict() {
        var bodies = Vectors.json(Vectors.folder("signed-notes").resolve("checkpoint-bodies.json"));
        for (var it : bodies) {
            var body = it.get("body").asText();
            var checkpoint = Checkpoint.parse(body);
            assertThat(checkpoint.isPresent())
                    .as(it.toString())
                    .isEqualTo(it.get("valid").asBoolean());
            checkpoint.ifPresent(c -> assertThat(c.body()).isEqualTo(body));
        }
        System.out.printf("signed-notes/checkpoint-bodies: %d vectors%n", bodies.size());
    }

    @Test
    void a_signed_checkpoint_comes_back_and_a_changed_one_does_not_verify() {
        var signer = SigningKey.fromSecret(Algorithm.ED25519, new byte[32]);
        var key = new NoteKey("log.example/0badcafe/1", signer.key().point());
        var note = SignedNote.sign(new Checkpoint(key.name(), 5, new byte[32]).body(), key, signer::sign);
        var read =
                SignedNote.parse(note.encode().getBytes(StandardCharsets.UTF_8)).orElseThrow();
        assertThat(read.verify(List.of(key), ED25519)).isEqualTo(new SignedNote.Outcome.Verified(List.of(key)));
        assertThat(Checkpoint.parse(read.text()).orElseThrow().size()).isEqualTo(5);
        var changed = SignedNote.parse(note.encode().replace("\n5\n", "\n6\n").getBytes(StandardCharsets.UTF_8))
                .orElseThrow();
        assertThat(changed.verify(List.of(key), ED25519)).isEqualTo(new SignedNote.Outcome.InvalidSignature(key));
        var stranger = new NoteKey("other", key.publicKey());
        assertThat(read.verify(List.of(stranger), ED25519)).isEqualTo(new SignedNote.Outcome.NoKnownKey());
    }

    private static String outcome(Optional<SignedNote> note, JsonNode it) {
        if (note.isEmpty()) return "malformed";
        if (it.get("expect").asText().equals("parse-only")) {
            assertThat(note.get().lines().stream().map(SignedNote.Line::name)).isEqualTo(texts(it.get("signers")));
            if (it.has("text"))
                assertThat(note.get().text()).isEqualTo(it.get("text").asText());
            if (it.has("checkpoint")) {
                var checkpoint = Checkpoint.parse(note.get().text()).orElseThrow();
                var wanted = it.get("checkpoint");
                assertThat(checkpoint.origin()).isEqualTo(wanted.get("origin").asText());
                assertThat(checkpoint.size()).isEqualTo(wanted.get("treeSize").asLong());
                assertThat(Base64.getEncoder().encodeToString(checkpoint.root()))
                        .isEqualTo(wanted.get("rootHashBase64").asText());
            }
            return "parse-only";
        }
        return switch (note.get().verify(keys(it), ED25519)) {
            case SignedNote.Outcome.Verified _ -> "ok";
            case SignedNote.Outcome.InvalidSignature _ -> "invalid-signature";
            case SignedNote.Outcome.NoKnownKey _ -> "no-verifiable-signature";
        };
    }

    private static List<NoteKey> keys(JsonNode it) {
        return texts(it.get("trustedVerifierKeys")).stream()
                .map(text -> NoteKey.parse(text).orElseThrow())
                .toList();
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        if (array != null) array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
