package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.cli.Thingstead;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When `./thingstead` has Java learn from a start, and when it uses what was learned: the script itself, with a Java
/// that only writes down what it was told. And the start that Java learns from.
class LearnedStartTest {
    private static final Path SCRIPT =
            Path.of(System.getProperty("project.root", "..")).resolve("thingstead");
    private static final String CREATES =
            "for a in \"$@\"; do case $a in -XX:AOTCache=*.new) echo learned >\"${a#*=}\" ;; esac; done";

    @TempDir
    Path folder;

    private Path home;
    private Path jdk;

    @BeforeEach
    void a_built_tree_and_a_java() throws Exception {
        home = folder.resolve("home");
        jdk = folder.resolve("jdk");
        for (String module : List.of("kit", "node", "bench")) {
            Files.createDirectories(home.resolve(module + "/src/main"));
            Files.createDirectories(home.resolve(module + "/target/lib"));
            Files.writeString(home.resolve(module + "/pom.xml"), "");
        }
        Files.writeString(home.resolve("pom.xml"), "");
        Files.writeString(home.resolve("node/target/thingstead-node.jar"), "");
        Files.writeString(home.resolve("bench/target/thingstead-bench.jar"), "");
        Files.writeString(home.resolve("node/target/lib/thingstead-kit-1.jar"), "");
        Files.copy(SCRIPT, home.resolve("thingstead"));
        Files.createDirectories(home.resolve("target"));
        Path built = Files.writeString(home.resolve("target/built"), "");
        Files.setLastModifiedTime(built, FileTime.from(Instant.now().plusSeconds(3_600)));
        Files.createDirectories(jdk.resolve("bin"));
        release("25.0.1");
        program("javac", "");
        java(CREATES);
    }

    private void release(String version) throws Exception {
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    }

    private void java(String does) throws Exception {
        program("java", "echo \"$@\" >>'" + folder.resolve("told") + "'\n" + does);
    }

    private void program(String name, String does) throws Exception {
        Path file = jdk.resolve("bin").resolve(name);
        Files.writeString(file, "#!/usr/bin/env bash\n" + does + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /// What each Java was told that a command of the script started.
    private List<String> told(String command) throws Exception {
        Path told = folder.resolve("told");
        Files.deleteIfExists(told);
        var builder = new ProcessBuilder("bash", home.resolve("thingstead").toString(), command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile());
        builder.environment().put("THINGSTEAD_JAVA_HOME", jdk.toString());
        builder.environment().remove("THINGSTEAD_JAVA_OPTS");
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return Files.readAllLines(told);
    }

    private List<Path> kept() throws Exception {
        try (Stream<Path> files = Files.list(home.resolve("node/target"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("learned-"))
                    .toList();
        }
    }

    @Test
    void it_learns_once_from_the_same_class_path_and_every_command_uses_it() throws Exception {
        List<String> first = told("demo");
        assertThat(first).hasSize(3);
        assertThat(first.get(0))
                .contains("-XX:AOTMode=record", " -Djava.io.tmpdir=")
                .endsWith(" warm-up");
        assertThat(first.get(1)).contains("-XX:AOTMode=create");
        String use = "-XX:AOTCache=" + kept().getFirst();
        assertThat(first.get(2)).contains(use + " ", "aot*=off").endsWith(" demo");
        String classpath = first.get(2).replaceAll(".* -cp (\\S+) .*", "$1");
        assertThat(first.get(0)).contains(" -cp " + classpath + " ");
        assertThat(first.get(1)).endsWith(" -cp " + classpath);

        for (String command : List.of("demo", "node", "prove")) {
            assertThat(told(command)).singleElement().asString().contains(use);
        }
    }

    @Test
    void what_was_learned_of_another_jar_or_JDK_is_not_used() throws Exception {
        told("demo");
        Path before = kept().getFirst();
        Files.setLastModifiedTime(
                home.resolve("node/target/thingstead-node.jar"),
                FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(told("prove")).singleElement().asString().doesNotContain("AOTCache");
        assertThat(told("node")).hasSize(3);
        Files.setLastModifiedTime(
                home.resolve("node/target/thingstead-node.jar"),
                FileTime.from(Instant.now().minusSeconds(60)));

        release("25.0.2");
        assertThat(told("prove")).singleElement().asString().doesNotContain("AOTCache");
        assertThat(told("node")).hasSize(3);
        assertThat(kept()).hasSize(1).doesNotContain(before);

        Files.writeString(home.resolve("node/target/lib/other-1.jar"), "");
        assertThat(told("prove")).singleElement().asString().doesNotContain("AOTCache");
    }

    @Test
    void a_start_goes_on_where_learning_fails_and_it_is_not_tried_each_time() throws Exception {
        java("case \"$*\" in *AOTMode=*) exit 1 ;; esac");
        assertThat(told("demo")).hasSize(2).last().asString().endsWith(" demo");
        assertThat(Files.readString(folder.resolve("said"))).contains("did not learn", "learn.log");
        assertThat(told("demo")).hasSize(1);
        assertThat(Files.readString(folder.resolve("said"))).isEmpty();
    }

    @Test
    void the_start_that_is_learned_from_ends_by_itself_and_leaves_nothing() throws Exception {
        Path parent = Files.createDirectory(folder.resolve("parent"));
        assertThat(Thingstead.commandLine().execute("warm-up", "--seconds", "1", "--in", parent.toString()))
                .isZero();
        assertThat(parent).isEmptyDirectory();
    }
}
