package io.thingstead.node.web;

import com.microsoft.playwright.Locator;
import io.thingstead.node.Programs;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/// Somebody who copies the lines of a page into a shell, in a folder that looks like the project's once it is built.
final class CopiedLines {
    private static final Path PROJECT =
            Path.of(System.getProperty("project.root", "..")).toAbsolutePath().normalize();

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();

    CopiedLines(Path folder) throws IOException {
        this.folder = folder;
        copy(PROJECT.resolve("kit/python/src"), folder.resolve("kit/python/src"));
        for (String file : List.of("pyproject.toml", "README.md"))
            Files.copy(
                    PROJECT.resolve("kit/python").resolve(file),
                    folder.resolve("kit/python").resolve(file));
        libraries(Files.createDirectories(folder.resolve("node/target/lib")));
        environment.put("PATH", Path.of(System.getProperty("java.home"), "bin") + ":" + System.getenv("PATH"));
        // What pip would fetch is there already; it installs into this folder alone.
        Path site = folder.resolve("site");
        environment.putAll(Map.of(
                "PIP_TARGET", site.toString(),
                "PIP_NO_DEPS", "1",
                "PIP_NO_INDEX", "1",
                "PIP_NO_BUILD_ISOLATION", "0",
                "PIP_DISABLE_PIP_VERSION_CHECK", "1",
                "PYTHONPATH", site.toString()));
    }

    /// The jars of this test's class path, and its folders of classes as one more.
    private static void libraries(Path lib) throws IOException {
        try (var jar = new JarOutputStream(Files.newOutputStream(lib.resolve("classes.jar")))) {
            for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
                Path place = Path.of(part).toAbsolutePath();
                if (part.endsWith(".jar") && Files.exists(place))
                    Files.createSymbolicLink(lib.resolve(place.getFileName()), place);
                else if (place.toString().contains("/kit/target/")
                        && !place.toString().contains("test")) add(place, jar);
            }
        }
    }

    private static void add(Path classes, JarOutputStream jar) throws IOException {
        for (Path file : files(classes)) {
            jar.putNextEntry(new JarEntry(classes.relativize(file).toString()));
            Files.copy(file, jar);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
        }
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("__pycache__"))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Does what the blocks say, one after the other, and tells what was printed.
    String run(Locator blocks) throws Exception {
        StringBuilder printed = new StringBuilder();
        for (Locator block : blocks.all()) {
            String text = block.locator("pre").textContent();
            var file = block.locator(".file");
            if (file.count() > 0) Files.writeString(folder.resolve(file.textContent()), text + "\n");
            else printed.append(Programs.run(environment, "bash", "-c", "cd '" + folder + "' && " + text));
        }
        return printed.toString();
    }
}
