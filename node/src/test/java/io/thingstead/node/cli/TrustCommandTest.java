package io.thingstead.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.proof.TrustFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `thingstead trust` with the files of the worked example.
class TrustCommandTest {
    private static final Path EXAMPLES = Path.of(System.getProperty("project.root", ".."), "docs", "examples");

    @TempDir
    Path folder;

    private final StringWriter said = new StringWriter();

    private int run(Object... arguments) {
        String[] texts =
                java.util.Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        return Thingstead.commandLine()
                .setOut(new PrintWriter(said))
                .setErr(new PrintWriter(said))
                .execute(texts);
    }

    @Test
    void update_says_what_changed_and_writes_a_file_that_verifies_what_came_since() throws Exception {
        Path newer = folder.resolve("newer.trust.json");
        Path old = EXAMPLES.resolve("reading.trust.json");
        Path proof = EXAMPLES.resolve("change.proof.json");
        assertThat(run("trust", "update", old, "--from", EXAMPLES.resolve("change.links.json"), "-o", newer))
                .as(said.toString())
                .isZero();
        assertThat(said.toString())
                .contains("at block 43: era 2 begins with m0, m1, m2, m3, as demo alone named them")
                .contains("at block 50: + m4; now 5 members");
        assertThat(TrustFile.read(Files.readAllBytes(newer)).orThrow().height()).isEqualTo(56);
        assertThat(run("verify", proof, "--trust", newer)).isZero();
        assertThat(said.toString()).contains("brought up to date").contains("as of block 42");
    }

    @Test
    void show_says_whom_a_file_trusts_with_digits_to_compare() {
        assertThat(run("trust", "show", EXAMPLES.resolve("change.trust.json"))).isZero();
        assertThat(said.toString())
                .contains("at block 43: m0, m1, m2, m3 (4 members)")
                .contains("at block 50: m0, m1, m2, m3, m4 (5 members)")
                .contains("demo alone said who these are")
                .containsPattern("fingerprint  [0-9]{5}( [0-9]{5}){7}");
    }

    @Test
    void what_is_no_trust_file_is_said_and_changes_nothing() {
        Path newer = folder.resolve("newer.trust.json");
        Path other = EXAMPLES.resolve("frames.json");
        assertThat(run("trust", "update", other, "--from", EXAMPLES.resolve("change.links.json"), "-o", newer))
                .isNotZero();
        assertThat(run("trust", "show", folder.resolve("nothing"))).isNotZero();
        assertThat(said.toString()).contains("there is no file");
        assertThat(newer).doesNotExist();
    }
}
