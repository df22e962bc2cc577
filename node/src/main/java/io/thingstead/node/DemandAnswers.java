package io.thingstead.node;

import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.Shown;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.contract.StreamReading;
import io.thingstead.node.log.DeviceStream;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.LogReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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

    private final MemberId member;
    private final LogReader log;
    private final EvidenceMaker evidence;
    private final LongSupplier clockMs;
    /// Since when all of a demand is there to be shown, by contract.
    private final Map<Long, Long> complete = new HashMap<>();

    private String said = "";

    DemandAnswers(MemberId member, LogReader log, EvidenceMaker evidence, LongSupplier clockMs) {
        this.member = member;
        this.log = log;
        this.evidence = evidence;
        this.clockMs = clockMs;
    }

    /// Forgets all contracts but these.
    void keep(Collection<Long> contracts) {
        complete.keySet().retainAll(contracts);
    }

    /// Delivers what is demanded, once the frame is final that reaches the span's end. Asked again and again until then;
    /// where a delivery broke off, the next one goes on.
    ///
    /// @param end leaves below it are final
    void answer(long contract, String party, Machine machine, Standing at, long end) {
        Standing.Asked asked = at.demand();
        if (asked == null || at.pausedAt() != null) {
            complete.remove(contract);
            return;
        }
        String name = machine.contract().state(at.state()).demands().get(asked.index()).stream();
        if (!(machine.contract().typeOf(name).orElseThrow() instanceof TermType.Stream stream)) {
            return;
        }
        DeviceId device = DeviceId.of(machine.values().text(machine.contract(), stream.device()));
        if (!device.member().equals(member)) {
            return;
        }
        for (DeviceStream from : log.streams(device).reversed()) {
            List<LeafRecord> leaves = span(from, stream, asked, end);
            if (!leaves.isEmpty()) {
                long now = clockMs.getAsLong();
                boolean newest = now - complete.computeIfAbsent(contract, _ -> now) > EvidenceMaker.PATIENCE_MS;
                Optional<Refused> refused = evidence.show(contract, party, null, leaves, newest);
                say(
                        "contract " + contract
                                + refused.map(why -> ": the demand is not answered yet: " + why)
                                        .orElse(": delivered " + leaves.size() + " frames of " + device));
                return;
            }
        }
    }

    /// What is asked every second is said once.
    private void say(String words) {
        if (!words.equals(said)) {
            LOG.info("{}", words);
            said = words;
        }
    }

    /// The frames to deliver, in their order; none while the span's end is not reached.
    private List<LeafRecord> span(DeviceStream from, TermType.Stream stream, Standing.Asked asked, long end) {
        long first = asked.frame() > 0 ? following(from, asked.frame()) : begin(from, stream, asked);
        List<LeafRecord> leaves = new ArrayList<>();
        long last = 0;
        for (long n = first; n > 0 && n <= log.highest(from) && leaves.size() < MOST_FRAMES; n++) {
            LeafRecord leaf = leaf(from, n, end);
            Frame frame = leaf == null ? null : frame(leaf);
            if (leaf == null || frame == null) {
                continue; // a number that the device left out, or a gap, which the next frame shows
            }
            if (last > 0 && before(frame) != last) {
                say("frame " + before(frame) + " of " + from.device() + " is missing: what is demanded cannot be shown");
                return List.of();
            }
            leaves.add(leaf);
            last = n;
            List<Long> times = times(leaf, frame, stream);
            if (!times.isEmpty() && times.getLast() >= asked.to()) {
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
            List<Long> times = times(leaf, frame, stream);
            if (!times.isEmpty() && times.getFirst() <= asked.from()) {
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

    /// Times of the stream's readings, as the device says.
    private static List<Long> times(LeafRecord leaf, Frame frame, TermType.Stream stream) {
        if (!(SenMl.decode(frame.payload(), leaf.receivedMs()) instanceof Result.Ok<List<Reading>>(var readings))) {
            return List.of();
        }
        return readings.stream()
                .filter(reading -> reading.name().equals(stream.reading()))
                .flatMap(reading -> StreamReading.of(stream, reading).stream())
                .map(Shown.At::time)
                .toList();
    }
}
