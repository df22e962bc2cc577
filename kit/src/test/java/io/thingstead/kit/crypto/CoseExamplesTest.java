package io.thingstead.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.Vectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The COSE working group's examples: the Sig_structure is the printed one, and the verdicts are the stated ones.
final class CoseExamplesTest {
    static List<SignatureProvider> providers() {
        return SignatureProvider.available();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void every_cose_sign1_of_a_supported_algorithm(SignatureProvider provider) {
        Path folder = Vectors.folder("cose-examples");
        List<String> verified = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (Path file : Vectors.files(folder, ".json")) {
            JsonNode example = Vectors.json(file);
            String name = folder.relativize(file).toString();
            JsonNode sign = example.at("/input/sign0");
            if (sign.isMissingNode()) {
                leftOut.add(name + " (not a COSE_Sign1)");
                continue;
            }
            boolean fails = example.path("fail").asBoolean();
            boolean verdict = verdict(example, sign, provider, fails, name);
            assertThat(verdict).as(name).isEqualTo(!fails && isSupported(sign));
            (verdict ? verified : refused).add(name);
        }
        assertThat(verified).hasSizeGreaterThanOrEqualTo(4);
        assertThat(refused).hasSizeGreaterThanOrEqualTo(5);
        Vectors.report("cose-examples, %s: verified %s; refused %s; left out %s"
                .formatted(provider, verified, refused, leftOut));
    }

    /// ES384, and ES512 with a P-256 key, are refused: an algorithm has its one kind of key.
    private static boolean isSupported(JsonNode sign) {
        String algorithm = sign.get("alg").asText();
        String curve = sign.at("/key/crv").asText();
        return (algorithm.equals("ES256") && curve.equals("P-256"))
                || (algorithm.equals("EdDSA") && curve.equals("Ed25519"));
    }

    private static boolean verdict(
            JsonNode example, JsonNode sign, SignatureProvider provider, boolean fails, String name) {
        Optional<Message> message = Message.read(hex(example.at("/output/cbor")));
        if (message.isEmpty()) {
            return false;
        }
        byte[] external = hex(sign.path("external"));
        byte[] signed = CoseSign1.sigStructure(
                message.get().header(), external, message.get().payload());
        if (!fails) {
            assertThat(signed).as(name).isEqualTo(hex(example.at("/intermediates/ToBeSign_hex")));
        }
        Optional<Algorithm> algorithm = message.get().algorithm();
        JsonNode key = sign.get("key");
        if (algorithm.isEmpty()
                || (algorithm.get() == Algorithm.ES256)
                        != key.get("kty").asText().equals("EC")) {
            return false;
        }
        byte[] point = coordinate(key, "x");
        if (algorithm.get() == Algorithm.ES256) {
            byte[] y = coordinate(key, "y");
            point = Arrays.copyOf(point, point.length + y.length);
            System.arraycopy(y, 0, point, point.length - y.length, y.length);
        }
        return VerifyingKey.of(algorithm.get(), point, provider)
                .verify(signed, message.get().signature());
    }

    /// A COSE_Sign1 as others write it: tagged or not, with an unprotected header, alg in either.
    private record Message(byte[] header, byte[] payload, byte[] signature, Optional<Algorithm> algorithm) {
        static Optional<Message> read(byte[] bytes) {
            try {
                CborReader in = CborReader.strict(CoseSign1.untagged(bytes));
                in.readArrayOf(4);
                byte[] header = in.readBytes(256);
                Optional<Algorithm> algorithm =
                        header.length == 0 ? Optional.empty() : algorithm(CborReader.strict(header));
                Optional<Algorithm> unprotected = algorithm(in);
                byte[] payload = in.readBytes(1024);
                byte[] signature = in.readBytes(200);
                in.expectEnd();
                // RFC 9052 §4.4: a protected header of no entries is signed as an empty string.
                boolean none = Arrays.equals(header, new byte[] {(byte) 0xa0});
                return Optional.of(
                        new Message(none ? new byte[0] : header, payload, signature, algorithm.or(() -> unprotected)));
            } catch (CborMalformed e) {
                return Optional.empty();
            }
        }

        private static Optional<Algorithm> algorithm(CborReader in) {
            Optional<Algorithm> found = Optional.empty();
            for (int left = in.readMap(10); left > 0; left--) {
                if (in.readInteger() == 1) {
                    found = in.nextIsInteger() ? Algorithm.of(in.readInteger()) : Optional.empty();
                } else {
                    in.skip(4);
                }
            }
            return found;
        }
    }

    private static byte[] coordinate(JsonNode key, String name) {
        return key.has(name) ? Base64.getUrlDecoder().decode(key.get(name).asText()) : hex(key.get(name + "_hex"));
    }

    private static byte[] hex(JsonNode node) {
        return HexFormat.of().parseHex(node.asText(""));
    }
}
