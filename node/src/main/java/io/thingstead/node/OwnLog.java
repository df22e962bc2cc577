package io.thingstead.node;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.CloseLog;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.log.AnchorTarget.Anchored;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogSettings;
import io.thingstead.node.storage.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log that this member appends to: the newest open one on the ledger. One that lost data is closed there and the
/// next one opened, since what would be appended now contradicts what was signed.
///
/// @param folder the member's data folder
/// @param onFailure told when the log had to stop for good
record OwnLog(
        MemberId member,
        LedgerReader ledger,
        ConsensusEngine engine,
        Registrar registrar,
        MemberKeys keys,
        Store store,
        Path folder,
        LongSupplier clockMs,
        Consumer<Throwable> onFailure) {
    private static final Logger LOG = LoggerFactory.getLogger(OwnLog.class);

    Log open() {
        if (RestoredLog.isNeeded(folder)) {
            new RestoredLog(member, ledger, engine, registrar, keys, store, folder, clockMs).begin(this::newest);
        }
        LogRecord newest = newest();
        if (newest == null || newest.closed() != null) {
            return openNext(newest);
        }
        var settings = new LogSettings(newest.log(), registrar.ledger(), newest.origin(), keys.of(KeyRole.LOG));
        var anchored = new Anchored(newest.size(), newest.root());
        return switch (Log.open(settings, store, anchored, onFailure)) {
            case Log.Opening.Opened(Log opened) -> opened;
            case Log.Opening.Lost lost -> {
                LOG.error("log {} lost data and is closed; the next one is opened: {}", lost.id(), lost.text());
                ask(List.of(new CloseLog(newest.log(), LogRecord.LOST_DATA)));
                yield openNext(newest);
            }
        };
    }

    private Log openNext(@Nullable LogRecord before) {
        ask(List.of(
                new OpenLog(new LogId(member, before == null ? 1 : before.log().number() + 1))));
        return open();
    }

    private @Nullable LogRecord newest() {
        LogRecord newest = null;
        for (long number = 1; ; number++) {
            LogRecord record = ledger.log(new LogId(member, number));
            if (record == null) {
                return newest;
            }
            newest = record;
        }
    }

    private void ask(List<? extends Action> actions) {
        registrar.ask(actions).ifPresent(refused -> {
            throw new IllegalStateException("the ledger refused the member's own log: " + refused);
        });
    }
}
