package io.thingstead.kit.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.crypto.CoseSign1;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.StateMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The worked example of the formats document, made again and compared; `-Dexamples.write=true` writes it.
class ProofExampleTest {
    private static final ProofFixture EXAMPLE = ProofFixture.of("thingstead example");
    private final ObjectNode values = new ObjectMapper().createObjectNode();

    @Test
    void the_example_files_are_what_the_code_makes() throws IOException {
        compare("reading.proof.json", EXAMPLE.proofBytes());
        compare("reading.trust.json", EXAMPLE.trustBytes());
        compare("proof.json", (pretty() + "\n").getBytes(StandardCharsets.UTF_8));
        assertThat(ProofVerifier.verify(EXAMPLE.proofBytes(), EXAMPLE.trustBytes())
                        .exitCode())
                .isZero();
    }

    private static void compare(String name, byte[] made) throws IOException {
        var file = Path.of(System.getProperty("project.root", ".."), "docs", "examples", name);
        if (Boolean.getBoolean("examples.write")) {
            Files.createDirectories(file.getParent());
            Files.write(file, made);
        }
        assertThat(Files.readString(file)).isEqualTo(new String(made, StandardCharsets.UTF_8));
    }

    private String pretty() throws JsonProcessingException {
        var proof = EXAMPLE.proof();
        values.put(
                "about",
                "Every value on the way from a reading to a signed block, in the order of verification. Bytes are hex.");
        values.put("ledgerId", EXAMPLE.ledger().hex());
        key("deviceKey", EXAMPLE.frameKey());
        key("engineKey", EXAMPLE.key("engine"));
        frame(proof.reading());
        log(proof);
        event(proof.anchor());
        state(proof.key());
        block((SoloCertificate) proof.certificate());
        return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(values);
    }

    private void key(String name, SigningKey key) {
        var node = values.putObject(name);
        node.put("secret", hex(EXAMPLE.hash("key/" + (name.equals("engineKey") ? "engine" : "box-7"))));
        node.put("coseKey", hex(key.key().coseKey()));
        node.put("thumbprint", key.key().thumbprint().hex());
    }

    private void frame(ReadingLeaf reading) {
        var node = values.putObject("frame");
        var cose = reading.frame().cose();
        var signer = EXAMPLE.frameKey().key().thumbprint();
        node.put("device", ProofFixture.DEVICE.value());
        node.put("n", reading.frame().n());
        node.put("protected", hex(cose.protectedHeader()));
        node.put("payload", hex(cose.payload()));
        var sigStructure = CoseSign1.sigStructure(
                cose.protectedHeader(), cose.payload(), CoseKind.FRAME, EXAMPLE.ledger(), signer);
        node.put("sigStructure", hex(sigStructure));
        node.put("identity", hex(reading.frame().identity(EXAMPLE.ledger(), signer)));
        node.put("signature", hex(cose.signature()));
        node.put("bytes", hex(reading.frame().bytes()));
    }

    private void log(ProofFile proof) {
        var node = values.putObject("leaf");
        var reading = proof.reading();
        node.put("salt", hex(reading.salt()));
        node.put("kind", ReadingLeaf.KIND_FRAME);
        node.put("receivedMs", reading.receivedMs());
        node.put("entry", hex(reading.entry()));
        node.put("leafHash", hex(reading.leafHash()));
        var inclusion = proof.inclusion();
        node.put("index", inclusion.index());
        node.put("treeSize", inclusion.treeSize());
        path(node, inclusion.path());
        node.put("root", hex(proof.anchor().event().root()));
    }

    private void event(Anchor anchor) {
        var node = values.putObject("anchor");
        node.put("eventLeaf", hex(anchor.eventLeaf()));
        node.put("eventLeafHash", hex(MerkleTree.leafHash(anchor.eventLeaf())));
        node.put("eventNo", anchor.event().eventNo());
        node.put("eventsSize", anchor.eventsSize());
        path(node, anchor.path());
        node.put("eventsRoot", hex(EXAMPLE.eventsRoot()));
    }

    private void state(KeyStanding key) {
        var node = values.putObject("keyRecord");
        var stateKey = key.record().stateKey();
        node.put("stateKey", new String(stateKey, StandardCharsets.US_ASCII));
        node.put("path", hex(StateMap.pathOf(stateKey)));
        node.put("value", hex(key.recordBytes()));
        node.put("valueHash", hex(StateMap.valueHash(key.recordBytes())));
        node.put("stateProof", hex(key.proof().encode()));
        node.put("stateRoot", hex(EXAMPLE.state().root()));
    }

    private void block(SoloCertificate certificate) {
        var node = values.putObject("block");
        var header = certificate.header();
        node.put("rulesVersion", certificate.rulesVersion());
        node.put("appHash", hex(header.appHash()));
        node.put("header", hex(header.encode()));
        node.put("headerHash", hex(header.hash()));
        node.put("signedBytes", hex(header.toSign()));
        node.put("signature", hex(certificate.signature()));
    }

    private static void path(ObjectNode node, List<byte[]> path) {
        var array = node.putArray("path");
        path.forEach(hash -> array.add(hex(hash)));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
