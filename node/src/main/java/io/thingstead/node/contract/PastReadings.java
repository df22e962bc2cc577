package io.thingstead.node.contract;

import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Value;
import io.thingstead.node.contract.Contract.Term;
import io.thingstead.node.contract.Contract.TermType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Readings of the past as a contract's streams, for a dry run. Frames are numbered as they come: what is missing from
/// the readings is not known here, and does not count as a gap.
public final class PastReadings {
    private final Contract contract;
    private final Values values;
    private final List<DryRun.Input> inputs = new ArrayList<>();
    private final Map<String, Long> lastFrames = new LinkedHashMap<>();
    private final Map<String, Frame> frames = new LinkedHashMap<>();
    private long skipped;

    /// The frame of a device that readings are being added of.
    private static final class Frame {
        long leaf = -1;
        long number;
        final List<Reading> readings = new ArrayList<>();
    }

    public PastReadings(Contract contract, Values values) {
        this.contract = contract;
        this.values = values;
    }

    /// The full names of the devices that the contract looks at.
    public List<String> devices() {
        Set<String> devices = new LinkedHashSet<>();
        for (Term term : contract.terms()) {
            if (term.type() instanceof TermType.Stream(String device, var _, var _, var _)) {
                devices.add(values.text(contract, device));
            }
        }
        return List.copyOf(devices);
    }

    /// One reading; what is of no stream of the contract is left out.
    ///
    /// @param leaf that holds its frame: readings of one frame name the same, and come one after the other
    public void add(long time, String device, String name, String unit, double value, long leaf) {
        Frame frame = frames.computeIfAbsent(device, _ -> new Frame());
        if (frame.leaf != leaf) {
            close(device, frame);
            frame.leaf = leaf;
            frame.number++;
        }
        frame.readings.add(new Reading(name, unit, new Value.Number(value), time, false));
    }

    /// All of a frame is known: only then what it sums up is.
    private void close(String device, Frame frame) {
        for (Term term : contract.terms()) {
            if (!(term.type() instanceof TermType.Stream stream)
                    || !values.text(contract, stream.device()).equals(device)) {
                continue;
            }
            switch (StreamReading.summary(stream, frame.readings)) {
                case Result.No<Optional<Shown.At>> _ -> skipped++;
                case Result.Ok<Optional<Shown.At>>(Optional<Shown.At> summary) ->
                    summary.ifPresent(at -> measured(term.name(), at, frame.number));
            }
            for (Reading reading : frame.readings) {
                if (reading.name().equals(stream.reading())) {
                    StreamReading.of(stream, reading)
                            .ifPresentOrElse(at -> measured(term.name(), at, frame.number), () -> skipped++);
                }
            }
        }
        frame.readings.clear();
    }

    private void measured(String stream, Shown.At at, long frame) {
        // Frames between that have none of its readings are passed over, as on the ledger.
        inputs.add(new DryRun.Measured(stream, at, frame, lastFrames.getOrDefault(stream, frame - 1)));
        lastFrames.put(stream, frame);
    }

    private void closeAll() {
        frames.forEach(this::close);
    }

    public List<DryRun.Input> inputs() {
        closeAll();
        return inputs;
    }

    public int streams() {
        closeAll();
        return lastFrames.size();
    }

    /// How many readings were in another unit, or out of range; a summary is one.
    public long skipped() {
        closeAll();
        return skipped;
    }
}
