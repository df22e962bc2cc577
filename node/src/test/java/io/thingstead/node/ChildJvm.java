package io.thingstead.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A Java process of its own with the tests' classes, for tests that kill it or let it run into limits.
/// Its standard output is read here line by line; its standard error goes to the test's own.
public final class ChildJvm implements AutoCloseable {
    private final Process process;
    private volatile boolean killed;
    private final BufferedReader lines;

    private ChildJvm(Process process) {
        this.process = process;
        lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    public static ChildJvm start(Class<?> main, String... arguments) throws IOException {
        return new ChildJvm(builder(List.of(), main, arguments).start());
    }

    /// Starts it where no file can grow beyond a size; writing further fails.
    public static ChildJvm startWithFileLimit(int kibibytes, Class<?> main, String... arguments) throws IOException {
        var limited = List.of("bash", "-c", "ulimit -f " + kibibytes + "; exec \"$0\" \"$@\"");
        return new ChildJvm(builder(limited, main, arguments).start());
    }

    private static ProcessBuilder builder(List<String> before, Class<?> main, String... arguments) {
        var command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.add("-Dcom.amazon.corretto.crypto.provider.registerEdKeyFactory=true");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /// The next line, or null when the process has ended and everything is read. A last line that the process could
    /// not finish is not given.
    public String line() throws IOException {
        var line = new StringBuilder();
        try {
            for (int c = lines.read(); c != -1; c = lines.read()) {
                if (c == '\n') return line.toString();
                line.append((char) c);
            }
        } catch (IOException e) {
            // A kill closes the stream under its reader; anything else is trouble.
            if (!killed) throw e;
        }
        return null;
    }

    /// SIGTERM: it ends in its own time.
    public void terminate() {
        killed = true;
        process.destroy();
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /// SIGKILL: nothing in the process runs any more.
    public void kill() {
        killed = true;
        process.destroyForcibly();
    }

    public int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
