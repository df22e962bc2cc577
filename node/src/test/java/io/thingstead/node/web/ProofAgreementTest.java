package io.thingstead.node.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.thingstead.kit.proof.Claim;
import io.thingstead.kit.proof.ProofMutator;
import io.thingstead.kit.proof.ProofMutator.Case;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.Report;
import io.thingstead.kit.proof.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Thousands of mutated proof files, judged by the verifiers in Java, in JavaScript (a real Chromium) and in Python (an
/// independent one, written from the formats document): none believes anything false, and all say the same of each.
class ProofAgreementTest {
    private static final int MUTATIONS = Integer.getInteger("mutations", 10_000);
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final boolean ALL = "1".equals(System.getenv("THINGSTEAD_TEST_ALL"));

    private static final List<Case> CASES = new ArrayList<>();
    private static final List<Report> REPORTS = new ArrayList<>();

    @BeforeAll
    static void mutate() {
        System.out.println("ProofAgreementTest seed " + SEED);
        var mutator = new ProofMutator(SEED);
        CASES.addAll(mutator.valid());
        CASES.addAll(mutator.weak());
        CASES.addAll(mutator.links());
        for (int i = 0; i < MUTATIONS; i++) CASES.add(mutator.next());
        CASES.forEach(it -> REPORTS.add(ProofVerifier.verify(it.proof(), it.trust())));
        var counts = new TreeMap<String, Integer>();
        for (int i = 0; i < CASES.size(); i++) {
            counts.merge(CASES.get(i).kind() + " " + REPORTS.get(i).exitCode(), 1, Integer::sum);
        }
        System.out.println("mutations by kind and exit code: " + counts);
        var failed = REPORTS.stream()
                .flatMap(report -> report.steps().stream())
                .filter(step -> step.outcome() == Step.Outcome.FAILED)
                .collect(Collectors.groupingBy(Step::id, TreeMap::new, Collectors.counting()));
        System.out.println("failed steps: " + failed);
    }

    @Test
    void no_mutation_proves_anything_that_its_original_did_not() {
        // What an honest proof says depends on whom the reader trusts: each is asked under each honest trust file.
        var honest = new HashSet<String>();
        int valid = (int) CASES.stream().filter(it -> it.kind().equals("valid")).count();
        for (var proof : CASES.subList(0, valid)) {
            for (var trust : CASES.subList(0, valid)) {
                honest.add(inWords(ProofVerifier.verify(proof.proof(), trust.trust())));
            }
        }
        int proven = 0;
        for (int i = valid; i < CASES.size(); i++) {
            var report = REPORTS.get(i);
            if (!report.verdict().isProven() || CASES.get(i).forged()) continue;
            proven++;
            assertThat(honest).as("case %d, %s", i, CASES.get(i).kind()).contains(inWords(report));
        }
        System.out.printf("%d mutations still prove their original claim%n", proven);
        for (int exitCode = 0; exitCode <= 2; exitCode++) {
            int code = exitCode;
            assertThat(REPORTS).filteredOn(report -> report.exitCode() == code).hasSizeGreaterThan(MUTATIONS / 40);
        }
        var ids = REPORTS.stream()
                .flatMap(report -> report.steps().stream())
                .filter(step -> step.outcome() == Step.Outcome.FAILED)
                .map(Step::id)
                .collect(Collectors.toSet());
        assertThat(ids).as("every step fails for some mutation").hasSize(11);
    }

    @Test
    void keys_with_a_part_of_small_order_verify_nothing() {
        for (int i = 0; i < CASES.size(); i++) {
            if (CASES.get(i).kind().equals("weak")) {
                assertThat(REPORTS.get(i).failure()).isNotNull();
                assertThat(REPORTS.get(i).failure().id()).isIn("certificate", "signature");
            }
        }
    }

    @Test
    void the_verifier_in_the_browser_says_the_same() {
        var chromium = Chromium.program();
        if (chromium.isEmpty()) missing("chromium is not installed");
        try (var javaScript = new JavaScriptVerifier(new Chromium(chromium.orElseThrow()))) {
            var answers = javaScript.judge(CASES);
            compare(
                    "JavaScript",
                    answers,
                    REPORTS.stream().map(ProofAgreementTest::answer).toList());
        }
    }

    @Test
    void the_verifier_written_from_the_formats_document_says_the_same(@TempDir Path folder)
            throws IOException, InterruptedException {
        var script = Path.of(System.getProperty("project.root", ".."), "examples", "from-the-spec", "verify.py");
        if (!Files.exists(script)) missing("there is no " + script);
        var lines = CASES.stream()
                .map(it -> "{\"proof\": \"" + JavaScriptVerifier.base64(it.proof()) + "\", \"trust\": \""
                        + JavaScriptVerifier.base64(it.trust()) + "\"}")
                .toList();
        var input = Files.write(folder.resolve("cases.jsonl"), lines);
        var output = folder.resolve("answers.txt");
        var python = Objects.requireNonNullElse(System.getenv("THINGSTEAD_PYTHON"), "python3");
        var process = new ProcessBuilder(python, script.toString(), "--many", input.toString())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int exitCode = process.waitFor();
        if (exitCode != 0) missing(script + " cannot run here (exit code " + exitCode + ")");
        compare(
                "Python",
                Files.readAllLines(output),
                REPORTS.stream()
                        .map(report ->
                                report.exitCode() + " " + report.verdict().label())
                        .toList());
    }

    private static void compare(String language, List<String> theirs, List<String> ours) {
        assertThat(theirs).hasSameSizeAs(ours);
        var different = IntStream.range(0, ours.size())
                .filter(i -> !ours.get(i).equals(theirs.get(i)))
                .mapToObj(i -> "case %d (%s): Java \"%s\", %s \"%s\", files: %s"
                        .formatted(i, CASES.get(i).kind(), ours.get(i), language, theirs.get(i), keep(i)))
                .toList();
        System.out.printf(
                "%s agrees with Java on %d of %d files%n", language, ours.size() - different.size(), ours.size());
        assertThat(different).isEmpty();
    }

    /// Keeps the files of a case that verifiers disagree on, to look at.
    private static Path keep(int i) {
        try {
            var folder = Files.createDirectories(Path.of("target", "disagreements", SEED + "-" + i));
            Files.write(folder.resolve("proof.json"), CASES.get(i).proof());
            Files.write(folder.resolve("trust.json"), CASES.get(i).trust());
            return folder.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String answer(Report report) {
        return report.exitCode() + " " + report.verdict().label() + " "
                + report.steps().stream()
                        .filter(step -> step.outcome() == Step.Outcome.FAILED)
                        .map(Step::id)
                        .collect(Collectors.joining(","));
    }

    /// All that a proof says, apart from the members' names, which are the trust file's.
    private static String inWords(Report report) {
        Claim claim = Objects.requireNonNull(report.claim());
        return String.join(
                " ",
                report.verdict().label(),
                claim.ledger().hex(),
                claim.device(),
                Long.toString(claim.n()),
                String.valueOf(claim.trust()),
                claim.key().hex(),
                HexFormat.of().formatHex(claim.frame()),
                claim.readings().toString(),
                claim.log().toString(),
                Long.toString(claim.index()),
                Long.toString(claim.receivedMs()),
                Long.toString(claim.notBeforeMs()),
                Long.toString(claim.notAfterMs()));
    }

    private static void missing(String what) {
        if (ALL) fail(what);
        System.err.println("SKIPPED: " + what);
        abort(what);
    }
}
