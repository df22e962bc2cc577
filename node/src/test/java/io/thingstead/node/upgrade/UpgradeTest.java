package io.thingstead.node.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.Rebuild;
import io.thingstead.node.TokenDevice;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.DataFolder;
import io.thingstead.node.storage.FolderVersion;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data folder of an older version is upgraded and goes back, also when either is broken off at any point; one of a
/// newer version is refused before anything in it is opened. The older folder is a real one: a node lived in it.
class UpgradeTest {
    private static final NodeConfig CONFIG =
            NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0);
    private static final int READINGS = 12;

    @TempDir
    private static Path lived;

    @TempDir
    Path folder;

    private Path data;

    @BeforeAll
    static void an_older_folder_is_lived_in() throws Exception {
        live(lived.resolve("data"), "box-1");
        OlderFolder.make(lived.resolve("data"));
    }

    @BeforeEach
    void an_older_folder() throws IOException {
        data = folder.resolve("data" + System.nanoTime());
        try (Stream<Path> files = Files.walk(lived.resolve("data"))) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        data.resolve(lived.resolve("data").relativize(file).toString()));
            }
        }
    }

    /// A node runs there, takes readings and ends. Returns how many leaves its first log has then.
    private long live(String device) throws Exception {
        return live(data, device);
    }

    private static long live(Path data, String device) throws Exception {
        try (Node node = Node.start(data, CONFIG);
                HttpClient client = HttpClient.newHttpClient()) {
            var sends = new TokenDevice(client, URI.create(node.page()), device);
            for (int i = 0; i < READINGS; i++) sends.send(i);
            assertThat(node.core().log().reader().id().number()).isEqualTo(1);
            return node.core().log().reader().size();
        }
    }

    private record Said(int code, String text) {}

    private Said upgrade(String... more) {
        var out = new StringWriter();
        var line = Thingstead.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        List<String> arguments = new ArrayList<>(List.of("upgrade", "--data", data.toString()));
        arguments.addAll(List.of(more));
        return new Said(line.execute(arguments.toArray(String[]::new)), out.toString());
    }

    /// The hash of each file of the store, without RocksDB's messages.
    private Map<String, String> store() throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.list(data.resolve("store"))) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith("LOG") || name.equals("LOCK")) continue;
                hashes.put(name, HexFormat.of().formatHex(Sha256.of(Files.readAllBytes(file))));
            }
        }
        return hashes;
    }

    private void isOfVersion(int version) throws Exception {
        assertThat(FolderVersion.of(data)).isEqualTo(version);
        assertThat(data.resolve("upgrading")).doesNotExist();
        assertThat(OlderFolder.columns(data).contains("retention")).isEqualTo(version > 1);
    }

    @Test
    void a_node_upgrades_an_older_folder_and_goes_on_with_its_log() throws Exception {
        assertThat(live("box-2")).isEqualTo(2 * READINGS);
        isOfVersion(2);
        assertThat(Upgrade.kept(data)).isEqualTo(1);
        assertThat(Rebuild.run(data, line -> {})).isTrue();
        assertThat(upgrade("--forget").text).contains("Took away the copy of version 1");
        assertThat(data.resolve("before-upgrade")).doesNotExist();
        assertThat(upgrade("--rollback")).satisfies(said -> {
            assertThat(said.code).isEqualTo(1);
            assertThat(said.text).startsWith("upgrade.nothing: ");
        });
    }

    /// Not made by this program: version 1 itself wrote it, with 30 readings of one device.
    @Test
    void a_folder_that_version_1_wrote_is_upgraded_and_its_log_goes_on() throws Exception {
        try (var in =
                new ZipInputStream(Objects.requireNonNull(getClass().getResourceAsStream("/older/version-1.zip")))) {
            for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = folder.resolve(entry.getName()).normalize();
                Files.createDirectories(file.getParent());
                Files.write(file, in.readAllBytes());
            }
        }
        data = folder.resolve("data");
        assertThat(OlderFolder.columns(data)).containsExactlyInAnyOrderElementsOf(OlderFolder.COLUMNS);
        assertThat(live("box-2")).isEqualTo(30 + READINGS);
        isOfVersion(2);
        assertThat(Rebuild.run(data, line -> {})).isTrue();
    }

    @Test
    void a_new_folder_is_of_this_version_and_has_nothing_to_go_back_to() throws Exception {
        data = folder.resolve("new");
        live("box-1");
        isOfVersion(FolderVersion.CURRENT);
        assertThat(upgrade().text).contains("is of version 2: there is nothing to do");
        assertThat(Upgrade.kept(data)).isEqualTo(FolderVersion.NONE);
    }

    @Test
    void what_is_not_upgraded_yet_is_opened_by_nothing_else() throws Exception {
        var before = store();
        assertThatThrownBy(() -> DataFolder.open(data))
                .satisfies(e -> assertThat(((StoreException) e).category()).isEqualTo(StoreException.Category.OLDER))
                .hasMessageStartingWith("upgrade.older: ");
        assertThat(store()).isEqualTo(before);
    }

    @Test
    void a_folder_of_a_newer_program_is_refused_before_anything_in_it_is_opened() throws Exception {
        Files.writeString(data.resolve("version"), (FolderVersion.CURRENT + 1) + "\n");
        var before = store();
        assertThatThrownBy(() -> Node.start(data, CONFIG)).hasMessageStartingWith("upgrade.newer: ");
        assertThat(upgrade().text).startsWith("upgrade.newer: ");
        assertThat(upgrade("--rollback").text).startsWith("upgrade.newer: ");
        for (String strange : List.of("", "0", "-1", "2 3", "two", "1234567890123", "99999999999999999999")) {
            Files.writeString(data.resolve("version"), strange);
            assertThatThrownBy(() -> Node.start(data, CONFIG)).hasMessageStartingWith("upgrade.version: ");
        }
        assertThat(store()).isEqualTo(before);
    }

    @Test
    void where_nothing_was_written_since_going_back_brings_the_very_files() throws Exception {
        var before = store();
        assertThat(upgrade().text).contains("Upgraded ", " from version 1 to 2");
        isOfVersion(2);
        assertThat(upgrade("--rollback").text).contains("is of version 1 again");
        isOfVersion(1);
        assertThat(store()).isEqualTo(before);
        assertThat(data.resolve("version")).doesNotExist();
        assertThat(data.resolve("before-upgrade")).doesNotExist();
    }

    @Test
    void what_was_acknowledged_since_is_there_after_going_back() throws Exception {
        long leaves = live("box-2");
        assertThat(upgrade("--rollback").code).isZero();
        isOfVersion(1);
        assertThat(OlderFolder.columns(data)).containsExactlyInAnyOrderElementsOf(OlderFolder.COLUMNS);
        assertThat(live("box-3")).isEqualTo(leaves + READINGS);
    }

    @Test
    void what_the_older_program_would_not_understand_keeps_it_from_going_back() throws Exception {
        live("box-2");
        try (var store = RocksStore.open(data.resolve("store"), e -> {})) {
            store.write(store.newBatch().put(Column.RETENTION, new byte[] {1}, new byte[] {1}));
        }
        assertThat(upgrade("--rollback").text).contains("upgrade.used: ");
        isOfVersion(2);
        assertThat(live("box-3")).isEqualTo(3 * READINGS);
    }

    /// Where the process ends: at the point after which so much was said.
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    private interface Way {
        Upgrade.Done go(Upgrade upgrade);
    }

    /// Ends the way at its n-th point; whether there was one.
    private boolean crashes(Way way, int n) {
        int[] said = {0};
        try {
            way.go(new Upgrade(data, List.of(new Broken(n)), line -> {
                if (said[0]++ == n) throw new Crash();
            }));
            return false;
        } catch (Crash e) {
            return true;
        }
    }

    /// The real step, which also ends in its middle: at points that nothing is said of.
    private record Broken(int n) implements Step {
        @Override
        public String inWords() {
            return "broken";
        }

        @Override
        public void up(Path folder) {
            Step.ALL.getFirst().up(folder);
            if (n == 100) throw new Crash();
        }

        @Override
        public void down(Path folder) {
            Step.ALL.getFirst().down(folder);
            if (n == 100) throw new Crash();
        }
    }

    @Test
    void an_upgrade_that_is_broken_off_anywhere_is_done_again_by_the_next_start() throws Exception {
        var before = store();
        for (int n : new int[] {0, 1, 2, 3, 100}) {
            assertThat(crashes(Upgrade::forward, n)).as("point " + n).isTrue();
            if (n % 2 == 0) {
                assertThat(live("again-" + n)).isGreaterThan(READINGS);
                isOfVersion(2);
                an_older_folder();
                before = store();
            } else {
                // Or people go back instead: everything is as it was.
                Upgrade.rollback(data, line -> {});
                isOfVersion(1);
                assertThat(store()).isEqualTo(before);
            }
        }
        // And there is no further point.
        assertThat(crashes(Upgrade::forward, 4)).isFalse();
    }

    @Test
    void nothing_else_starts_between_two_versions() throws Exception {
        assertThat(crashes(Upgrade::forward, 3)).isTrue();
        assertThat(data.resolve("upgrading")).exists();
        assertThatThrownBy(() -> DataFolder.open(data)).hasMessageStartingWith("upgrade.unfinished: ");
        assertThatThrownBy(() -> Upgrade.forget(data)).hasMessageStartingWith("upgrade.unfinished: ");
        Files.writeString(data.resolve("upgrading"), "forw");
        assertThatThrownBy(() -> Node.start(data, CONFIG)).hasMessageStartingWith("upgrade.mark: ");
    }

    @Test
    void going_back_that_is_broken_off_anywhere_is_done_by_the_same_command() throws Exception {
        var before = store();
        int points = 0;
        for (int n = 0; n < 4; n++) {
            Upgrade.ifOlder(data);
            if (crashes(Upgrade::back, n)) {
                points++;
                if (Files.exists(data.resolve("upgrading")) && n > 0) {
                    assertThatThrownBy(() -> Node.start(data, CONFIG)).hasMessageStartingWith("upgrade.unfinished: ");
                    // It ended while the store was being put back.
                    Files.delete(data.resolve("store").resolve("CURRENT"));
                }
                Upgrade.rollback(data, line -> {});
            }
            isOfVersion(1);
            assertThat(store()).isEqualTo(before);
        }
        assertThat(points).isEqualTo(3);
    }

    @Test
    void undoing_the_steps_that_is_broken_off_anywhere_is_done_by_the_same_command() throws Exception {
        for (int n : new int[] {0, 1, 2, 100}) {
            long leaves = live("to-" + n);
            assertThat(crashes(Upgrade::back, n)).isTrue();
            Upgrade.rollback(data, line -> {});
            isOfVersion(1);
            assertThat(live("from-" + n)).isEqualTo(leaves + READINGS);
        }
    }
}
