package io.thingstead.node;

import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.contract.Code;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.Shown;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.contract.StreamReading;
import io.thingstead.node.contract.Watch;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.ToLongFunction;

/// A running contract, as it stands, that waits for readings of a member's devices: it is offered leaves of the
/// member's log, and says which of them lead it on.
final class WatchedContract {
    private final long number;
    private final String party;
    private final List<Followed> followed = new ArrayList<>();
    private final ToLongFunction<Thumbprint> laterKeys;
    private long next;

    /// What is to be shown.
    record Found(String way, List<LeafRecord> leaves) {}

    /// So many frames without a reading between two are looked over.
    private static final int MOST_BETWEEN = 1_000;

    /// A way on with the leaves of the readings that fit so far, or of the frame before them and what follows it.
    private static final class Followed {
        final Watch watch;
        final TermType.Stream stream;
        final DeviceId device;
        final long mark;
        final long from;
        long key;
        final List<LeafRecord> run = new ArrayList<>();
        final long markKey;
        long passedFrom;
        long passedTo;

        /// @param mark frames up to this number have counted
        /// @param key those of this key, see [Standing#key]
        /// @param from the first leaf that counts
        Followed(Watch watch, TermType.Stream stream, DeviceId device, long mark, long key, long from) {
            this.watch = watch;
            this.stream = stream;
            this.device = device;
            this.mark = mark;
            this.markKey = key;
            this.key = key;
            this.from = from;
        }

        /// Whether it comes after what counted, of the newest key so far: each has numbers of its own.
        boolean counts(long of, long n) {
            if (of < key || (of == markKey && n <= mark)) {
                return false;
            }
            if (of > key) {
                interrupt();
                key = of;
            }
            return true;
        }

        void interrupt() {
            watch.interrupt();
            run.clear();
        }

        /// A frame shows nothing of the stream and hides nothing: what follows it follows the one before it.
        void passes(long n, long before) {
            passedFrom = follows(before);
            passedTo = n;
        }

        /// The number of the frame before, of those that were not passed.
        long follows(long before) {
            return before == passedTo ? passedFrom : before;
        }
    }

    /// @param party for which it is shown
    /// @param next the first leaf that may count
    /// @param entered the first leaf that may count where only readings since the state was entered do
    /// @param laterKeys the event by which a key came, 0 where it was there when the contract began
    WatchedContract(
            ContractRecord record,
            Code code,
            MemberId member,
            String party,
            long next,
            long entered,
            ToLongFunction<Thumbprint> laterKeys) {
        this.laterKeys = laterKeys;
        this.number = record.number();
        this.party = party;
        this.next = next;
        Machine machine = new Machine(code, record.values(code.contract()));
        Standing at = record.standsAt();
        for (Transition transition : code.contract().state(at.state()).transitions()) {
            if (transition.trigger() instanceof Trigger.Evidence evidence
                    && code.contract().typeOf(evidence.stream()).orElseThrow() instanceof TermType.Stream type) {
                DeviceId device = DeviceId.of(machine.values().text(code.contract(), type.device()));
                if (device.member().equals(member)) {
                    followed.add(new Followed(
                            new Watch(machine, transition, Machine.countsFrom(at, evidence, record.since())),
                            type,
                            device,
                            at.marks().getOrDefault(evidence.stream(), 0L),
                            at.key(evidence.stream()),
                            evidence.isSinceState() ? entered : 0));
                }
            }
        }
    }

    /// Begins at the first leaf of the log that may count: frames with numbers that counted, and those from before, are
    /// left out.
    void beginIn(LogReader log) {
        long first = followed.stream()
                .mapToLong(one -> Math.max(one.from, one.mark > 0 ? firstOver(one, log) : 0))
                .min()
                .orElse(0);
        next = Math.max(next, first);
    }

    private long firstOver(Followed one, LogReader log) {
        return log.streams(one.device).stream()
                .filter(stream -> !stream.isCommands() && !stream.onBehalf())
                .filter(stream -> laterKeys.applyAsLong(stream.key()) >= one.markKey)
                .mapToLong(stream -> log.firstOver(
                                stream, laterKeys.applyAsLong(stream.key()) == one.markKey ? one.mark : 0)
                        .orElse(0))
                .min()
                .orElse(0);
    }

    long number() {
        return number;
    }

    String party() {
        return party;
    }

    /// The first leaf that it was not offered yet.
    long next() {
        return next;
    }

    void goOnAt(long leaf) {
        next = leaf;
    }

    /// Whose frames it wants; none: it waits for something else.
    SequencedSet<DeviceId> devices() {
        SequencedSet<DeviceId> devices = new LinkedHashSet<>();
        followed.forEach(one -> devices.add(one.device));
        return devices;
    }

    private long keyOf(LeafRecord leaf) {
        return laterKeys.applyAsLong(leaf.stream().key());
    }

    /// One more leaf of the log. What it leads to is found once: the run of leaves begins anew then.
    Optional<Found> offer(LeafRecord leaf) {
        next = leaf.index() + 1;
        for (Followed one : followed) {
            if (!leaf.stream().device().equals(one.device)
                    || leaf.index() < one.from
                    || !one.counts(keyOf(leaf), leaf.n())) {
                continue;
            }
            Result<Frame> decoded = Frame.decode(leaf.content());
            if (decoded instanceof Result.Ok<Frame>(Frame frame)
                    && frame.kind() == CoseKind.FRAME
                    && frame.device() == null // only what the device signed itself counts
                    && offer(one, leaf, frame)) {
                Found found = new Found(one.watch.transition().name(), List.copyOf(one.run));
                one.run.clear();
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    private static boolean offer(Followed followed, LeafRecord leaf, Frame frame) {
        long before = frame.previous() == Frame.NOT_GIVEN ? frame.n() - 1 : frame.previous();
        if (!(SenMl.decode(frame.payload(), leaf.receivedMs()).flatMap(all -> StreamReading.of(followed.stream, all))
                instanceof Result.Ok<List<Shown.At>>(List<Shown.At> readings))) {
            followed.interrupt();
            return false;
        }
        if (readings.isEmpty()) {
            followed.passes(frame.n(), before);
            if (followed.run.size() >= MOST_BETWEEN && !followed.watch.isFitting()) {
                followed.interrupt();
            } else if (!followed.run.isEmpty()) {
                followed.run.add(leaf);
            }
            return false;
        }
        boolean found = false;
        for (Iterator<Shown.At> left = readings.iterator(); left.hasNext() && !found; ) {
            found = followed.watch
                    .offer(left.next(), frame.n(), followed.follows(before))
                    .isPresent();
            if (followed.watch.isFitting()) {
                trim(followed.run, followed.watch.firstFrame());
            } else {
                followed.run.clear();
            }
        }
        followed.run.add(leaf); // where it does not fit, it may lead to a summary
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
