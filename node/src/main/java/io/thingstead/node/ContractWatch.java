package io.thingstead.node;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.WatchedContract.Found;
import io.thingstead.node.contract.Code;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.CommittedBlock;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventRoots;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.contract.ContractCodes;
import io.thingstead.node.ledger.contract.ContractReader;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches the streams of this member's devices for its running contracts, and shows what leads a contract on as soon
/// as it is final; and answers what is demanded. Everything is in the log and on the ledger: after a start it looks
/// from each contract's begin again,
/// and what was shown before is refused as used or no longer fits.
///
/// It is told by the ledger which contracts changed, and looks at no others: what a look costs depends on what
/// happened, not on how many contracts run. Confined to the thread that looks; what others tell it goes through
/// concurrent sets.
public final class ContractWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContractWatch.class);

    /// So much evidence is on its way to the ledger at once; more waits for an answer.
    private static final int MOST_ASKED = 256;

    private static final long GIVE_UP_MS = 120_000;
    /// A transaction that nobody decided on is over by then.
    static final long NO_ANSWER_MS = 180_000;

    private final MemberId member;
    private final String own;
    private final String ownDevices;
    private final LedgerReader ledger;
    private final LogReader log;
    private final Asking asking;
    private final LongSupplier passedMs;
    private final EvidenceMaker evidence;
    private final ContractCodes codes = new ContractCodes();
    private final WatchedLeaves leaves;
    private final DemandAnswers demands;
    private final Map<Long, Showing> showing = new LinkedHashMap<>();
    private final ConcurrentSkipListSet<Long> changed = new ConcurrentSkipListSet<>();
    private final LedgerReader.Subscription blocks;
    /// Up to where the ledger's events were seen; -1: all contracts are to be looked at.
    private volatile long seenEvents = -1;

    private int asked;
    /// The anchors before and after the event that was asked for last, and how many leaves were final between them.
    private long anchorBefore = Long.MAX_VALUE;
    private long anchorAfter;
    private long finalBetween;

    /// Asks the ledger, with something attached that the actions speak of. Does not wait.
    public interface Asking {
        CompletableFuture<TransactionResult> ask(List<Attachment> attachments, List<? extends Action> actions);
    }

    /// What is being shown to a contract.
    private static final class Showing {
        final WatchedContract contract;
        final String way;
        final long sinceMs;
        List<LeafRecord> left;
        int parts;
        boolean hasChanged;
        long finalAt = -1;
        int asking;
        long askedMs;

        @Nullable
        CompletableFuture<TransactionResult> answer;

        Showing(WatchedContract contract, Found found, long sinceMs) {
            this.contract = contract;
            this.way = found.way();
            this.left = found.leaves();
            this.sinceMs = sinceMs;
        }
    }

    /// @param salts of evidence, each time a new one
    /// @param passedMs how time passes, whatever the clocks say
    public ContractWatch(
            MemberId member,
            LedgerReader ledger,
            LogReader log,
            Asking asking,
            Supplier<byte[]> salts,
            LongSupplier passedMs) {
        this.member = member;
        own = new AccountId.Member(member).value();
        ownDevices = "device/" + member.value() + ":";
        this.ledger = ledger;
        this.log = log;
        this.asking = asking;
        this.passedMs = passedMs;
        evidence = new EvidenceMaker(ledger, log, salts);
        leaves = new WatchedLeaves(log);
        demands = new DemandAnswers(member, log, evidence, asking, passedMs);
        blocks = ledger.onBlock(this::block);
    }

    /// On the engine's thread. Where events are missing between two blocks, as after a snapshot, all contracts are
    /// looked at.
    private void block(CommittedBlock block) {
        long before = block.head().eventsSize() - block.events().size();
        if (seenEvents >= 0) {
            seenEvents = before > seenEvents ? -1 : block.head().eventsSize();
        }
        for (Event event : block.events()) {
            switch (event.type()) {
                case CONTRACT_BEGUN, CONTRACT_STEPPED, CONTRACT_ENDED -> {
                    if (event.subjects().stream().anyMatch(this::isOwn)) {
                        String contract = event.subjects().getFirst();
                        changed.add(Long.parseLong(contract, StateKeys.CONTRACTS.length(), contract.length(), 10));
                    }
                }
                default -> {}
            }
        }
    }

    private boolean isOwn(String subject) {
        return subject.equals(own) || subject.startsWith(ownDevices);
    }

    /// Looks at what became final since.
    public void look() {
        takeUp();
        LogRecord own = ledger.log(log.id());
        long end = own == null ? 0 : Math.min(own.size(), log.size());
        leaves.advance(
                end,
                (contract, found) ->
                        showing.put(contract.number(), new Showing(contract, found, passedMs.getAsLong())));
        show();
        demands.look(end);
    }

    /// How many contracts wait for readings, or are being shown some.
    public int watched() {
        return leaves.size() + showing.size();
    }

    private void takeUp() {
        if (seenEvents < 0) {
            // What happens from here on is told.
            seenEvents = ledger.head().eventsSize();
            ledger.contracts().each(new AccountId.Member(member), record -> {
                if (record.status() == ContractRecord.Status.RUNNING) {
                    changed.add(record.number());
                }
            });
        }
        ContractReader contracts = ledger.contracts();
        for (Long number = changed.pollFirst(); number != null; number = changed.pollFirst()) {
            Optional<ContractRecord> running =
                    contracts.contract(number).filter(record -> record.status() == ContractRecord.Status.RUNNING);
            demands.remove(number);
            running.ifPresent(this::demand);
            Showing shown = showing.get(number);
            if (shown != null && (shown.answer != null || shown.parts > 0)) {
                shown.hasChanged = true;
            } else {
                showing.remove(number);
                leaves.remove(number);
                running.ifPresent(this::watch);
            }
        }
    }

    private Code code(ContractRecord record) {
        return codes.of(
                record.code(), () -> ledger.contracts().code(record.code()).orElseThrow());
    }

    /// Which party this member, or its device, is.
    private Optional<String> party(ContractRecord record, Code code) {
        OptionalInt party = record.partyOf(member);
        return party.isPresent()
                ? Optional.of(code.contract().parties().get(party.getAsInt()).name())
                : Optional.empty();
    }

    private void demand(ContractRecord record) {
        Code code = code(record);
        party(record, code).ifPresent(party -> demands.take(record, code, party));
    }

    private void watch(ContractRecord record) {
        Code code = code(record);
        party(record, code).ifPresent(party -> {
            long entered = begin(record.standsAt().event());
            WatchedContract contract = new WatchedContract(
                    record, code, member, party, begin(record.event()), entered, key -> laterKey(key, record.event()));
            if (!contract.devices().isEmpty()) {
                contract.beginIn(log);
                leaves.add(contract);
            }
        });
    }

    /// The event by which a key came, where that was after another one; else 0.
    private long laterKey(Thumbprint thumbprint, long event) {
        KeyRecord key = ledger.key(thumbprint);
        return key == null ? 0 : key.cameAfter(event);
    }

    /// The first leaf that became final after this event. It is the same for all events between two anchors: contracts
    /// that began one after the other mostly share it.
    private long begin(long event) {
        if (event <= anchorBefore || event > anchorAfter) {
            long events = ledger.head().eventsSize();
            Optional<Event> before = anchorBefore(event, 1).or(() -> anchorBefore(event, 50));
            anchorBefore = before.map(Event::number).orElse(-1L);
            finalBetween =
                    before.flatMap(Event::anchor).map(Event.Anchor::toSize).orElse(0L);
            anchorAfter = ledger.anchorCovering(log.id(), finalBetween)
                    .map(Event::number)
                    .orElse(events);
        }
        return finalBetween;
    }

    /// The newest anchor among so many events of the log before this one.
    private Optional<Event> anchorBefore(long event, int events) {
        return ledger.history(Draft.subject(log.id()), event, events).stream()
                .filter(before -> before.anchor().isPresent())
                .findFirst();
    }

    private void show() {
        long kept = ledger.contracts().keptRoot().map(EventRoots.Kept::size).orElse(0L);
        for (Iterator<Showing> all = showing.values().iterator(); all.hasNext(); ) {
            Showing one = all.next();
            boolean goesOn = one.answer == null || !isOver(one, one.answer) || taken(one, one.answer);
            if (goesOn && one.answer == null && asked < MOST_ASKED) {
                goesOn = ask(one, kept);
            }
            if (!goesOn) {
                all.remove();
            }
        }
    }

    private boolean isOver(Showing one, CompletableFuture<TransactionResult> answer) {
        return answer.isDone() || passedMs.getAsLong() - one.askedMs > NO_ANSWER_MS;
    }

    /// Whether it is shown on, after an answer or without one.
    private boolean taken(Showing one, CompletableFuture<TransactionResult> answer) {
        asked--;
        one.answer = null;
        if (!answer.isDone() || answer.isCompletedExceptionally()) {
            return isWorthwhile(one, new Refused(Refusal.STORE_UNAVAILABLE, "the ledger does not decide"));
        }
        Optional<Refused> refused = answer.join().firstRefusal();
        if (refused.isPresent()) {
            Refusal code = refused.get().code();
            boolean isEarly = code == Refusal.PROOF_NOT_FINAL || code == Refusal.EVIDENCE_OLD;
            return isEarly ? isWorthwhile(one, refused.get()) : given(one, refused.get());
        }
        one.parts++;
        one.left = one.left.subList(one.asking, one.left.size());
        if (one.left.isEmpty()) {
            LOG.debug("contract {}: showed {} in {} parts", one.contract.number(), one.way, one.parts);
            changed.add(one.contract.number());
            return false;
        }
        return true;
    }

    /// Whether to try on: it may be taken later.
    private boolean isWorthwhile(Showing one, Refused why) {
        return passedMs.getAsLong() - one.sinceMs < GIVE_UP_MS || given(one, why);
    }

    /// It was not taken: the contract is looked at anew, or waits for what comes after.
    private boolean given(Showing one, Refused why) {
        LOG.debug("contract {}: {} was not taken: {}", one.contract.number(), one.way, why);
        if (one.hasChanged) {
            changed.add(one.contract.number());
        } else {
            leaves.add(one.contract);
        }
        return false;
    }

    /// Shows the next part, if a root covers it; whether it goes on.
    private boolean ask(Showing one, long keptEvents) {
        boolean isPatient = passedMs.getAsLong() - one.sinceMs <= EvidenceMaker.PATIENCE_MS;
        if (one.finalAt < 0) {
            one.finalAt = evidence.finalAt(one.left.getLast()).orElse(-1);
        }
        if (isPatient && (one.finalAt < 0 || one.finalAt >= keptEvents)) {
            return true;
        }
        Optional<EvidenceMaker.Part> part = evidence.part(one.left, !isPatient);
        if (part.isEmpty()) {
            return isWorthwhile(one, new Refused(Refusal.PROOF_NOT_FINAL, "under no root that the ledger keeps"));
        }
        one.asking = part.get().frames();
        one.askedMs = passedMs.getAsLong();
        one.answer = asking.ask(
                List.of(part.get().attachment()),
                List.of(part.get().shown(one.contract.number(), one.contract.party(), one.way)));
        asked++;
        return true;
    }

    @Override
    public void close() {
        blocks.close();
    }
}
