package io.thingstead.kit.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.merkle.StateMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The worked example of links, made again and compared; `-Dexamples.write=true` writes it.
class LinkExampleTest {
    private static final LinkFixture EXAMPLE = new LinkFixture(ProofFixture.of("thingstead example"), true);
    private static final long PROVEN_AT = 55;
    private final ObjectNode values = new ObjectMapper().createObjectNode();
    private final List<TrustLink> links = EXAMPLE.links().subList(0, 2);

    @Test
    void the_example_files_are_what_the_code_makes() throws IOException {
        var trust = EXAMPLE.genesis().extended(links).orThrow();
        var proof = EXAMPLE.proof(PROVEN_AT);
        var newest = EXAMPLE.signedByAll(EXAMPLE.header(PROVEN_AT + 1));
        compare("change.links.json", new LinksFile(trust.ledger(), links, false, List.of(newest)).write());
        compare("change.proof.json", proof.with(links).write());
        compare("change.trust.json", trust.write());
        compare("links.json", (pretty(trust) + "\n").getBytes(StandardCharsets.UTF_8));
        assertThat(ProofVerifier.verify(proof.with(links), EXAMPLE.genesis()).exitCode())
                .isZero();
        assertThat(ProofVerifier.verify(proof, trust).exitCode()).isZero();
    }

    private static void compare(String name, byte[] made) throws IOException {
        var file = Path.of(System.getProperty("project.root", ".."), "docs", "examples", name);
        if (Boolean.getBoolean("examples.write")) Files.write(file, made);
        assertThat(Files.readString(file)).isEqualTo(new String(made, StandardCharsets.UTF_8));
    }

    private String pretty(TrustFile trust) throws JsonProcessingException {
        values.put(
                "about",
                "From reading.trust.json, where one member votes, to an era of four members and a set of five."
                        + " Bytes are hex.");
        era((EraLink) links.getFirst());
        set((SetLink) links.getLast());
        values.put("fingerprint", Fingerprint.of(trust));
        return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(values);
    }

    private void era(EraLink link) {
        var node = values.putObject("eraLink");
        node.put("certificate", hex(link.certificate().encode()));
        node.put("record", hex(link.record()));
        node.put("signedBytes", hex(EraLink.toSign(EXAMPLE.fixture.ledger(), link.record())));
        link.byNew()
                .forEach(approval ->
                        node.withArray("byNew").addArray().add(approval.index()).add(hex(approval.signature())));
        node.put("link", hex(link.encode()));
    }

    private void set(SetLink link) {
        var node = values.putObject("setLink");
        node.put("lastHeaderHash", hex(link.last().headerHash()));
        node.put("nextValidatorsHash", hex(link.last().header().nextValidatorsHash()));
        node.put("appHash", hex(link.last().appHash()));
        node.put("firstHeaderHash", hex(link.first().headerHash()));
        node.put("firstLastBlockHash", hex(link.first().header().lastBlockHash()));
        node.put("validators", hex(link.validators()));
        node.put("validatorsPath", hex(StateMap.pathOf("validators".getBytes(StandardCharsets.US_ASCII))));
        node.put("stateProof", hex(link.proof().encode()));
        var vote = link.first().votes().getFirst();
        node.put("firstVoteSignedBytes", hex(link.first().signBytes(vote)));
        node.put("firstVoteSignature", hex(vote.signature()));
        node.put("link", hex(link.encode()));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
