package io.thingstead;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What a reader finds in every source file: few lines, one idea, said in its first sentence.
class SourceTest {
    private static final int MAX_LINES = 500;
    private static final Path PROJECT =
            Path.of(System.getProperty("project.root", "..")).toAbsolutePath().normalize();
    private static final Set<String> NOT_OURS = Set.of("target", "node_modules", ".git", "build", "__pycache__");
    private static final Pattern SOURCE = Pattern.compile(".*\\.(java|js|mjs|py|sh|css|html|sql|toml)");
    private static final Pattern DOCUMENTED = Pattern.compile(
            "(?ms)^///.*?^(public |abstract |final |sealed |non-sealed )*(class|record|interface|enum|@interface) ");
    private static final List<Path> SOURCES = sources();

    @Test
    void no_file_has_more_than_500_lines() {
        assertThat(SOURCES)
                .hasSizeGreaterThan(50)
                .allSatisfy(file -> assertThat(lines(file))
                        .as(PROJECT.relativize(file).toString())
                        .hasSizeLessThanOrEqualTo(MAX_LINES));
    }

    @Test
    void every_java_file_says_first_what_it_is() {
        assertThat(programFiles())
                .isNotEmpty()
                .allSatisfy(file -> assertThat(text(file))
                        .as(PROJECT.relativize(file).toString())
                        .containsPattern(file.endsWith("package-info.java") ? Pattern.compile("^///") : DOCUMENTED));
    }

    @Test
    void every_package_is_described_and_null_marked() {
        Set<Path> folders = programFiles().stream().map(Path::getParent).collect(toCollection(TreeSet::new));
        assertThat(folders).isNotEmpty().allSatisfy(folder -> {
            assertThat(folder.resolve("package-info.java")).exists();
            assertThat(text(folder.resolve("package-info.java"))).contains("@NullMarked");
        });
    }

    private static List<Path> programFiles() {
        return SOURCES.stream()
                .filter(file -> file.toString().endsWith(".java"))
                .filter(file -> PROJECT.relativize(file).toString().contains("/src/main/java/"))
                .toList();
    }

    private static List<String> lines(Path file) {
        return text(file).lines().toList();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> sources() {
        var found = new ArrayList<Path>();
        try {
            Files.walkFileTree(PROJECT, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean skip = !folder.equals(PROJECT)
                            && (NOT_OURS.contains(folder.getFileName().toString())
                                    || Files.exists(folder.resolve("pyvenv.cfg")));
                    return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (SOURCE.matcher(file.getFileName().toString()).matches()) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.sort(null);
        return found;
    }
}
