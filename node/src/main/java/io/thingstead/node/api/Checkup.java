package io.thingstead.node.api;

import io.thingstead.node.mirror.MirrorState;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.retention.Retention;
import io.thingstead.node.retention.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a node that runs finds when it looks at itself, and what is to be done. `thingstead doctor` says the same of
/// it,
/// beside what only somebody outside can see.
///
/// @param certified the newest block that is certified
record Checkup(
        Health health,
        Retention retention,
        Supplier<List<MirrorState>> mirrors,
        Supplier<String> engineTrouble,
        Supplier<Long> certified) {
    private static final long MIB = 1 << 20;
    private static final long DISK_WARN_BYTES = 2_048 * MIB;
    private static final long DAY_MS = 86_400_000;
    private static final long BACKUP_WARN_MS = 7 * DAY_MS;
    private static final long TLS_WARN_MS = 60 * DAY_MS;
    private static final long BEHIND_LEAVES = 100_000;
    private static final long UNCERTIFIED_BLOCKS = 10;

    record Check(
            @Says("what it is about, stable") String code,

            @Says(
                    oneOf = {"ok", "warn", "fail"},
                    value = "how it stands")
            String level,

            String text,

            @Says("what to do; absent where there is nothing to do") @Nullable
            String advice) {
        static Check ok(String code, String text) {
            return new Check(code, "ok", text, null);
        }

        static Check warn(String code, String text, String advice) {
            return new Check(code, "warn", text, advice);
        }

        static Check fail(String code, String text, String advice) {
            return new Check(code, "fail", text, advice);
        }
    }

    List<Check> of(StatusJson status, NodeState node) {
        List<Check> found = new ArrayList<>();
        readings(found);
        member(status, found);
        engine(found);
        disk(node.disk(), found);
        folder(node, found);
        tls(node, status.nowMs(), found);
        series(status.series(), found);
        certificates(status.ledger(), found);
        mirrors(found);
        retention(found);
        backup(node, status.nowMs(), found);
        return found;
    }

    private void readings(List<Check> found) {
        var why = health.refusesReadings();
        found.add(
                why.isEmpty()
                        ? Check.ok("node", "it takes readings")
                        : Check.fail(
                                "node",
                                why.stream().map(Notice::text).collect(Collectors.joining("; ")),
                                health.mustRestart().isEmpty()
                                        ? "mend the cause; see docs/operations.md, Health"
                                        : "start it again"));
    }

    private static void member(StatusJson status, List<Check> found) {
        for (Notice notice : status.notices())
            found.add(Check.warn(
                    "member",
                    notice.code() + ": " + notice.text(),
                    "look at the consortium page, which says what to do"));
        var standstill = status.ledger().standstill();
        if (standstill != null)
            found.add(Check.fail(
                    "members",
                    "the ledger stands still"
                            + (standstill.silent() == null
                                    ? ""
                                    : "; not heard: " + String.join(", ", standstill.silent())),
                    "readings are taken meanwhile; ask those members, and look at the way to them"));
        var held = status.accusations();
        long count = held.forks().size()
                + held.brokenPromises().size()
                + held.caught().size()
                + held.more();
        if (count > 0)
            found.add(
                    Check.warn("evidence", count + " things are held against members", "look at the consortium page"));
    }

    private void engine(List<Check> found) {
        String trouble = engineTrouble.get();
        if (!trouble.isEmpty())
            found.add(Check.fail("engine", trouble, "thingstead engine install, or look at [engine]"));
    }

    private static void disk(NodeState.Disk disk, List<Check> found) {
        String text = disk.freeBytes() / MIB + " MiB left on the disk of the data folder";
        String advice = "make room: below " + disk.reserveBytes() / MIB + " MiB no reading is accepted";
        if (disk.freeBytes() < disk.reserveBytes()) found.add(Check.fail("disk", text, advice));
        else if (disk.freeBytes() < DISK_WARN_BYTES) found.add(Check.warn("disk", text, advice));
        else found.add(Check.ok("disk", text));
    }

    private static void folder(NodeState node, List<Check> found) {
        String text = "the data folder is of version " + node.folderVersion();
        found.add(
                node.keptVersion() == null
                        ? Check.ok("version", text)
                        : Check.warn(
                                "version",
                                text + "; the copy of version " + node.keptVersion()
                                        + " from before the upgrade is kept",
                                "once all is well, let it go: thingstead upgrade --data DIR --forget"));
    }

    private static void tls(NodeState node, long nowMs, List<Check> found) {
        var tls = node.tls();
        if (tls == null) {
            var open = node.listeners().stream()
                    .filter(listener -> listener.isOpen() && !listener.tls())
                    .map(NodeState.Listener::name)
                    .toList();
            if (!open.isEmpty())
                found.add(Check.warn(
                        "tls",
                        String.join(", ", open) + " without TLS, where other machines reach it",
                        "set a table [tls] in thingstead.toml, or put a proxy before it"));
            return;
        }
        long left = tls.endsMs() - nowMs;
        String text = left < 0 ? "the certificate has ended" : "the certificate is good for " + left / DAY_MS + " days";
        String advice = "put a new one in its place: it is taken up without a restart";
        if (left < 0) found.add(Check.fail("tls", text, advice));
        else if (left < TLS_WARN_MS) found.add(Check.warn("tls", text, advice));
        else found.add(Check.ok("tls", text));
    }

    private static void series(StatusJson.SeriesJson series, List<Check> found) {
        String text = series.behind() + " leaves behind the log";
        found.add(
                series.behind() > BEHIND_LEAVES
                        ? Check.warn(
                                "series",
                                text,
                                "they catch up by themselves; where they never do, the machine is too slow for its load")
                        : Check.ok("series", text));
    }

    private void certificates(StatusJson.LedgerJson ledger, List<Check> found) {
        long behind = ledger.height() - certified.get();
        found.add(
                behind > UNCERTIFIED_BLOCKS
                        ? Check.warn(
                                "certificates",
                                behind + " blocks are not certified",
                                "new proofs wait for them; see whether the other members are there")
                        : Check.ok("certificates", "the newest blocks are certified"));
    }

    private void mirrors(List<Check> found) {
        int following = 0;
        for (MirrorState log : mirrors.get()) {
            if (log.condition() == MirrorState.Condition.FOLLOWING) {
                following++;
                continue;
            }
            found.add(Check.warn(
                    "mirrors",
                    log.log().member() + ": " + log.text(),
                    "look at the way to this member: its port under [members], firewalls"));
        }
        found.add(Check.ok("mirrors", following + " logs of other members are followed"));
    }

    private void retention(List<Check> found) {
        var rules = retention.rules();
        String text = rules.isEmpty()
                ? "everything is kept"
                : "kept for: " + rules.stream().map(Checkup::words).collect(Collectors.joining(", "));
        long pending = retention.pending();
        found.add(
                pending == 0
                        ? Check.ok("retention", text)
                        : Check.warn(
                                "retention",
                                text + "; the bytes of " + pending + " erased leaves are not off the disk yet",
                                "this ends by itself within the hour; if not, the node's messages say why"));
    }

    private static String words(Rule rule) {
        return rule.device().map(Object::toString).orElse("all others") + " " + rule.days() + " days";
    }

    private static void backup(NodeState node, long nowMs, List<Check> found) {
        String advice = "thingstead backup --data DIR -o FILE.zip";
        Long made = node.backupMs();
        if (made == null) {
            found.add(Check.warn("backup", "none was made of this folder", advice));
            return;
        }
        String text = "the last one is " + (nowMs - made) / DAY_MS + " days old";
        found.add(nowMs - made > BACKUP_WARN_MS ? Check.warn("backup", text, advice) : Check.ok("backup", text));
    }
}
