package io.thingstead.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The C device kit and its test programs, compiled with every warning an error, and stopped by the sanitizers at the
/// first byte too far.
final class CProgram {
    static final Path KIT = Path.of(System.getProperty("project.root", ".."), "kit", "c");
    private static final List<String> STRICT = List.of("-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic");
    private static final List<String> SANITIZED =
            List.of("-O2", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all");

    private CProgram() {}

    /// Skips the test where there is no C compiler, no libsodium, or no sanitizers.
    static void needCompiler(Path folder) throws IOException, InterruptedException {
        Programs.need("cc");
        Path source = folder.resolve("probe.c");
        Files.writeString(source, "#include <sodium.h>\nint main(void) { return sodium_init() < 0; }\n");
        List<String> command = new ArrayList<>(List.of("cc", "-o", folder.resolve("probe") + "", source + ""));
        command.addAll(SANITIZED);
        command.add("-lsodium");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            Programs.missing("libsodium for C or the compiler's sanitizers are not installed (libsodium-dev, gcc)");
        }
    }

    /// This file of the kit with the kit itself, as a program in `folder`.
    static String compile(Path folder, String file) throws IOException, InterruptedException {
        Path program = folder.resolve(file.replace('/', '-').replace(".c", ""));
        List<String> command = new ArrayList<>(List.of("cc", "-o", program.toString(), "-I", KIT.toString()));
        command.addAll(STRICT);
        command.addAll(SANITIZED);
        Collections.addAll(command, KIT.resolve(file).toString(), KIT.resolve("thingstead.c") + "", "-lsodium");
        Programs.run(command.toArray(String[]::new));
        return program.toString();
    }
}
