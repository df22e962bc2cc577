package io.thingstead.node.consensus.comet;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// CometBFT's executable: where it is looked for, which version it must be, and how it gets there.
public final class CometProgram {
    public static final String VERSION = "0.38.26";

    private static final String MODULE = "github.com/cometbft/cometbft/cmd/cometbft@v" + VERSION;
    private static final String NAME = "cometbft";
    private static final String[] GO_PLACES = {"/usr/local/go/bin/go", "/usr/lib/go/bin/go"};

    private CometProgram() {}

    /// Where `install` puts it: one folder for all data folders of a user.
    public static Path place() {
        String data = System.getenv("XDG_DATA_HOME");
        Path base = data == null || data.isBlank()
                ? Path.of(System.getProperty("user.home"), ".local", "share")
                : Path.of(data);
        return base.resolve("thingstead")
                .resolve("engine")
                .resolve("v" + VERSION)
                .resolve(NAME);
    }

    /// The program of the right version: the one that is configured, the installed one, or one on the PATH.
    public static Optional<Path> find(@Nullable Path configured) {
        List<Path> candidates = new ArrayList<>();
        if (configured != null) {
            candidates.add(configured);
        } else {
            candidates.add(place());
            onPath(NAME).ifPresent(candidates::add);
        }
        return candidates.stream().filter(CometProgram::isRight).findFirst();
    }

    private static boolean isRight(Path program) {
        return Files.isExecutable(program) && VERSION.equals(version(program));
    }

    /// The version that a program says it is, or null when it cannot be run.
    public static @Nullable String version(Path program) {
        try {
            Process child = new ProcessBuilder(program.toString(), "version")
                    .redirectErrorStream(true)
                    .start();
            String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return child.waitFor() == 0 ? out.strip() : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /// The tool that builds it, where it is on this machine.
    public static Optional<Path> go() {
        Optional<Path> found = onPath("go");
        if (found.isPresent()) {
            return found;
        }
        for (String place : GO_PLACES) {
            if (Files.isExecutable(Path.of(place))) {
                return Optional.of(Path.of(place));
            }
        }
        return Optional.empty();
    }

    /// Builds the pinned version with Go, whose module system checks what it fetches against a public checksum log, and
    /// puts it in its place. Says what Go says.
    public static Path install(Path go, Consumer<String> progress) {
        Path place = place();
        try {
            Files.createDirectories(place.getParent());
            Path build = Files.createTempDirectory(place.getParent(), "build");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(go.toString(), "install", "-trimpath", MODULE).redirectErrorStream(true);
                builder.environment().put("GOBIN", build.toString());
                builder.environment().put("GOFLAGS", "-mod=mod");
                Process child = builder.start();
                child.inputReader().lines().forEach(progress);
                int code = child.waitFor();
                Path built = build.resolve(NAME);
                if (code != 0 || !Files.isExecutable(built)) {
                    throw new IllegalStateException("go install " + MODULE + " ended with code " + code);
                }
                Files.move(built, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(build.resolve(NAME));
                Files.deleteIfExists(build);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot install the engine in " + place, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the engine was being built", e);
        }
        return place;
    }

    /// What to do where `install` cannot: in words.
    public static String byHand() {
        return "Go is not on this machine. Either install it (Debian, Ubuntu: sudo apt-get install golang-go;"
                + " Fedora: sudo dnf install golang; macOS: brew install go) and run `thingstead engine install` again,"
                + " or build CometBFT v" + VERSION + " elsewhere with `go install " + MODULE
                + "` and copy the program `cometbft` to " + place() + ".";
    }

    private static Optional<Path> onPath(String name) {
        String path = System.getenv("PATH");
        if (path == null) {
            return Optional.empty();
        }
        for (String folder : path.split(File.pathSeparator, -1)) {
            Path program = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isExecutable(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }
}
