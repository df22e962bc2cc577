package io.thingstead.node.log;

import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.LedgerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// What a log promised, kept outside of its process, and whether the log on disk keeps it: every acknowledged frame
/// stands at its promised index, and no frame stands twice.
public final class AcknowledgedFrames {
    private static final HexFormat HEX = HexFormat.of();

    private final LedgerId ledger;
    private final Map<Long, String> identityAt = new HashMap<>();
    private final Map<String, Long> indexOf = new HashMap<>();
    private final List<String> broken = new ArrayList<>();

    public AcknowledgedFrames(LedgerId ledger) {
        this.ledger = ledger;
    }

    /// A frame was acknowledged with an index, for the first time or again.
    public synchronized void acknowledged(long index, byte[] identity) {
        var frame = HEX.formatHex(identity);
        var before = identityAt.putIfAbsent(index, frame);
        if (before != null && !before.equals(frame)) broken.add("index %d was promised to two frames".formatted(index));
        var elsewhere = indexOf.putIfAbsent(frame, index);
        if (elsewhere != null && elsewhere != index)
            broken.add("one frame was promised the indexes %d and %d".formatted(elsewhere, index));
    }

    public synchronized int count() {
        return identityAt.size();
    }

    /// What the log does not keep; empty when all is well.
    public synchronized List<String> problems(LogReader log) {
        var problems = new ArrayList<>(broken);
        var seen = new HashMap<String, Long>();
        for (long from = 0; from < log.size(); ) {
            for (var leaf : log.leaves(from, 1000)) {
                var frame = Frame.decode(leaf.content()).orThrow();
                var identity =
                        HEX.formatHex(frame.identity(ledger, leaf.stream().key()));
                var promised = identityAt.get(leaf.index());
                if (promised != null && !promised.equals(identity))
                    problems.add("another frame stands at %d".formatted(leaf.index()));
                var twice = seen.put(identity, leaf.index());
                if (twice != null) problems.add("one frame stands at %d and %d".formatted(twice, leaf.index()));
                from = leaf.index() + 1;
            }
        }
        for (long index : identityAt.keySet())
            if (index >= log.size()) problems.add("the frame at %d is lost".formatted(index));
        return problems;
    }
}
