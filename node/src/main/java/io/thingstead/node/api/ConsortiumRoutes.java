package io.thingstead.node.api;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.api.ConsortiumJson.CertificateJson;
import io.thingstead.node.api.ConsortiumJson.EngineJson;
import io.thingstead.node.api.ConsortiumJson.EraJson;
import io.thingstead.node.api.ConsortiumJson.LogJson;
import io.thingstead.node.api.ConsortiumJson.MemberJson;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.ValidatorSet;
import io.thingstead.node.openapi.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The members of the ledger: who they are, who votes, who signed the last blocks, and from when on whose word counts.
final class ConsortiumRoutes {
    private static final Operation CONSORTIUM = Operation.of(
                    "Members", "The members of the ledger: who votes, who signed last, how many may fail")
            .answers(ConsortiumJson.class);

    private final Api api;
    private final LedgerStanding standing;

    ConsortiumRoutes(Api api, LedgerStanding standing) {
        this.api = api;
        this.standing = standing;
    }

    void register(Routes routes) {
        routes.get("/api/consortium", CONSORTIUM, context -> Json.send(context, now()));
    }

    private ConsortiumJson now() {
        LedgerReader ledger = api.ledger();
        var head = ledger.head();
        var voters = ledger.validators();
        var newest = standing.recent().newest();
        var logs = ledger.logs();
        return new ConsortiumJson(
                api.nowMs().getAsLong(),
                api.member().value(),
                head.ledger().hex(),
                head.height(),
                head.blockTime(),
                standing.attendance().now(),
                standing.standstill().now(),
                new EngineJson(
                        ledger.era(head.era()).engine(),
                        api.facts().engineTrouble().orElse(null)),
                certificate(newest),
                newest.size(),
                ledger.members().stream()
                        .map(member -> member(member, voters, newest, logs))
                        .toList(),
                eras(ledger.eras()),
                standing.accusations().now());
    }

    private static @Nullable CertificateJson certificate(List<RecentSignatures.Block> newest) {
        if (newest.isEmpty()) return null;
        var last = newest.getLast();
        return new CertificateJson(
                last.height(), last.by().signed().size(), last.by().of());
    }

    private MemberJson member(
            MemberRecord record, ValidatorSet voters, List<RecentSignatures.Block> newest, List<LogRecord> logs) {
        var ledger = api.ledger();
        MemberId id = record.member();
        var endpoint = ledger.endpoint(id);
        var share = RecentSignatures.share(newest, id);
        var own = logs.stream().filter(log -> log.log().member().equals(id)).toList();
        // One that was away when it was removed knows it, while its ledger ends before.
        boolean removed = id.equals(api.member()) ? api.facts().isRemoved() : ledger.isRemoved(id);
        return new MemberJson(
                id.value(),
                record.domain(),
                id.equals(api.member()),
                voters.has(id) && !removed,
                removed,
                endpoint.map(Endpoint::node).orElse(null),
                endpoint.map(Endpoint::engine).orElse(null),
                ledger.faults(id),
                !newest.isEmpty() && newest.getLast().by().signed().contains(id),
                share.signed(),
                share.of(),
                share.strip(),
                share.lastHeight(),
                share.isQuiet(),
                own.stream()
                        .filter(log -> log.anchorEvent() != null)
                        .map(LogRecord::anchorTime)
                        .max(Comparator.naturalOrder())
                        .orElse(null),
                ledger.deviceCount(id),
                own.stream().map(this::log).toList());
    }

    private LogJson log(LogRecord log) {
        return new LogJson(
                log.log().number(),
                log.origin(),
                log.size(),
                log.closedInWords().orElse(null),
                api.ledger().fork(log.log()).isPresent());
    }

    private static List<EraJson> eras(List<EraRecord> eras) {
        var all = new ArrayList<EraJson>();
        for (int i = 0; i < eras.size(); i++) {
            EraRecord era = eras.get(i);
            Long last = i + 1 < eras.size() ? eras.get(i + 1).initialHeight() - 1 : null;
            all.add(new EraJson(
                    era.number(),
                    era.engine(),
                    era.initialHeight(),
                    last,
                    era.firstEvent(),
                    era.members().stream().map(m -> m.member().value()).toList(),
                    words(era, last)));
        }
        return all;
    }

    /// From which block on whose word counts.
    static String words(EraRecord era, @Nullable Long last) {
        String names = era.members().stream().map(m -> m.member().value()).collect(Collectors.joining(", "));
        String span = last == null
                ? era.initialHeight() <= 1 ? "From the first block on" : "From block " + era.initialHeight() + " on"
                : era.initialHeight() <= 1
                        ? "Until block " + last
                        : "From block " + era.initialHeight() + " to block " + last;
        if (era.isSolo()) return span + " the word of " + names + " alone.";
        return span + " the word of " + era.members().size() + " members and of those they let in since: " + names
                + " began it.";
    }
}
