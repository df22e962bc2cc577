package io.thingstead.node.mirror;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.Held;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.log.LogReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Who holds which log, by their own signed statements: this member's, and those of the others that are shown to be
/// about the log that the ledger anchored. For any thread.
public final class Holdings {
    private final MemberId self;
    private final LedgerReader ledger;
    private final OwnLogs own;
    private final Mirrors mirrors;
    private final Cosigner cosigner;
    private final Map<Holder, Held> stated = new ConcurrentHashMap<>();
    private final Map<LogId, Cosignatures> cosignatures = new ConcurrentHashMap<>();

    private record Holder(LogId log, MemberId member) {}

    Holdings(MemberId self, LedgerReader ledger, OwnLogs own, Mirrors mirrors, Cosigner cosigner) {
        this.self = self;
        this.ledger = ledger;
        this.own = own;
        this.mirrors = mirrors;
        this.cosigner = cosigner;
    }

    /// The members that hold the leaf at this index of the log, this one included, by name.
    public List<MemberId> holders(LogId log, long index) {
        TreeSet<String> names = new TreeSet<>();
        if (size(log) > index) names.add(self.value());
        stated.forEach((holder, held) -> {
            if (holder.log.equals(log) && held.size() > index && !ledger.isRemoved(holder.member))
                names.add(holder.member.value());
        });
        return names.stream().map(MemberId::new).toList();
    }

    /// How many leaves a member stated that it holds, from the first on; 0 where it stated nothing that is of the log.
    long stated(LogId log, MemberId member) {
        Held held = stated.get(new Holder(log, member));
        return held == null || ledger.isRemoved(member) ? 0 : held.size();
    }

    /// The most leaves that another member stated that it holds.
    long most(LogId log) {
        return stated.keySet().stream()
                .filter(holder -> holder.log.equals(log))
                .mapToLong(holder -> stated(log, holder.member))
                .max()
                .orElse(0);
    }

    /// Members of the ledger, without those that were removed.
    public int members() {
        return (int) ledger.members().stream()
                .filter(member -> !ledger.isRemoved(member.member()))
                .count();
    }

    private long size(LogId log) {
        return own.find(log)
                .map(LogReader::size)
                .or(() -> mirrors.log(log).map(mirror -> mirror.tree().size()))
                .orElse(0L);
    }

    /// What this member tells another of the logs, from the n-th on, by name.
    List<HeldEntry> own(MemberId asking, int from, int limit) {
        return Mirrors.byName(ledger.logs())
                .skip(from)
                .limit(limit)
                .map(record -> own(asking, record))
                .toList();
    }

    private HeldEntry own(MemberId asking, LogRecord record) {
        Optional<LogReader> reader = own.find(record.log());
        return reader.isPresent() ? ofOwn(record, reader.get()) : ofMirror(asking, record);
    }

    private HeldEntry ofOwn(LogRecord record, LogReader log) {
        byte[] statement = log.size() < record.size()
                ? null
                : statement(record.log(), record.size(), record.root(), ledgerBegan());
        List<byte[]> notes = log.note()
                .map(note -> List.of(note.getBytes(StandardCharsets.UTF_8)))
                .orElse(List.of());
        return new HeldEntry(record.log(), statement, List.of(), notes);
    }

    private long ledgerBegan() {
        return ledger.event(0).map(event -> event.blockTime()).orElse(0L);
    }

    private HeldEntry ofMirror(MemberId asking, LogRecord record) {
        MirroredLog log = mirrors.log(record);
        byte[] statement = log.tree().size() == 0
                ? null
                : statement(record.log(), log.tree().size(), log.tree().root(), log.sinceMs());
        List<byte[]> cosigned = asking.equals(record.log().member()) ? log.recentlyCosigned() : List.of();
        return new HeldEntry(record.log(), statement, cosigned, log.newest(HeldEntry.MAX_NOTES));
    }

    private byte[] statement(LogId log, long size, byte[] root, long sinceMs) {
        return new Held(ledger(), self, log, size, root, sinceMs).sign(cosigner.nodeKey());
    }

    private LedgerId ledger() {
        return ledger.head().ledger();
    }

    /// Takes in what a member says that it holds.
    void heard(MemberId member, List<HeldEntry> entries) {
        MemberRecord record = ledger.member(member);
        if (record == null) return;
        VerifyingKey nodeKey =
                record.key(KeyRole.NODE).map(ledger::key).map(key -> key.key()).orElse(null);
        if (nodeKey == null) return;
        for (HeldEntry entry : entries) heard(record, nodeKey, entry);
    }

    private void heard(MemberRecord member, VerifyingKey nodeKey, HeldEntry entry) {
        if (ledger.log(entry.log()) == null) return;
        Holder holder = new Holder(entry.log(), member.member());
        byte[] statement = entry.statement();
        if (statement != null
                && Held.open(statement, ledger(), nodeKey) instanceof Result.Ok<Held>(Held held)
                && held.holder().equals(member.member())
                && held.log().equals(entry.log())
                && isOfTheLog(held)) stated.put(holder, held);
        own.find(entry.log())
                .ifPresent(log -> cosignatures(entry.log())
                        .heard(
                                member.member(),
                                Cosigner.name(member.domain(), ledger()),
                                nodeKey,
                                entry.cosigned(),
                                head -> head.origin().equals(log.origin())
                                        && head.size() <= log.size()
                                        && Arrays.equals(head.root(), log.rootAt(head.size()))));
        mirrors.log(entry.log()).ifPresent(log -> entry.notes().forEach(log::hear));
    }

    /// Whether the root is the log's at that size, as this member knows it.
    private boolean isOfTheLog(Held held) {
        byte[] root = rootAt(held.log(), held.size());
        return root != null && Arrays.equals(root, held.root());
    }

    private byte @Nullable [] rootAt(LogId id, long size) {
        LogRecord record = ledger.log(id);
        if (record != null && record.size() == size) return record.root();
        if (size > size(id)) return anchored(id, size);
        return own.find(id)
                .map(log -> log.rootAt(size))
                .or(() -> mirrors.log(id).map(mirror -> mirror.tree().rootAt(size)))
                .orElse(null);
    }

    /// The root of one of the last anchors.
    private byte @Nullable [] anchored(LogId id, long size) {
        return Mirrors.anchors(ledger, id).stream()
                .filter(anchor -> anchor.toSize() == size)
                .findFirst()
                .map(Event.Anchor::root)
                .orElse(null);
    }

    private Cosignatures cosignatures(LogId log) {
        return cosignatures.computeIfAbsent(log, _ -> new Cosignatures());
    }

    /// The newest checkpoint of one of this member's logs, with the cosignatures that others gave to it.
    public Optional<String> newest(LogReader log) {
        return log.note().map(note -> cosignatures(log.id()).below(note));
    }

    /// The anchored checkpoint of one of this member's logs that most others cosigned, lately.
    public Optional<String> cosigned(LogReader log) {
        return Optional.ofNullable(ledger.log(log.id()))
                .flatMap(record -> cosignatures(log.id()).most().map(text -> own.signed(record, text)))
                .map(SignedNote::encode)
                .map(note -> cosignatures(log.id()).below(note));
    }
}
