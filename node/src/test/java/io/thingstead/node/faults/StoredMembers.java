package io.thingstead.node.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.BlockRecord;
import io.thingstead.node.consensus.LedgerCheck;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogCheck;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.storage.RocksStore;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// What stands in the data folders of members that have stopped: one ledger for all, and every acknowledged frame once.
final class StoredMembers {
    private StoredMembers() {}

    static void check(TestNetwork network) {
        Map<Long, Map<String, List<String>>> hashes = new TreeMap<>();
        for (TestMember member : network.members) {
            try (var store = RocksStore.open(member.data.resolve("store"), StoredMembers::fail)) {
                StoredLedger ledger = StoredLedger.open(store);
                ledger.show(ledger.info().height());
                for (long height = ledger.info().height(); height > 0; height--) {
                    BlockRecord block = ledger.blocks().block(height).orElse(null);
                    if (block == null) {
                        break;
                    }
                    String what = HexFormat.of().formatHex(block.appHash()) + " in block "
                            + HexFormat.of().formatHex(block.headerHash());
                    hashes.computeIfAbsent(height, _ -> new TreeMap<>())
                            .computeIfAbsent(what, _ -> new ArrayList<>())
                            .add(member.name);
                }
                LedgerCheck.Report check = LedgerCheck.of(store, _ -> {});
                assertThat(check.isSound()).as(check.found()).isTrue();
                checkLogs(network, member, ledger, store);
            }
        }
        assertThat(hashes).isNotEmpty();
        hashes.forEach((height, said) ->
                assertThat(said).as("app hashes at height " + height).hasSize(1));
        System.out.println(hashes.size() + " blocks, the same for all");
    }

    private static void checkLogs(TestNetwork network, TestMember member, StoredLedger ledger, RocksStore store) {
        List<LogReader> logs = new ArrayList<>();
        for (long number = 1; ; number++) {
            LogRecord record = ledger.reader().log(new LogId(new MemberId(member.name), number));
            if (record == null) {
                break;
            }
            VerifyingKey key =
                    Objects.requireNonNull(ledger.reader().key(record.key())).key();
            var report = LogCheck.run(
                    record.log(),
                    new NoteKey(record.origin(), key.point()),
                    (_, message, signature) -> key.verify(message, signature),
                    store,
                    _ -> {});
            assertThat(report.problems()).as("log " + record.log()).isEmpty();
            assertThat(record.closed() != null || record.size() == report.size())
                    .as("all of log %s is final", record.log())
                    .isTrue();
            logs.add(Log.read(record.log(), record.origin(), store));
        }
        long acknowledged = 0;
        long found = 0;
        for (TestDevice device : network.devices) {
            if (device.member.equals(member)) {
                for (long n : device.acknowledged) {
                    assertThat(logs.stream()
                                    .filter(log -> log.find(device.id, n).isPresent()))
                            .as("frame %d of %s", n, device.id)
                            .hasSize(1);
                }
                acknowledged += device.acknowledged.size();
                found += logs.stream().mapToLong(LogReader::size).sum();
            }
        }
        System.out.println(member.name + ": " + acknowledged + " readings acknowledged, " + found + " in its log");
    }

    private static void fail(Throwable e) {
        throw new IllegalStateException(e);
    }
}
