package io.thingstead;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.Refusal;
import io.thingstead.node.cli.Thingstead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// The documents say what is so: their links lead somewhere, their commands are ones the program takes, and names of
/// packages, classes and codes are the code's own.
class DocsTest {
    private static final Path ROOT =
            Path.of(System.getProperty("project.root", "..")).toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\")+");
    private static final Pattern COMMAND = Pattern.compile("\\./thingstead ([a-z][^`\\n|#<]*)");
    private static final Pattern CODE = Pattern.compile("`([a-z]+\\.[a-z-]+)`");
    private static final Pattern CODE_OR_WORD = Pattern.compile("`([a-z]+(?:\\.[a-z-]+)?)`");
    private static final Pattern CLASS = Pattern.compile("`([A-Z][A-Za-z]+)(?:\\.[a-z]\\w*)?`");

    /// What the script itself knows (see `thingstead`).
    private static final Set<String> OF_THE_SCRIPT = Set.of("test", "bench");

    private static List<Path> documents() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> Stream.of("target", "node_modules", ".git")
                            .noneMatch(part -> ROOT.relativize(file).startsWith(part)
                                    || ROOT.relativize(file).toString().contains("/" + part + "/")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void every_link_to_a_file_leads_to_one() {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path document : documents()) {
            for (String link : found(LINK, read(document))) {
                if (link.contains("://") || link.startsWith("#") || link.startsWith("mailto:")) continue;
                links++;
                Path target =
                        document.resolveSibling(link.replaceFirst("#.*", "")).normalize();
                if (!Files.exists(target)) broken.add(ROOT.relativize(document) + ": " + link);
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).isPositive();
    }

    @Test
    void every_command_is_one_that_the_program_takes() {
        List<String> strange = new ArrayList<>();
        int commands = 0;
        for (Path document : documents()) {
            for (String command : found(COMMAND, read(document))) {
                String[] words = words(command);
                if (OF_THE_SCRIPT.contains(words[0])) continue;
                commands++;
                try {
                    Thingstead.commandLine().parseArgs(words);
                } catch (CommandLine.MissingParameterException e) {
                    // Named in a sentence, without what it needs: the names are right.
                    continue;
                } catch (CommandLine.ParameterException e) {
                    strange.add(ROOT.relativize(document) + ": " + command + ": " + e.getMessage());
                }
            }
        }
        assertThat(strange).isEmpty();
        assertThat(commands).isGreaterThan(5);
    }

    /// As a shell has them: what is in quotation marks is one.
    private static String[] words(String command) {
        return WORD.matcher(command.replaceAll("\\[|\\]|…", " "))
                .results()
                .map(word -> word.group().replace("\"", ""))
                .toArray(String[]::new);
    }

    @Test
    void the_refusal_codes_of_the_formats_are_those_of_the_code() {
        String formats = read(ROOT.resolve("docs/formats.md"));
        String section = formats.substring(formats.indexOf("## 10. Refusal codes"));
        Set<String> codes =
                Arrays.stream(Refusal.values()).map(Refusal::code).collect(Collectors.toCollection(TreeSet::new));
        assertThat(found(CODE_OR_WORD, section)).isEqualTo(codes);
        for (Path document : documents()) {
            String text = read(document);
            Set<String> prefixes =
                    codes.stream().map(code -> code.replaceFirst("\\..*", "")).collect(Collectors.toSet());
            Set<String> named = found(CODE, text);
            named.removeIf(name -> !prefixes.contains(name.replaceFirst("\\..*", "")));
            named.removeAll(codes);
            assertThat(named).as("%s", ROOT.relativize(document)).isEmpty();
        }
    }

    @Test
    void the_packages_and_classes_of_the_architecture_exist() {
        String architecture = read(ROOT.resolve("ARCHITECTURE.md"));
        Set<String> packages = new TreeSet<>();
        for (String row : architecture.split("\n")) {
            String[] cells = row.split("\\|");
            if (cells.length > 3 && Set.of("kit", "node", "bench").contains(cells[1].strip())) {
                String module = cells[1].strip();
                for (String name : found(Pattern.compile("`([a-z.]+)`"), cells[2])) {
                    packages.add(name.equals(module) ? module : module + "/" + name.replace('.', '/'));
                }
            }
        }
        assertThat(packages).hasSizeGreaterThan(15).allSatisfy(name -> {
            String module = name.replaceFirst("/.*", "");
            assertThat(ROOT.resolve(module + "/src/main/java/io/thingstead/" + name))
                    .isDirectory();
        });
        Set<String> classes = classes();
        for (Path document : List.of(ROOT.resolve("ARCHITECTURE.md"), ROOT.resolve("CONTRIBUTING.md"))) {
            assertThat(classes).as("%s", ROOT.relativize(document)).containsAll(found(CLASS, read(document)));
        }
    }

    private static Set<String> classes() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
