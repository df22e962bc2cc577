package io.thingstead.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.proof.ProofFixture;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `thingstead verify` as people and programs see it: words, JSON, exit codes.
class VerifyCommandTest {
    private static final ProofFixture HONEST = ProofFixture.of("verify command");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path proof;
    private Path trust;

    @BeforeEach
    void write() throws IOException {
        proof = Files.write(folder.resolve("a.proof.json"), HONEST.proofBytes());
        trust = Files.write(folder.resolve("a.trust.json"), HONEST.trustBytes());
    }

    @Test
    void a_proven_reading_is_told_with_its_steps_limits_and_the_age_of_the_trust_and_exits_with_0() {
        assertThat(verify(proof, trust)).isZero();
        assertThat(out.toString())
                .contains(
                        "PROVEN, by one member's word", "demo:box-7, frame 8", "device-signed", "temperature 5.125 Cel")
                .contains("✓ The frame is signed with key")
                .contains("What this does not prove:", "That the sensor told the truth")
                .contains("days ago", trust.toString())
                .doesNotContain("\u001b");
    }

    @Test
    void a_false_proof_says_which_step_failed_and_exits_with_1() throws IOException {
        var other = Files.write(
                folder.resolve("b.trust.json"),
                ProofFixture.of("another ledger").trustBytes());
        assertThat(verify(proof, other)).isEqualTo(1);
        assertThat(out.toString())
                .contains("FALSE", "✗ Block 42 is not one that", "not proven", "Nothing in this file is proven.");
    }

    @Test
    void an_unreadable_file_and_a_missing_one_exit_with_2() throws IOException {
        Files.write(proof, "{}".getBytes(StandardCharsets.US_ASCII));
        assertThat(verify(proof, trust)).isEqualTo(2);
        assertThat(out.toString()).contains("UNREADABLE", "member format is missing");
        assertThat(verify(folder.resolve("nowhere"), trust)).isEqualTo(2);
        assertThat(err.toString()).contains("There is no file");
    }

    @Test
    void json_holds_verdict_claim_steps_and_limits() throws IOException {
        assertThat(verify(proof, trust, "--json")).isZero();
        var json = new ObjectMapper().readTree(out.toString());
        assertThat(json.get("verdict").asText()).isEqualTo("proven-by-one-member");
        assertThat(json.get("exitCode").asInt()).isZero();
        assertThat(json.get("claim").get("device").asText()).isEqualTo("demo:box-7");
        assertThat(json.get("claim").get("readings").get(0).get("value").asDouble())
                .isEqualTo(5.125);
        assertThat(json.get("steps")).hasSize(10);
        assertThat(json.get("steps").get(0).get("outcome").asText()).isEqualTo("passed");
        assertThat(json.get("notProven")).isNotEmpty();
        assertThat(json.get("trust").get("asOf").asLong())
                .isEqualTo(HONEST.trust().asOf());
    }

    private int verify(Path proofFile, Path trustFile, String... more) {
        var arguments = new java.util.ArrayList<>(
                java.util.List.of("verify", proofFile.toString(), "--trust", trustFile.toString()));
        arguments.addAll(java.util.List.of(more));
        return Thingstead.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
