package io.thingstead.node.mirror;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import io.thingstead.node.ledger.GrantRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Gives other members the contents of this member's logs that were granted to them: `/contents/<logNo>/<index>`, from
/// that leaf on. Who was granted nothing gets nothing.
final class ContentsRoute implements MemberRoute {
    /// Leaves that are looked at for one answer, granted or not.
    private static final int MOST_LEAVES = 2_048;

    private static final String PATH = "[1-9][0-9]{0,8}/(0|[1-9][0-9]{0,15})";

    private final MemberId self;
    private final OwnLogs own;
    private final LedgerReader ledger;

    ContentsRoute(MemberId self, OwnLogs own, LedgerReader ledger) {
        this.self = self;
        this.own = own;
        this.ledger = ledger;
    }

    @Override
    public String prefix() {
        return "/contents/";
    }

    @Override
    public MemberAnswer answer(MemberId asking, String path) {
        if (!path.matches(PATH)) return MemberAnswer.no(404, "no " + path + " here");
        Map<DeviceId, GrantRecord> grants = ledger.grantsOf(asking).stream()
                .filter(grant -> grant.device().member().equals(self))
                .collect(Collectors.toMap(GrantRecord::device, Function.identity()));
        if (grants.isEmpty()) return MemberAnswer.no(403, "no device of " + self + " is granted to " + asking);
        int slash = path.indexOf('/');
        long number = Long.parseLong(path, 0, slash, 10);
        long from = Long.parseLong(path, slash + 1, path.length(), 10);
        Optional<LogReader> log = own.readers().stream()
                .filter(reader -> reader.id().number() == number)
                .findFirst();
        return log.map(reader -> MemberAnswer.ok(
                        MemberAnswer.BYTES, page(reader, from, grants).encode()))
                .orElseGet(() -> MemberAnswer.no(404, "no log " + number + " here"));
    }

    /// Only what is final: the asker can check nothing else.
    private LeafContent.Page page(LogReader log, long from, Map<DeviceId, GrantRecord> grants) {
        LogRecord record = ledger.log(log.id());
        long end = record == null ? 0 : Math.min(record.size(), log.size());
        List<LeafContent> granted = new ArrayList<>();
        if (from >= end) return new LeafContent.Page(from, granted);
        long next = from;
        int bytes = 0;
        for (LeafRecord leaf : log.leaves(from, (int) Math.min(MOST_LEAVES, end - from))) {
            GrantRecord grant = grants.get(leaf.stream().device());
            // Granted is what the device says; commands and their receipts are between the member and its device.
            if (grant != null && leaf.isFrame() && grant.covers(leaf.receivedMs())) {
                LeafContent content = content(leaf);
                bytes += content.sizeBytes();
                if (granted.size() == LeafContent.MAX_ENTRIES || bytes > LeafContent.MAX_BYTES) break;
                granted.add(content);
            }
            next = leaf.index() + 1;
        }
        return new LeafContent.Page(next, granted);
    }

    private static LeafContent content(LeafRecord leaf) {
        return new LeafContent(
                leaf.index(), leaf.stream().key(), leaf.kind(), leaf.receivedMs(), leaf.salt(), leaf.content());
    }
}
