package io.thingstead.node.contract;

import io.thingstead.node.contract.Contract.Term;
import io.thingstead.node.contract.Contract.TermType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// Readings of the past as a contract's streams, for a dry run. Frames are numbered as they come: what is missing from
/// the readings is not known here, and does not count as a gap.
public final class PastReadings {
    private final Contract contract;
    private final Values values;
    private final List<DryRun.Input> inputs = new ArrayList<>();
    private final Set<String> streams = new LinkedHashSet<>();
    private final Map<String, Frame> frames = new LinkedHashMap<>();
    private long skipped;

    private record Frame(long leaf, long number) {}

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
    /// @param leaf that holds its frame: readings of one frame name the same
    public void add(long time, String device, String name, String unit, double value, long leaf) {
        Frame before = frames.getOrDefault(device, new Frame(-1, 0));
        Frame frame = before.leaf == leaf ? before : new Frame(leaf, before.number + 1);
        frames.put(device, frame);
        for (Term term : contract.terms()) {
            if (!(term.type() instanceof TermType.Stream(String of, String reading, String wanted, int scale))
                    || !reading.equals(name)
                    || !values.text(contract, of).equals(device)) {
                continue;
            }
            OptionalLong number =
                    StreamReading.fits(unit, wanted) ? Numbers.measured(value, scale) : OptionalLong.empty();
            if (number.isEmpty()) {
                skipped++;
            } else {
                streams.add(term.name());
                inputs.add(new DryRun.Measured(time, term.name(), number.getAsLong(), frame.number, frame.number - 1));
            }
        }
    }

    public List<DryRun.Input> inputs() {
        return inputs;
    }

    public int streams() {
        return streams.size();
    }

    /// How many readings were in another unit, or out of range.
    public long skipped() {
        return skipped;
    }
}
