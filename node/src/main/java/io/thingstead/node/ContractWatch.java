package io.thingstead.node;

import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.contract.Code;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import io.thingstead.node.contract.ContractCodec;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.Shown;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.contract.StreamReading;
import io.thingstead.node.contract.Watch;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.contract.ContractReader;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches the streams of this member's devices for its running contracts, shows what leads a contract on as soon as it
/// is final, and answers what is demanded. Everything is in the log and on the ledger: after a start it looks from each contract's begin again,
/// and what was shown before is refused as used or no longer fits.
///
/// Confined to the thread that looks.
final class ContractWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ContractWatch.class);
    private static final int LEAVES_AT_ONCE = 1_000;

    private static final long GIVE_UP_MS = 120_000;

    private final MemberId member;
    private final LedgerReader ledger;
    private final LogReader log;
    private final EvidenceMaker evidence;
    private final DemandAnswers demands;
    private final LongSupplier clockMs;
    private final Map<Long, Watched> watched = new HashMap<>();
    private final Map<String, Code> codes = new HashMap<>();

    /// A contract as it stands, with who watches what for it.
    private static final class Watched {
        final Machine machine;
        final Standing at;
        final String party;
        final List<Followed> followed = new ArrayList<>();
        long next;

        @Nullable
        Found found;

        Watched(Machine machine, Standing at, String party, long next) {
            this.machine = machine;
            this.at = at;
            this.party = party;
            this.next = next;
        }
    }

    /// What is to be shown, and since when.
    private record Found(String way, List<LeafRecord> leaves, long sinceMs) {}

    /// A way on with the leaves of the readings that fit so far.
    private static final class Followed {
        final Watch watch;
        final TermType.Stream stream;
        final DeviceId device;
        final long mark;
        final long from;
        final List<LeafRecord> run = new ArrayList<>();

        /// @param mark frames up to this number have counted
        /// @param from the first leaf that counts
        Followed(Watch watch, TermType.Stream stream, DeviceId device, long mark, long from) {
            this.watch = watch;
            this.stream = stream;
            this.device = device;
            this.mark = mark;
            this.from = from;
        }
    }

    ContractWatch(MemberId member, LedgerReader ledger, LogReader log, Registrar registrar, LongSupplier clockMs) {
        this.clockMs = clockMs;
        this.member = member;
        this.ledger = ledger;
        this.log = log;
        evidence = new EvidenceMaker(ledger, log, registrar);
        demands = new DemandAnswers(member, log, evidence, clockMs);
    }

    /// Looks at what became final since.
    ///
    /// @param own the member's contracts
    void look(List<ContractRecord> own) {
        ContractReader contracts = ledger.contracts();
        List<ContractRecord> running = own.stream()
                .filter(record -> record.status() == ContractRecord.Status.RUNNING)
                .toList();
        watched.keySet().retainAll(running.stream().map(ContractRecord::number).toList());
        demands.keep(watched.keySet());
        LogRecord anchored = ledger.log(log.id());
        long end = anchored == null ? 0 : Math.min(anchored.size(), log.size());
        for (ContractRecord record : running) {
            Watched known = watched.get(record.number());
            if (known == null || !known.at.equals(record.standsAt())) {
                known = watch(record, contracts);
                watched.put(record.number(), known);
            }
            demands.answer(record.number(), known.party, known.machine, known.at, end);
            if (!known.followed.isEmpty()) {
                follow(record.number(), known, end);
            }
        }
    }

    private Watched watch(ContractRecord record, ContractReader contracts) {
        Code code = codes.computeIfAbsent(
                HexFormat.of().formatHex(record.code()),
                _ -> new Code(ContractCodec.decode(contracts.code(record.code()).orElseThrow())));
        Machine machine = new Machine(code, record.values(code.contract()));
        Standing at = record.standsAt();
        String party = code.contract()
                .parties()
                .get(record.partyOf(member).orElseThrow())
                .name();
        Watched now = new Watched(machine, at, party, begin(record.event()));
        for (Transition transition : code.contract().state(at.state()).transitions()) {
            if (transition.trigger() instanceof Trigger.Evidence(String stream, var _, var _, boolean isSinceState)
                    && code.contract().typeOf(stream).orElseThrow() instanceof TermType.Stream type) {
                DeviceId device = DeviceId.of(machine.values().text(code.contract(), type.device()));
                if (device.member().equals(member)) {
                    now.followed.add(new Followed(
                            new Watch(machine, transition),
                            type,
                            device,
                            at.marks().getOrDefault(stream, 0L),
                            isSinceState ? begin(at.event()) : 0));
                }
            }
        }
        return now;
    }

    /// The first leaf that became final after this event.
    private long begin(long event) {
        return ledger.history(Draft.subject(log.id()), event, 50).stream()
                .flatMap(before -> before.anchor().stream())
                .findFirst()
                .map(Event.Anchor::toSize)
                .orElse(0L);
    }

    private void follow(long number, Watched contract, long end) {
        while (contract.found != null || contract.next < end) {
            if (contract.found != null && !show(number, contract, contract.found)) {
                return; // it stands elsewhere now, or is shown again with the next look
            }
            for (LeafRecord leaf : log.leaves(contract.next, (int) Math.min(LEAVES_AT_ONCE, end - contract.next))) {
                contract.next = leaf.index() + 1;
                if (!leaf.isErased() && leaf.isFrame()) {
                    offer(contract, leaf);
                }
                if (contract.found != null) {
                    break;
                }
            }
        }
    }

    /// Whether to look on from here.
    private boolean show(long number, Watched contract, Found found) {
        long waited = clockMs.getAsLong() - found.sinceMs;
        Optional<Refused> refused =
                evidence.show(number, contract.party, found.way, found.leaves, waited > EvidenceMaker.PATIENCE_MS);
        if (refused.isEmpty()) {
            LOG.info("contract {}: showed {} frames for {}", number, found.leaves.size(), found.way);
            contract.found = null;
            return false;
        }
        Refusal code = refused.get().code();
        if ((code == Refusal.PROOF_NOT_FINAL || code == Refusal.EVIDENCE_OLD) && waited < GIVE_UP_MS) {
            return false;
        }
        LOG.info("contract {}: {} was not taken: {}", number, found.way, refused.get());
        contract.found = null;
        return true;
    }

    private void offer(Watched contract, LeafRecord leaf) {
        for (Followed followed : contract.followed) {
            if (!leaf.stream().device().equals(followed.device) || leaf.n() <= followed.mark || leaf.index() < followed.from) {
                continue;
            }
            Result<Frame> decoded = Frame.decode(leaf.content());
            if (decoded instanceof Result.Ok<Frame>(Frame frame)
                    && frame.kind() == CoseKind.FRAME
                    && frame.device() == null // only what the device signed itself counts
                    && offer(followed, leaf, frame)) {
                contract.found =
                        new Found(followed.watch.transition().name(), List.copyOf(followed.run), clockMs.getAsLong());
                followed.run.clear();
                return;
            }
        }
    }

    private static boolean offer(Followed followed, LeafRecord leaf, Frame frame) {
        if (!(SenMl.decode(frame.payload(), leaf.receivedMs()) instanceof Result.Ok<List<Reading>>(var readings))) {
            return false;
        }
        long before = frame.previous() == Frame.NOT_GIVEN ? frame.n() - 1 : frame.previous();
        boolean any = false;
        boolean found = false;
        for (Reading reading : readings) {
            if (!reading.name().equals(followed.stream.reading())) {
                continue;
            }
            any = true;
            Optional<Shown.At> at = StreamReading.of(followed.stream, reading);
            Optional<Watch.Found> shows = at.isEmpty()
                    ? Optional.empty()
                    : followed.watch.offer(at.get().time(), at.get().value(), frame.n(), before);
            found = shows.isPresent();
            if (at.isEmpty() || !followed.watch.isFitting()) {
                followed.run.clear();
                return false;
            }
            trim(followed.run, followed.watch.firstFrame());
        }
        if (any || !followed.run.isEmpty()) {
            followed.run.add(leaf);
        }
        return found;
    }

    /// Leaves of before a gap show nothing any more.
    private static void trim(List<LeafRecord> run, long firstFrame) {
        for (Iterator<LeafRecord> leaves = run.iterator(); leaves.hasNext(); ) {
            if (leaves.next().n() < firstFrame) {
                leaves.remove();
            }
        }
    }
}
