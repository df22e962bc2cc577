package io.thingstead.node;

import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.backup.Restored;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consortium.Rejoin;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.CloseLog;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.ledger.action.SetMemberKey;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.LogSettings;
import io.thingstead.node.log.SignedCheckpoint;
import io.thingstead.node.storage.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The first thing that a member does whose data came out of a backup, or were lost: it has what is here of its log
/// made final, closes that log and opens the next one, with the keys that were made anew. It appends to no log that may
/// have gone on after the backup, whatever the ledger knows of it yet.
record RestoredLog(
        MemberId member,
        LedgerReader ledger,
        ConsensusEngine engine,
        Registrar registrar,
        MemberKeys keys,
        Store store,
        Path folder,
        LongSupplier clockMs) {
    /// Whether what this folder says is that not all is here that the member has signed.
    static boolean isNeeded(Path folder) {
        return Restored.isMarked(folder) || Rejoin.isUnderWay(folder);
    }

    private static final Logger LOG = LoggerFactory.getLogger(RestoredLog.class);
    private static final long PAUSE_MS = 500;
    private static final long PATIENCE_S = 30;

    /// What the ledger says where it is further than what is known of it here, or stood still meanwhile.
    private static final Set<Refusal> KNOWN_LATER =
            EnumSet.of(Refusal.LOG_CLOSED, Refusal.LOG_EXISTS, Refusal.KEY_EXISTS, Refusal.BUSY, Refusal.TX_EXPIRED);

    /// Returns when the next log is open on the ledger. Nothing here has been signed for that one: the ledger takes
    /// each opening once.
    ///
    /// @param newest finds the newest log that the ledger knows of
    void begin(Supplier<@Nullable LogRecord> newest) {
        while (true) {
            requireMember();
            LogRecord before = newest.get();
            List<Action> actions = new ArrayList<>();
            if (before != null && before.closed() == null) {
                anchorWhatIsHere(before);
                actions.add(new CloseLog(before.log(), LogRecord.LOST_DATA));
            }
            for (KeyRole role : List.of(KeyRole.ATTEST, KeyRole.LOG)) {
                fresh(role).ifPresent(actions::add);
            }
            var next = new LogId(member, before == null ? 1 : before.log().number() + 1);
            actions.add(new OpenLog(next));
            Optional<Refused> refused = asked(actions);
            if (refused.isEmpty()) {
                LOG.warn(
                        "{} goes on: {}, log {} is open",
                        member,
                        Restored.isMarked(folder) ? "what came after the backup is lost" : "its data were lost",
                        next);
                // A crash before: one more log is opened at the next start, and this one, empty, is closed.
                Restored.done(folder);
                Rejoin.done(folder);
                // A crash after: the open log is new, and empty here.
                return;
            }
            if (!KNOWN_LATER.contains(refused.get().code())) {
                throw new IllegalStateException("the ledger refused the restored member's next log: " + refused.get());
            }
            LOG.info("the next log is not open yet: {}", refused.get());
            pause();
        }
    }

    private void requireMember() {
        if (ledger.isRemoved(member)) {
            throw new NodeConfig.ConfigException(Refusal.MEMBER_REMOVED.code() + ": the other members removed " + member
                    + " from the ledger meanwhile: it opens no log any more");
        }
    }

    /// What was acknowledged before the backup and not final yet. Where the ledger has gone on, it says no.
    private void anchorWhatIsHere(LogRecord record) {
        SigningKey key = Restored.logKeyBefore(folder, keys.of(KeyRole.LOG));
        if (!key.key().thumbprint().equals(record.key())) {
            return;
        }
        var settings = new LogSettings(record.log(), registrar.ledger(), record.origin(), key);
        LogReader here = Log.end(settings, store);
        Optional<SignedCheckpoint> end = here.checkpoint();
        boolean isMore = end.isPresent()
                && end.get().size() > record.size()
                && Arrays.equals(here.rootAt(record.size()), record.root());
        if (!isMore) {
            return;
        }
        var target = new LedgerAnchors(record.log(), ledger, engine, key, clockMs, Founding::nonce);
        try {
            target.anchor(
                            record.size(),
                            end.get(),
                            here.consistencyProof(record.size(), end.get().size()))
                    .toCompletableFuture()
                    .get(PATIENCE_S, TimeUnit.SECONDS)
                    .ifPresent(no -> LOG.info("the end of log {} is not made final: {}", record.log(), no));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the ledger decides", e);
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("the end of log {} is not made final yet: {}", record.log(), e.toString());
        }
    }

    private Optional<Action> fresh(KeyRole role) {
        SigningKey key = keys.of(role);
        var record = ledger.member(member);
        boolean isKnown = record != null
                && record.key(role).filter(key.key().thumbprint()::equals).isPresent();
        if (isKnown) {
            return Optional.empty();
        }
        byte[] possession = Possession.sign(RegisterMember.subject(member, role), registrar.ledger(), key);
        return Optional.of(new SetMemberKey(member, new RegisterMember.MemberKey(role, key.key(), possession)));
    }

    /// A refusal, or the wait for the others: they decide when enough of them are there.
    private Optional<Refused> asked(List<Action> actions) {
        try {
            return registrar.ask(actions, keys.of(KeyRole.IDENTITY));
        } catch (IllegalStateException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return Optional.of(new Refused(Refusal.BUSY, "the ledger does not decide now"));
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the log was open", e);
        }
    }
}
