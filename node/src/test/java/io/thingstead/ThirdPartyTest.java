package io.thingstead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What ships is what `docs/third-party.md` lists, under licences that ask nothing of our users' own code.
class ThirdPartyTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root", ".."));
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| ([^|]+) \\| .*");
    private static final Set<String> FIT = Set.of("Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "EPL-2.0");
    private static final List<String> FAMILIES = List.of("apache", "mit", "bsd", "epl");
    private static final String OWN = "thingstead-";

    private static Map<String, String> listed() throws IOException {
        Map<String, String> rows = new HashMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/third-party.md"))) {
            var row = ROW.matcher(line);
            if (row.matches()) rows.put(row.group(1), row.group(2).strip());
        }
        return rows;
    }

    /// File names of the jars that the program runs with, and what the page has of others.
    private static Set<String> shipped() throws IOException {
        Path jars = ROOT.resolve("node/target/lib");
        if (!Files.isDirectory(jars)) {
            if ("1".equals(System.getenv("THINGSTEAD_TEST_ALL"))) fail("build the program first: mvn package");
            System.out.println("SKIPPED: the program is not built (mvn package -DskipTests)");
            abort("the program is not built");
        }
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(jars)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith(OWN))
                    .forEach(names::add);
        }
        try (Stream<Path> files = Files.list(ROOT.resolve("node/target/classes/web/lib"))) {
            files.forEach(file -> names.add("lib/" + file.getFileName()));
        }
        return names;
    }

    private static boolean covers(String row, String name) {
        return row.startsWith("lib/") ? name.equals(row) : name.startsWith(row);
    }

    @Test
    void everything_that_ships_is_listed_and_nothing_else() throws IOException {
        Set<String> rows = listed().keySet();
        List<String> wrong = new ArrayList<>();
        for (String name : shipped()) {
            if (rows.stream().filter(row -> covers(row, name)).count() != 1) wrong.add("not listed once: " + name);
        }
        for (String row : rows) {
            if (shipped().stream().noneMatch(name -> covers(row, name))) wrong.add("does not ship: " + row);
        }
        assertThat(wrong).isEmpty();
        System.out.println("ThirdPartyTest: " + shipped().size() + " files, " + rows.size() + " rows");
    }

    @Test
    void every_licence_is_a_fit_one() throws IOException {
        assertThat(listed())
                .isNotEmpty()
                .allSatisfy((name, licence) -> assertThat(FIT).as(name).contains(licence));
    }

    /// Where a jar says its licence itself (OSGi's Bundle-License), the list says one of those.
    @Test
    void what_a_jar_says_of_its_licence_agrees() throws IOException {
        Map<String, String> rows = listed();
        int said = 0;
        for (String name : shipped()) {
            if (!name.endsWith(".jar")) continue;
            String licence = rows.entrySet().stream()
                    .filter(row -> covers(row.getKey(), name))
                    .findFirst()
                    .orElseThrow()
                    .getValue();
            try (JarFile jar =
                    new JarFile(ROOT.resolve("node/target/lib").resolve(name).toFile())) {
                var manifest = jar.getManifest();
                String says =
                        manifest == null ? null : manifest.getMainAttributes().getValue("Bundle-License");
                if (says == null) continue;
                // The Eclipse Distribution License is BSD-3-Clause.
                String all =
                        says.toLowerCase(Locale.ROOT).replace("edl-v10", "bsd").replace("eclipse", "epl");
                if (FAMILIES.stream().noneMatch(all::contains)) continue; // an address that does not tell
                said++;
                assertThat(all)
                        .as(name)
                        .contains(licence.toLowerCase(Locale.ROOT).replaceFirst("-.*", ""));
            }
        }
        assertThat(said).isGreaterThan(10);
    }
}
