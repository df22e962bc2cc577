package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Python kit as somebody gets it: built as a wheel, installed where nothing of it was, and used.
class PythonWheelTest {
    private static final Path KIT = Path.of(System.getProperty("project.root", ".."), "kit", "python");

    @TempDir
    Path folder;

    @Test
    void a_wheel_is_built_and_what_it_installs_makes_a_key_and_shows_it() throws Exception {
        String python = Programs.python("cryptography", "setuptools", "wheel", "pip", "venv", "ensurepip");
        Path source = copied();
        Path wheels = folder.resolve("wheels");
        pip(python, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels.toString(), source.toString());
        Path wheel;
        try (Stream<Path> files = Files.list(wheels)) {
            List<Path> all = files.toList();
            assertThat(all).singleElement().asString().endsWith("-py3-none-any.whl");
            wheel = all.getFirst();
        }

        Path fresh = folder.resolve("fresh");
        Programs.run(python, "-m", "venv", fresh.toString());
        String installed = fresh.resolve("bin/python").toString();
        pip(installed, "install", "--no-deps", "--no-index", wheel.toString());

        // What it depends on is the other Python's; the kit itself is nowhere but in the wheel.
        String beside = Programs.run(
                        python, "-c", "import cryptography, os; print(os.path.dirname(cryptography.__path__[0]))")
                .strip();
        Map<String, String> environment = Map.of("PYTHONPATH", beside, "PYTHONDONTWRITEBYTECODE", "1");
        String where = Programs.run(environment, installed, "-c", "import thingstead; print(thingstead.__file__)");
        assertThat(where).contains(fresh.toString());
        Path key = folder.resolve("device.pem");
        String shown = Programs.run(
                environment,
                fresh.resolve("bin/thingstead-device").toString(),
                "possession",
                "--device",
                "acme:box",
                "--ledger",
                "00".repeat(32),
                "--key",
                key.toString());
        assertThat(shown).contains("public key ", "possession ");
        assertThat(key).exists();
    }

    private static void pip(String python, String... arguments) throws Exception {
        var command = Stream.concat(
                Stream.of(python, "-m", "pip", "--disable-pip-version-check", "--quiet"), Stream.of(arguments));
        Programs.run(command.toArray(String[]::new));
    }

    /// A build writes into its source.
    private Path copied() throws Exception {
        Path source = folder.resolve("source");
        try (Stream<Path> files = Files.walk(KIT)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = source.resolve(KIT.relativize(file).toString());
                if (file.toString().matches(".*(egg-info|__pycache__|/build/|/dist/).*")) continue;
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        return source;
    }
}
