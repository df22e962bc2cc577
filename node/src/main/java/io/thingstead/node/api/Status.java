package io.thingstead.node.api;

import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.api.StatusJson.DevicesJson;
import io.thingstead.node.api.StatusJson.LedgerJson;
import io.thingstead.node.api.StatusJson.LogJson;
import io.thingstead.node.api.StatusJson.MissingJson;
import io.thingstead.node.api.StatusJson.SeriesJson;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.SignedCheckpoint;
import java.util.HexFormat;
import java.util.Objects;

/// Puts together how the node stands.
final class Status {
    private static final int RATE_SECONDS = 5;
    private static final long SIZE_EVERY_MS = 5_000;

    private final Api api;
    private final LedgerStanding standing;
    private long sizedMs = Long.MIN_VALUE;
    private long sizeBytes;

    Status(Api api, LedgerStanding standing) {
        this.api = api;
        this.standing = standing;
    }

    StatusJson now() {
        var head = api.ledger().head();
        var era = api.ledger().era(head.era());
        var log = api.log();
        var live = api.live();
        long lag = live.finalityLagMs();
        long now = api.nowMs().getAsLong();
        return new StatusJson(
                now,
                api.member().value(),
                commandKey(),
                new LedgerJson(
                        head.ledger().hex(),
                        head.era(),
                        era.engine(),
                        api.ledger().validators().size(),
                        standing.attendance().now(),
                        head.height(),
                        head.blockTime(),
                        head.eventsSize(),
                        MissingJson.of(api.ledger().missingEvents()),
                        standing.standstill().now()),
                api.facts().notices(),
                standing.accusations().now(),
                api.facts().alarms(),
                new LogJson(
                        log.origin(),
                        verifierKey(log),
                        log.size(),
                        log.checkpoint().map(SignedCheckpoint::size).orElse(0L),
                        live.anchored()),
                DevicesJson.of(
                        api.ledger().deviceCount(api.member()) - api.fleet().hidden(),
                        api.fleet().figures(now).states()),
                live.readings(),
                live.readingsPerSecond(RATE_SECONDS),
                lag < 0 ? null : lag,
                new SeriesJson(api.series().count(), api.seriesBehind().getAsLong(), sizeBytes(now)),
                api.facts().refused(),
                api.facts().httpPort(),
                api.facts().mqttPort(),
                api.facts().demoStanding().orElse(null));
    }

    private String commandKey() {
        var member = Objects.requireNonNull(api.ledger().member(api.member()), "the member is on the ledger");
        return member.key(KeyRole.NODE)
                .map(thumbprint -> Objects.requireNonNull(api.ledger().key(thumbprint), "a member's key is known"))
                .map(record -> HexFormat.of().formatHex(record.key().coseKey()))
                .orElse("");
    }

    private String verifierKey(LogReader log) {
        var record = Objects.requireNonNull(api.ledger().log(log.id()), "the log is on the ledger");
        var key = Objects.requireNonNull(api.ledger().key(record.key()), "the log's key is on the ledger");
        return new NoteKey(log.origin(), key.key().point()).text();
    }

    private synchronized long sizeBytes(long nowMs) {
        if (sizedMs == Long.MIN_VALUE || nowMs - sizedMs >= SIZE_EVERY_MS) {
            sizeBytes = api.series().sizeBytes();
            sizedMs = nowMs;
        }
        return sizeBytes;
    }
}
