package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.backup.Backup;
import io.thingstead.node.backup.BackupException;
import io.thingstead.node.backup.BackupManifest;
import io.thingstead.node.backup.LastBackup;
import io.thingstead.node.backup.Restore;
import io.thingstead.node.backup.Restored;
import io.thingstead.node.backup.StoreSnapshot;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.solo.SoloEngine;
import io.thingstead.node.log.Log;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Backups of a member alone, made while its node runs and while it rests, put back, damaged, and broken off.
class BackupTest {
    private static final NodeConfig CONFIG =
            NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0);
    private static final int READINGS = 30;

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Node started(Path at) {
        return Node.start(at, CONFIG);
    }

    private void readings(Node node, String device) throws Exception {
        var sends = new TokenDevice(client, URI.create(node.page()), device);
        for (int i = 0; i < READINGS; i++) sends.send(i);
        awaitFinal(node);
    }

    private static void awaitFinal(Node node) throws InterruptedException {
        long until = System.nanoTime() + 60_000_000_000L;
        while (node.core().anchorer().anchoredSize()
                        < node.core().log().reader().size()
                && System.nanoTime() < until) {
            Thread.sleep(20);
        }
        assertThat(node.core().anchorer().anchoredSize())
                .isEqualTo(node.core().log().reader().size());
    }

    /// A member with readings, its node stopped.
    private void lived() throws Exception {
        try (Node node = started(data())) {
            readings(node, "box-1");
        }
    }

    private record Said(int code, String text) {}

    private static Said run(Object... arguments) {
        var out = new StringWriter();
        var line = Thingstead.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        int code = line.execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Said(code, out.toString());
    }

    private Path backup(String name, Object... more) {
        Path to = folder.resolve(name);
        List<Object> arguments = new ArrayList<>(List.of("backup", "--data", data(), "-o", to));
        arguments.addAll(List.of(more));
        Said said = run(arguments.toArray());
        assertThat(said.code).as(said.text).isZero();
        assertThat(said.text).contains("Wrote and verified");
        return to;
    }

    private static Map<Long, byte[]> proofs(ProofMaker maker) {
        Map<Long, byte[]> proofs = new TreeMap<>();
        for (long n = 1; n <= READINGS; n++) {
            proofs.put(n, maker.prove(DeviceId.of("acme:box-1"), n).orThrow());
        }
        return proofs;
    }

    /// Proofs out of a folder in which no node runs: its newest block is certified once more, and none is made.
    private static Map<Long, byte[]> proofsOf(Path data) {
        Consumer<Throwable> failed = e -> {
            throw new AssertionError(e);
        };
        try (Store store = RocksStore.open(data.resolve("store"), failed::accept)) {
            StoredLedger stored = StoredLedger.open(store);
            SigningKey engineKey = MemberKeys.open(data.resolve("keys")).of(KeyRole.ENGINE);
            try (var engine = new SoloEngine(stored, engineKey, System::currentTimeMillis, failed)) {
                engine.start();
                var record = stored.reader()
                        .log(new LogId(stored.reader().members().getFirst().member(), 1));
                var log = Log.read(record.log(), record.origin(), store);
                return proofs(new ProofMaker(List.of(log), stored.reader()));
            }
        }
    }

    /// The ledger makes a block every ten seconds though nothing happens, and a proof has the newest certificate: so
    /// both are taken until no block came between.
    @ParameterizedTest
    @ValueSource(strings = {"copy", "copy.zip"})
    void proofs_of_what_was_restored_are_those_of_the_running_node_to_the_byte(String name) throws Exception {
        Map<Long, byte[]> before = Map.of();
        Path copy = folder;
        try (Node node = started(data())) {
            readings(node, "box-1");
            boolean same = false;
            for (int i = 0; i < 10 && !same; i++) {
                long height = node.core().ledger().head().height();
                before = proofs(node.core().proofs());
                copy = backup(i + name, "--with-keys");
                same = node.core().ledger().head().height() == height;
            }
            assertThat(same).isTrue();
        }
        Path restored = folder.resolve("restored");
        Restore.Done done = Restore.into(copy, restored, null, line -> {});
        assertThat(done.hasKeys()).isTrue();
        assertThat(proofsOf(restored)).containsExactlyEntriesOf(before);
        assertThat(LastBackup.madeMs(data())).isPresent();
        assertThat(StoreSnapshot.in(data())).doesNotExist();
    }

    @Test
    void a_restored_node_closes_its_log_opens_the_next_one_with_new_keys_and_proves_what_it_had() throws Exception {
        byte[] trust;
        String verifierKey;
        try (Node node = started(data())) {
            readings(node, "box-1");
            trust = node.core().trust().trust(System.currentTimeMillis()).write();
            backup("copy", "--with-keys");
            verifierKey = logKey(data());
            readings(node, "box-2");
        }
        Path restored = folder.resolve("restored");
        Said said = run("restore", folder.resolve("copy"), "--data", restored);
        assertThat(said.code).as(said.text).isZero();
        assertThat(said.text)
                .contains("THE LEDGER GOES BACK", "NEVER start a node in the old data folder", "member = \"acme\"");
        assertThat(Restored.isMarked(restored)).isTrue();
        try (Node node = started(restored)) {
            assertThat(Restored.isMarked(restored)).isFalse();
            var ledger = node.core().ledger();
            assertThat(ledger.log(new LogId(node.member(), 1)).closed()).isEqualTo(1L);
            assertThat(ledger.log(new LogId(node.member(), 1)).size()).isEqualTo(READINGS);
            assertThat(node.core().log().reader().id().number()).isEqualTo(2);
            assertThat(logKey(restored)).isNotEqualTo(verifierKey);
            for (byte[] proof : proofs(node.core().proofs()).values()) {
                var report = io.thingstead.kit.proof.ProofVerifier.verify(proof, trust);
                assertThat(report.verdict()).isEqualTo(io.thingstead.kit.proof.Verdict.PROVEN_BY_ONE_MEMBER);
            }
            // What came after the backup is not there, and new readings of a new device are taken and final.
            assertThat(ledger.device(DeviceId.of("acme:box-2"))).isNull();
            readings(node, "box-3");
            assertThat(node.core().log().reader().size()).isEqualTo(READINGS);
        }
        assertThat(restored.resolve("keys/log-before.pem")).doesNotExist();
        List<String> says = new ArrayList<>();
        assertThat(Rebuild.run(restored, says::add)).as("%s", says).isTrue();
        // It is an ordinary member again: it starts once more on the same log.
        try (Node node = started(restored)) {
            assertThat(node.core().log().reader().id().number()).isEqualTo(2);
        }
    }

    private static String logKey(Path data) {
        return MemberKeys.open(data.resolve("keys"))
                .of(KeyRole.LOG)
                .key()
                .thumbprint()
                .hex();
    }

    /// Two nodes that go on from one backup sign nothing for the same log with the same key.
    @Test
    void restored_twice_the_next_logs_have_different_keys() throws Exception {
        lived();
        Path copy = backup("copy", "--with-keys");
        List<String> keys = new ArrayList<>();
        for (String name : List.of("one", "other")) {
            Path restored = folder.resolve(name);
            Restore.into(copy, restored, null, line -> {});
            started(restored).close();
            keys.add(logKey(restored));
        }
        assertThat(keys).doesNotHaveDuplicates().doesNotContain(logKey(data()));
    }

    @Test
    void without_keys_it_needs_a_copy_of_them_and_takes_no_others() throws Exception {
        lived();
        Path copy = backup("copy.zip");
        Path restored = folder.resolve("restored");
        Restore.Done done = Restore.into(copy, restored, null, line -> {});
        assertThat(done.hasKeys()).isFalse();
        assertThatThrownBy(() -> started(restored))
                .hasMessageStartingWith("restore.keys: the member's keys are missing");
        Path strange = folder.resolve("strange");
        MemberKeys.openOrCreate(strange);
        assertThatThrownBy(() -> Restore.into(copy, folder.resolve("second"), strange, line -> {}))
                .isInstanceOf(BackupException.class)
                .hasMessageStartingWith("restore.keys: ");
        Path third = folder.resolve("third");
        assertThat(Restore.into(copy, third, data().resolve("keys"), line -> {}).hasKeys())
                .isTrue();
        try (Node node = started(third)) {
            assertThat(node.core().log().reader().id().number()).isEqualTo(2);
        }
    }

    @Test
    void a_crash_while_a_backup_is_written_leaves_none_and_the_next_one_is_whole() throws Exception {
        lived();
        int steps = steps(says -> write(folder.resolve("whole"), says));
        assertThat(steps).isGreaterThan(10);
        for (String name : List.of("copy", "copy.zip")) {
            Path target = folder.resolve(name);
            for (int step = 0; step < steps; step++) {
                int at = step;
                assertThatThrownBy(() -> write(target, crash(at))).isInstanceOf(Crash.class);
                assertThat(target).doesNotExist();
                Path half = folder.resolve(name + ".partial");
                assertThatThrownBy(() -> Restore.into(half, folder.resolve("no"), null, line -> {}))
                        .isInstanceOf(BackupException.class)
                        .hasMessageStartingWith("backup.incomplete: ");
                assertThat(folder.resolve("no")).doesNotExist();
                // Under another name, too.
                if (at < steps - 2) {
                    Path renamed = Files.move(half, folder.resolve("renamed"));
                    assertThatThrownBy(() -> Restore.into(renamed, folder.resolve("no"), null, line -> {}))
                            .isInstanceOf(BackupException.class)
                            .hasMessageStartingWith("backup.incomplete: ");
                    Files.move(renamed, half);
                }
            }
            write(target, line -> {});
            Restore.into(target, folder.resolve("restored-" + name), null, line -> {});
        }
    }

    @Test
    void a_crash_while_a_backup_is_restored_leaves_a_folder_that_no_node_takes_and_the_next_restore_does()
            throws Exception {
        lived();
        Path copy = backup("copy", "--with-keys");
        int steps = steps(says -> Restore.into(copy, folder.resolve("whole"), null, says));
        assertThat(steps).isGreaterThan(10);
        Path restored = folder.resolve("restored");
        for (int step = 0; step < steps; step++) {
            int at = step;
            assertThatThrownBy(() -> Restore.into(copy, restored, null, crash(at)))
                    .isInstanceOf(Crash.class);
            assertThatThrownBy(() -> started(restored)).hasMessageStartingWith("restore.unfinished: ");
            assertThatThrownBy(() -> Rebuild.run(restored, line -> {})).hasMessageStartingWith("restore.unfinished: ");
        }
        Restore.into(copy, restored, null, line -> {});
        try (Node node = started(restored)) {
            assertThat(node.core().log().reader().id().number()).isEqualTo(2);
        }
        assertThatThrownBy(() -> Restore.into(copy, restored, null, line -> {}))
                .hasMessageStartingWith("restore.not-empty: ");
    }

    /// The node ends before, and after, the ledger has opened the next log.
    @Test
    void a_crash_before_the_next_log_is_open_opens_one_more_at_the_next_start() throws Exception {
        lived();
        Path copy = backup("copy", "--with-keys");
        Path restored = folder.resolve("restored");
        Restore.into(copy, restored, null, line -> {});
        byte[] mark = Files.readAllBytes(restored.resolve("restored"));
        Restored.renewKeys(restored); // and a crash
        started(restored).close();
        Files.write(restored.resolve("restored"), mark); // as if the crash came before it was taken away
        try (Node node = started(restored)) {
            assertThat(node.core().log().reader().id().number()).isEqualTo(3);
            assertThat(node.core().ledger().log(new LogId(node.member(), 2)).closed())
                    .isEqualTo(1L);
            proofs(node.core().proofs());
        }
        List<String> says = new ArrayList<>();
        assertThat(Rebuild.run(restored, says::add)).as("%s", says).isTrue();
    }

    @Test
    void what_is_damaged_missing_or_added_is_not_restored() throws Exception {
        lived();
        Path copy = backup("copy", "--with-keys");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(copy)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            if (bad.length > 0) {
                bad[bad.length / 2] ^= 0x10;
                Files.write(file, bad);
                assertRefused(copy);
                Files.write(file, java.util.Arrays.copyOf(good, good.length - 1));
                assertRefused(copy);
            }
            Files.delete(file);
            assertRefused(copy);
            Files.write(file, good);
        }
        Path zip = backup("copy.zip");
        byte[] whole = Files.readAllBytes(zip);
        for (int part = 1; part < 10; part++) {
            Files.write(zip, java.util.Arrays.copyOf(whole, whole.length * part / 10));
            assertRefused(zip);
        }
        Files.write(zip, whole);
        Restore.into(copy, folder.resolve("restored"), null, line -> {});
    }

    private int refusals;

    private void assertRefused(Path copy) throws IOException {
        Path to = folder.resolve("refused-" + refusals++);
        assertThatThrownBy(() -> Restore.into(copy, to, null, line -> {})).isInstanceOf(BackupException.class);
        if (Files.exists(to)) assertThatThrownBy(() -> started(to)).hasMessageStartingWith("restore.unfinished: ");
    }

    @Test
    void nothing_is_overwritten() throws Exception {
        lived();
        Path copy = backup("copy");
        assertThat(run("backup", "--data", data(), "-o", copy).text).startsWith("backup.target: ");
        Path mine = Files.createDirectories(folder.resolve("other.partial"));
        Files.writeString(mine.resolve("diary"), "dear diary", StandardOpenOption.CREATE_NEW);
        assertThat(run("backup", "--data", data(), "-o", folder.resolve("other")).text)
                .startsWith("backup.target: ");
        assertThat(mine.resolve("diary")).hasContent("dear diary");
        assertThatThrownBy(() -> Restore.into(copy, mine, null, line -> {}))
                .hasMessageStartingWith("restore.not-empty: ");
        assertThat(mine.resolve("diary")).hasContent("dear diary");
        try (StoreSnapshot _ = StoreSnapshot.hold(data())) {
            assertThat(run("backup", "--data", data(), "-o", folder.resolve("third")).text)
                    .contains("another backup", "is under way");
        }
    }

    private BackupManifest write(Path target, Consumer<String> says) {
        try (StoreSnapshot _ = StoreSnapshot.hold(data())) {
            Path snapshot;
            try (RocksStore store = RocksStore.open(data().resolve("store"), e -> {})) {
                snapshot = StoreSnapshot.take(data(), store);
            }
            return Backup.write(data(), snapshot, target, true, "test", 1, says);
        }
    }

    private static final class Crash extends RuntimeException {}

    private static Consumer<String> crash(int at) {
        int[] step = {0};
        return line -> {
            if (step[0]++ == at) throw new Crash();
        };
    }

    private static int steps(Consumer<Consumer<String>> what) {
        int[] steps = {0};
        what.accept(line -> steps[0]++);
        return steps[0];
    }
}
