package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterDevices;
import io.thingstead.node.storage.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of snapshots that a disk or somebody damaged: each is offered as what it says of itself, which whoever takes
/// it checks, or deleted; nothing is thrown, and no part is larger than a part may be.
class SnapshotFilesFuzz {
    private static final int ROUNDS = 3_000;

    @TempDir
    Path folder;

    private final Random random = Seeded.random(SnapshotFilesFuzz.class);
    private Path file;
    private byte[] good;

    @BeforeEach
    void take() throws Exception {
        TestChain chain = TestChain.founded(new MemoryStore());
        for (int from = 0; from < 3_000; from += 500) {
            List<RegisterDevice> devices = IntStream.range(from, from + 500)
                    .mapToObj(i -> RegisterDevice.withToken(DeviceId.of("acme:meter-" + i)))
                    .toList();
            chain.block(chain.transaction(chain.key(KeyRole.NODE), new RegisterDevices(devices)));
        }
        long height = chain.ledger().info().height();
        try (SnapshotFiles files = SnapshotFiles.open(folder)) {
            files.take(height, chain.ledger().snapshotOfNow());
            while (files.kept().isEmpty()) {
                Thread.sleep(10);
            }
            assertThat(files.kept().getFirst().offer().chunks()).isGreaterThan(1);
        }
        file = folder.resolve(height + ".snapshot");
        good = Files.readAllBytes(file);
    }

    /// How many parts are here, each as it may be.
    private static int assertBounded(SnapshotFiles files) {
        int parts = 0;
        for (SnapshotFiles.Kept kept : files.kept()) {
            assertThat(kept.hash()).isEqualTo(Sha256.of(kept.offer().manifest()));
            for (int i = -1; i <= kept.offer().chunks(); i++) {
                byte[] chunk = files.chunk(kept.height(), i);
                boolean isOne = i >= 0 && i < kept.offer().chunks();
                assertThat(chunk == null || isOne).isTrue();
                parts += chunk == null ? 0 : 1;
            }
        }
        assertThat(files.chunk(-1, 0)).isNull();
        return parts;
    }

    private byte[] damaged() {
        byte[] bad = good.clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                return Mutations.of(good, random);
            }
            // Where the lengths and the manifest stand.
            case 1 -> bad[random.nextInt(700)] = (byte) random.nextInt(256);
            case 2 -> bad[random.nextInt(4)] = (byte) random.nextInt(256);
            default -> bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bad;
    }

    @Test
    void damaged_files_are_offered_as_what_they_are_or_deleted() throws IOException {
        try (SnapshotFiles files = SnapshotFiles.open(folder)) {
            assertThat(assertBounded(files)).isGreaterThan(1);
        }
        int kept = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Files.write(file, damaged());
            try (SnapshotFiles files = SnapshotFiles.open(folder)) {
                assertBounded(files);
                kept += files.kept().size();
                assertThat(Files.exists(file)).isEqualTo(!files.kept().isEmpty());
            }
        }
        System.out.println(kept + " of " + ROUNDS + " still offered");
        assertThat(kept).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
    }

    @Test
    void a_file_that_changes_while_it_is_offered_gives_parts_or_none() throws IOException {
        for (int i = 0; i < 300; i++) {
            Files.write(file, good);
            try (SnapshotFiles files = SnapshotFiles.open(folder)) {
                Files.write(file, damaged());
                assertBounded(files);
                Files.delete(file);
                assertThat(assertBounded(files)).isZero();
            }
        }
    }

    @Test
    void files_that_are_no_snapshots_are_deleted() throws IOException {
        for (String name : List.of("7.partial", "x", "9.snapshot", ".snapshot")) {
            Files.write(folder.resolve(name), Seeded.bytes(random, random.nextInt(200)));
        }
        try (SnapshotFiles files = SnapshotFiles.open(folder);
                Stream<Path> left = Files.list(folder)) {
            assertThat(files.kept()).hasSize(1);
            assertThat(left).containsExactly(file);
        }
    }
}
