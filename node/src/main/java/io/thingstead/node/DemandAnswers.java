package io.thingstead.node;

import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.contract.Code;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.Shown;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.contract.StreamReading;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.log.DeviceStream;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers demands for readings of this member's devices: all frames of the span, from the last one before it to the
/// first one that reaches its end, one after the other as the device numbered them.
///
/// Confined to the thread that looks.
final class DemandAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(DemandAnswers.class);
    /// So many frames back a span may begin; what is demanded of a device with more is answered by people.
    private static final int MOST_FRAMES = 100_000;
    /// Among so many frames one has a reading of the stream.
    private static final int NEWEST_FRAMES = 1_000;

    /// So long after a span was found not to be complete it is looked for again.
    private static final long AGAIN_MS = 3_000;

    private final MemberId member;
    private final LogReader log;
    private final EvidenceMaker evidence;
    private final ContractWatch.Asking asking;
    private final LongSupplier passedMs;
    private final Map<Long, Open> open = new LinkedHashMap<>();

    /// What is demanded of one of this member's devices.
    private static final class Open {
        final long contract;
        final String party;
        final TermType.Stream stream;
        final DeviceId device;
        final Standing.Asked asked;
        final Machine machine;
        final Standing at;
        List<LeafRecord> leaves = List.of();
        long completeMs;
        long lookedMs = -AGAIN_MS;
        int asking;
        long askedMs;

        @Nullable
        CompletableFuture<TransactionResult> answer;

        Open(
                long contract,
                String party,
                TermType.Stream stream,
                DeviceId device,
                Standing.Asked asked,
                Machine machine,
                Standing at) {
            this.contract = contract;
            this.party = party;
            this.stream = stream;
            this.device = device;
            this.asked = asked;
            this.machine = machine;
            this.at = at;
        }
    }

    DemandAnswers(
            MemberId member,
            LogReader log,
            EvidenceMaker evidence,
            ContractWatch.Asking asking,
            LongSupplier passedMs) {
        this.member = member;
        this.log = log;
        this.evidence = evidence;
        this.asking = asking;
        this.passedMs = passedMs;
    }

    /// The contract stands elsewhere now.
    void remove(long contract) {
        open.remove(contract);
    }

    /// A running contract, as it stands: where something is demanded of a device of this member it will be answered.
    ///
    /// @param party for which
    void take(ContractRecord record, Code code, String party) {
        Standing at = record.standsAt();
        Standing.Asked asked = at.demand();
        if (asked == null || at.pausedAt() != null) {
            return;
        }
        Contract contract = code.contract();
        String name = contract.state(at.state()).demands().get(asked.index()).stream();
        if (contract.typeOf(name).orElseThrow() instanceof TermType.Stream stream) {
            Machine machine = new Machine(code, record.values(contract));
            DeviceId device = DeviceId.of(machine.values().text(contract, stream.device()));
            if (device.member().equals(member)) {
                open.put(record.number(), new Open(record.number(), party, stream, device, asked, machine, at));
            }
        }
    }

    /// Delivers what is demanded, once the frame is final that reaches the span's end. Where a delivery broke off, the
    /// contract stands elsewhere and the next one goes on from there.
    ///
    /// @param end leaves below it are final
    void look(long end) {
        for (Open one : open.values()) {
            if (one.answer != null && isOver(one, one.answer)) {
                answered(one, one.answer);
            }
            if (one.answer == null) {
                deliver(one, end);
            }
        }
    }

    private boolean isOver(Open one, CompletableFuture<TransactionResult> answer) {
        return answer.isDone() || passedMs.getAsLong() - one.askedMs > ContractWatch.NO_ANSWER_MS;
    }

    private static void answered(Open one, CompletableFuture<TransactionResult> answer) {
        one.answer = null;
        if (!answer.isDone() || answer.isCompletedExceptionally()) {
            return; // asked again
        }
        Optional<Refused> refused = answer.join().firstRefusal();
        if (refused.isPresent()) {
            LOG.debug("contract {}: what was demanded is delivered anew: {}", one.contract, refused.get());
            one.leaves = List.of();
        } else {
            LOG.debug("contract {}: delivered {} frames of {}", one.contract, one.asking, one.device);
            one.leaves = one.leaves.subList(one.asking, one.leaves.size());
        }
    }

    private void deliver(Open one, long end) {
        long nowMs = passedMs.getAsLong();
        if (one.leaves.isEmpty() && nowMs - one.lookedMs >= AGAIN_MS) {
            one.leaves = span(one, end);
            one.lookedMs = nowMs;
            one.completeMs = nowMs;
        }
        boolean newest = nowMs - one.completeMs > EvidenceMaker.PATIENCE_MS;
        if (!one.leaves.isEmpty()) {
            evidence.part(one.leaves, newest).ifPresent(part -> {
                one.asking = part.frames();
                one.askedMs = nowMs;
                one.answer = asking.ask(List.of(part.attachment()), List.of(part.shown(one.contract, one.party, null)));
            });
        }
    }

    /// In the newest of the device's streams that has all of it.
    private List<LeafRecord> span(Open one, long end) {
        for (DeviceStream from : log.streams(one.device).reversed()) {
            if (isReached(from, one, end)) {
                List<LeafRecord> leaves = span(from, one, end);
                if (!leaves.isEmpty()) {
                    return leaves;
                }
            }
        }
        return List.of();
    }

    /// Whether one of the newest frames reaches the span's end.
    private boolean isReached(DeviceStream from, Open one, long end) {
        long highest = log.highest(from);
        for (long n = highest; n > 0 && n > highest - NEWEST_FRAMES; n--) {
            LeafRecord leaf = leaf(from, n, end);
            Frame frame = leaf == null ? null : frame(leaf);
            List<Shown.At> readings = leaf == null || frame == null ? List.of() : readings(leaf, frame, one.stream);
            if (!readings.isEmpty()) {
                return readings.getLast().end() >= one.asked.to();
            }
        }
        return false;
    }

    /// The frames to deliver, in their order; none while the span's end is not reached.
    private List<LeafRecord> span(DeviceStream from, Open one, long end) {
        Standing.Asked asked = one.asked;
        long first = asked.frame() > 0 ? following(from, asked.frame()) : begin(from, one.stream, asked);
        List<LeafRecord> leaves = new ArrayList<>();
        long last = 0;
        for (long n = first; n > 0 && n <= log.highest(from) && leaves.size() < MOST_FRAMES; n++) {
            LeafRecord leaf = leaf(from, n, end);
            Frame frame = leaf == null ? null : frame(leaf);
            if (leaf == null || frame == null) {
                continue; // a number that the device left out, or a gap, which the next frame shows
            }
            if (last > 0 && before(frame) != last) {
                LOG.debug("frame {} of {} is missing: what is demanded cannot be shown", before(frame), from.device());
                return List.of();
            }
            leaves.add(leaf);
            last = n;
            List<Shown.At> readings = readings(leaf, frame, one.stream);
            Optional<Refused> hiding = one.machine.hiding(one.at, readings);
            if (hiding.isPresent()) {
                LOG.debug("frame {} of {} does not answer what is demanded: {}", n, from.device(), hiding.get());
                return List.of();
            }
            if (!readings.isEmpty() && readings.getLast().end() >= asked.to()) {
                return leaves;
            }
        }
        return List.of();
    }

    /// The number after this one that the device used.
    private long following(DeviceStream from, long number) {
        for (long n = number + 1; n <= log.highest(from); n++) {
            if (log.indexOf(from, n).isPresent()) {
                return n;
            }
        }
        return 0;
    }

    /// Where to begin: the last frame with a reading from before the span, or the device's first.
    private long begin(DeviceStream from, TermType.Stream stream, Standing.Asked asked) {
        long first = 0;
        long highest = log.highest(from);
        for (long n = highest; n > 0 && n > highest - MOST_FRAMES; n--) {
            LeafRecord leaf = leaf(from, n, Long.MAX_VALUE);
            Frame frame = leaf == null ? null : frame(leaf);
            if (leaf == null || frame == null) {
                continue;
            }
            first = n;
            List<Shown.At> readings = readings(leaf, frame, stream);
            if (!readings.isEmpty() && readings.getFirst().begin() <= asked.from()) {
                return n;
            }
        }
        return first;
    }

    private @Nullable LeafRecord leaf(DeviceStream from, long n, long end) {
        OptionalLong index = log.indexOf(from, n);
        return index.isEmpty() || index.getAsLong() >= end
                ? null
                : log.leaf(index.getAsLong())
                        .filter(leaf -> !leaf.isErased() && leaf.isFrame())
                        .orElse(null);
    }

    /// The frame that the device signed itself, or null.
    private static @Nullable Frame frame(LeafRecord leaf) {
        return Frame.decode(leaf.content()) instanceof Result.Ok<Frame>(Frame frame)
                        && frame.kind() == CoseKind.FRAME
                        && frame.device() == null
                ? frame
                : null;
    }

    private static long before(Frame frame) {
        return frame.previous() == Frame.NOT_GIVEN ? frame.n() - 1 : frame.previous();
    }

    /// The stream's readings, and what they are summed up to. Of a frame that shows none to a contract: none.
    private static List<Shown.At> readings(LeafRecord leaf, Frame frame, TermType.Stream stream) {
        return SenMl.decode(frame.payload(), leaf.receivedMs()).flatMap(all -> StreamReading.of(stream, all))
                        instanceof Result.Ok<List<Shown.At>>(List<Shown.At> readings)
                ? readings
                : List.of();
    }
}
