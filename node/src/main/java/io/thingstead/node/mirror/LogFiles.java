package io.thingstead.node.mirror;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.LogTiles;
import io.thingstead.node.log.TiledLog;
import java.util.Optional;

/// Gives other members the logs at `/log/<origin>/…`: this member's own, and what it mirrors of others, for those whose
/// owner does not answer.
public final class LogFiles implements MemberRoute {
    private final OwnLogs own;
    private final LedgerReader ledger;
    private final Mirrors mirrors;

    LogFiles(OwnLogs own, LedgerReader ledger, Mirrors mirrors) {
        this.own = own;
        this.ledger = ledger;
        this.mirrors = mirrors;
    }

    @Override
    public String prefix() {
        return "/log/";
    }

    @Override
    public MemberAnswer answer(MemberId asking, String path) {
        // An origin has two slashes, `<domain>/<ledger>/<number>`: the file's path follows the third.
        int end = path.indexOf('/', path.indexOf('/', path.indexOf('/') + 1) + 1);
        if (end < 0) return none(path);
        String origin = path.substring(0, end);
        return log(origin)
                .flatMap(log -> new LogTiles(log).resource(path.substring(end + 1)))
                .map(file -> MemberAnswer.ok(file.mediaType(), file.bytes()))
                .orElseGet(() -> none(path));
    }

    private static MemberAnswer none(String path) {
        return MemberAnswer.no(404, "no " + path + " here");
    }

    private Optional<TiledLog> log(String origin) {
        for (LogReader log : own.readers()) if (log.origin().equals(origin)) return Optional.of(log);
        for (LogRecord record : ledger.logs())
            if (record.origin().equals(origin)) return mirrors.log(record.log()).map(TiledLog.class::cast);
        return Optional.empty();
    }
}
