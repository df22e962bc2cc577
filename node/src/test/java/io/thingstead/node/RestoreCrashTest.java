package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.node.backup.Backup;
import io.thingstead.node.backup.Restore;
import io.thingstead.node.backup.Restored;
import io.thingstead.node.backup.StoreSnapshot;
import io.thingstead.node.storage.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A restore that ends within a file: keys are there as a whole or not at all, and a mark that is torn stops the node.
class RestoreCrashTest {
    private static final NodeConfig CONFIG =
            NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0);

    @TempDir
    Path folder;

    private Path data;
    private Path copy;
    private Path restored;

    @BeforeEach
    void back_up() {
        data = folder.resolve("data");
        copy = folder.resolve("copy");
        restored = folder.resolve("restored");
        Node.start(data, CONFIG).close();
        try (StoreSnapshot _ = StoreSnapshot.hold(data)) {
            Path snapshot;
            try (RocksStore store = RocksStore.open(data.resolve("store"), e -> {})) {
                snapshot = StoreSnapshot.take(data, store);
            }
            Backup.write(data, snapshot, copy, true, "test", 1, line -> {});
        }
    }

    private static Map<String, String> keys(Path folder) throws IOException {
        Map<String, String> keys = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                keys.put(String.valueOf(file.getFileName()), Files.readString(file));
            }
        }
        return keys;
    }

    private void startsOnTheNextLog() {
        try (Node node = Node.start(restored, CONFIG)) {
            assertThat(node.core().log().reader().id().number()).isEqualTo(2);
        }
    }

    /// The disk of the backup breaks in the middle of each key, and is mended.
    @Test
    void what_ends_within_a_key_is_done_again_by_the_same_command() throws Exception {
        List<Path> keys;
        try (Stream<Path> files = Files.list(copy.resolve("keys"))) {
            keys = files.sorted().toList();
        }
        assertThat(keys).hasSizeGreaterThan(5);
        for (Path key : keys) {
            byte[] whole = Files.readAllBytes(key);
            Files.write(key, Arrays.copyOf(whole, whole.length / 2));
            assertThatThrownBy(() -> Restore.into(copy, restored, null, line -> {}))
                    .hasMessageStartingWith("backup.damaged: ");
            assertThat(restored.resolve("keys").resolve(String.valueOf(key.getFileName())))
                    .doesNotExist();
            Files.write(key, whole);
        }
        Restore.into(copy, restored, null, line -> {});
        assertThat(keys(restored.resolve("keys"))).isEqualTo(keys(data.resolve("keys")));
        startsOnTheNextLog();
    }

    /// Ended between the first byte of a key and its name.
    @Test
    void what_is_left_of_a_key_is_written_over() throws Exception {
        Map<String, String> whole = keys(data.resolve("keys"));
        List<String> torn = new ArrayList<>(whole.keySet());
        Path own = Files.createDirectories(restored.resolve("keys"));
        for (String name : torn) {
            Files.writeString(own.resolve(name + ".partial"), whole.get(name).substring(0, 20));
        }
        Restore.into(copy, restored, data.resolve("keys"), line -> {});
        assertThat(keys(own)).isEqualTo(whole);
        startsOnTheNextLog();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sol", "solo\n", "share", "a backup is being restored here\n"})
    void a_mark_that_is_torn_stops_the_node_and_no_key_is_made_anew(String mark) throws Exception {
        Restore.into(copy, restored, null, line -> {});
        Map<String, String> before = keys(restored.resolve("keys"));
        byte[] whole = Files.readAllBytes(restored.resolve("restored"));
        Files.writeString(restored.resolve("restored"), mark);
        assertThatThrownBy(() -> Node.start(restored, CONFIG)).hasMessageStartingWith("restore.mark: ");
        assertThat(keys(restored.resolve("keys"))).isEqualTo(before);
        Files.write(restored.resolve("restored"), whole);
        startsOnTheNextLog();
    }

    @Test
    void what_is_left_of_the_log_key_from_before_is_written_over() throws Exception {
        Restore.into(copy, restored, null, line -> {});
        Path keys = restored.resolve("keys");
        SigningKey before = SigningKey.load(keys.resolve("log.pem"));
        Files.writeString(keys.resolve("log-before.pem.partial"), "half a key");
        Restored.renewKeys(restored);
        assertThat(SigningKey.load(keys.resolve("log-before.pem")).key()).isEqualTo(before.key());
        assertThat(SigningKey.load(keys.resolve("log.pem")).key()).isNotEqualTo(before.key());
        startsOnTheNextLog();
    }
}
