package io.thingstead.node.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.node.backup.BackupManifest.FileEntry;
import io.thingstead.node.backup.Heads.LogHead;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A manifest that somebody else wrote, or a disk damaged: it is refused under a code, or names only files that stay
/// where they are put.
class BackupManifestFuzz {
    private static final int ROUNDS = 20_000;
    private static final String HASH = "ab".repeat(32);

    private final Random random = Seeded.random(BackupManifestFuzz.class);

    private static BackupManifest manifest(String... names) {
        var log = new LogHead("acme/1", "acme.example/log/1", 9, HASH, 9, 8, false);
        var heads = new Heads("acme", HASH, 1, "solo", 7, 1_800_000_000_000L, HASH, HASH, 12, List.of(log));
        return new BackupManifest(
                BackupManifest.FORMAT,
                1_800_000_000_000L,
                "1",
                List.of(names).stream().anyMatch(name -> name.startsWith("keys/")),
                heads,
                List.of(names).stream()
                        .map(name -> new FileEntry(name, 5, HASH))
                        .toList());
    }

    @Test
    void what_was_written_is_read() {
        var written = manifest("store/CURRENT", "store/000012.sst", "consortium.json", "keys/node.pem");
        assertThat(BackupManifest.read(written.write())).isEqualTo(written);
    }

    @Test
    void any_bytes_are_refused_or_name_files_that_stay_in_place() {
        byte[] good =
                manifest("store/CURRENT", "store/000012.sst", "keys/node.pem").write();
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            try {
                for (FileEntry file :
                        BackupManifest.read(Mutations.of(good, random)).files()) {
                    assertThat(file.name().split("/", -1)).doesNotContain("..", ".", "");
                    assertThat(file.bytes()).isNotNegative();
                }
                read++;
            } catch (BackupException e) {
                assertThat(e.code().text()).startsWith("backup.");
            }
        }
        assertThat(read).isBetween(1, ROUNDS - 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "/etc/x",
                "store/../../x",
                "store/a/b",
                "engine/signer.state",
                "keys/.x",
                "manifest.json",
                "",
                "store/",
                "store\\x"
            })
    void files_elsewhere_are_refused(String name) {
        byte[] bytes = manifest("store/CURRENT", name).write();
        assertThatThrownBy(() -> BackupManifest.read(bytes))
                .isInstanceOf(BackupException.class)
                .hasMessageStartingWith("backup.damaged: ");
    }

    @Test
    void one_of_a_newer_version_says_so() {
        String newer = new String(manifest("store/CURRENT").write(), StandardCharsets.UTF_8)
                .replace("thingstead-backup/1", "thingstead-backup/2");
        assertThatThrownBy(() -> BackupManifest.read(newer.getBytes(StandardCharsets.UTF_8)))
                .hasMessageStartingWith("backup.newer: ");
    }
}
