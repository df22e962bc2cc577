package io.thingstead.node.backup;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.backup.BackupException.Code;
import io.thingstead.node.consensus.Application;
import io.thingstead.node.consensus.LedgerCheck;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogCheck;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.SignedCheckpoint;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// Where a member's ledger and logs stand in a store.
///
/// @param ledger its identifier, hexadecimal as all hashes here
/// @param logs the member's own, in the order of their numbers
public record Heads(
        String member,
        String ledger,
        long era,
        String engine,
        long height,
        long blockTime,
        String headerHash,
        String appHash,
        long events,
        List<LogHead> logs) {

    /// @param size leaves, with the root over all of them
    /// @param checkpoint leaves under the newest signed checkpoint
    /// @param anchored leaves that are final
    public record LogHead(
            String log, String origin, long size, String root, long checkpoint, long anchored, boolean closed) {}

    public Heads {
        logs = List.copyOf(logs);
    }

    /// The ledger in a store that nothing writes to, shown up to its newest block.
    static StoredLedger open(Store store) {
        if (!StoredLedger.isFounded(store)) throw new BackupException(Code.NOTHING, "there is no ledger yet");
        StoredLedger stored = StoredLedger.open(store);
        stored.show(stored.info().height());
        return stored;
    }

    /// The heads in a store that nothing writes to. Opening the ledger checks that its state gives its app hash.
    static Heads of(Store store, MemberId member) {
        StoredLedger stored = open(store);
        LedgerReader ledger = stored.reader();
        List<LogHead> logs = records(ledger, member).stream()
                .map(record -> head(record, store))
                .toList();
        if (logs.isEmpty()) throw new BackupException(Code.NOTHING, member + " has no log yet");
        Application.Info info = stored.info();
        return new Heads(
                member.value(),
                info.ledger().hex(),
                info.era().number(),
                info.era().engine(),
                info.height(),
                info.blockTime(),
                hex(info.headerHash()),
                hex(info.appHash()),
                ledger.head().eventsSize(),
                logs);
    }

    /// The member whose identity key this is.
    static MemberId member(Store store, Thumbprint identity) {
        return open(store).reader().members().stream()
                .filter(known ->
                        known.key(KeyRole.IDENTITY).filter(identity::equals).isPresent())
                .findFirst()
                .orElseThrow(() ->
                        new BackupException(Code.NOTHING, "the ledger knows no member with this folder's keys yet"))
                .member();
    }

    private static List<LogRecord> records(LedgerReader ledger, MemberId member) {
        List<LogRecord> records = new ArrayList<>();
        for (long number = 1; ; number++) {
            LogRecord record = ledger.log(new LogId(member, number));
            if (record == null) return records;
            records.add(record);
        }
    }

    private static LogHead head(LogRecord record, Store store) {
        LogReader reader = Log.read(record.log(), record.origin(), store);
        return new LogHead(
                record.log().toString(),
                record.origin(),
                reader.size(),
                hex(reader.rootAt(reader.size())),
                reader.checkpoint().map(SignedCheckpoint::size).orElse(0L),
                record.size(),
                record.closed() != null);
    }

    /// Whether the ledger has this member alone.
    public boolean hasOneMember() {
        return engine.equals(EraRecord.SOLO);
    }

    /// Checks all of it from the beginning: each block or event, each leaf.
    ///
    /// @return what is not sound, empty when all is
    List<String> check(Store store, Consumer<String> says) {
        List<String> problems = new ArrayList<>();
        var ofLedger = LedgerCheck.of(store, says);
        if (!ofLedger.isSound()) problems.add(ofLedger.found());
        LedgerReader ledger = open(store).reader();
        for (LogRecord record : records(ledger, new MemberId(member))) {
            if (Log.read(record.log(), record.origin(), store).checkpoint().isEmpty()) continue;
            says.accept("log " + record.origin() + ": checking its leaves");
            VerifyingKey key = Objects.requireNonNull(ledger.key(record.key()), "the log's key is on the ledger")
                    .key();
            var report = LogCheck.run(
                    record.log(),
                    new NoteKey(record.origin(), key.point()),
                    (point, message, signature) ->
                            VerifyingKey.of(Algorithm.ED25519, point).verify(message, signature),
                    store,
                    _ -> {});
            problems.addAll(report.problems());
        }
        return problems;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
