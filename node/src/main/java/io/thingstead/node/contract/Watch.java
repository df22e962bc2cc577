package io.thingstead.node.contract;

import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Follows a stream for one way on: readings that fit, one after the other without a gap, until they last long enough
/// to
/// be shown. Each party's node does so for its contracts, and a dry run for all parties.
public final class Watch {
    private final Machine machine;
    private final Transition transition;
    private final long wanted;
    private final long from;
    private @Nullable Found run;
    private long next = Shown.UNKNOWN;

    /// Frames that show what a way on wants.
    ///
    /// @param first what was read first
    /// @param last what was read last
    /// @param firstFrame the first one's number
    /// @param lastFrame the last one's
    public record Found(Shown.At first, Shown.At last, long firstFrame, long lastFrame) {
        /// For as long as the ledger can know of it: a summary comes when it ends, as a reading when it was measured.
        long lasted() {
            return last.end() - first.end();
        }
    }

    /// @param from when summaries begin to count, see [Machine#countsFrom]
    public Watch(Machine machine, Transition transition, long from) {
        if (!(transition.trigger() instanceof Trigger.Evidence evidence)) {
            throw new IllegalArgumentException("not shown by readings");
        }
        this.machine = machine;
        this.transition = transition;
        this.from = from;
        wanted = evidence.lasting() == null ? 0 : machine.values().number(machine.contract(), evidence.lasting());
    }

    public Transition transition() {
        return transition;
    }

    /// Whether the last reading fitted.
    public boolean isFitting() {
        return run != null;
    }

    /// Number of the frame with which the run began that goes on; 0: none does.
    public long firstFrame() {
        return run == null ? 0 : run.firstFrame();
    }

    /// One more reading of the stream.
    ///
    /// @param before the number that the device used before this frame's
    /// @return frames to show now
    public Optional<Found> offer(Shown.At reading, long frame, long before) {
        if (reading.isBefore(from) || !machine.fits(transition, reading)) {
            run = null;
            return Optional.empty();
        }
        Shown.At at = reading.since(from);
        Found known = run;
        Found now;
        if (known != null
                && (known.lastFrame == frame || known.lastFrame == before)
                && reading.begin() >= known.last.end()
                && at.countOn(next) != Shown.BROKEN) {
            now = new Found(known.first, at, known.firstFrame, frame);
            next = at.countOn(next);
        } else {
            now = new Found(at, at, frame, frame);
            next = at.countOn(Shown.UNKNOWN);
        }
        run = now;
        return now.lasted() >= wanted ? Optional.of(now) : Optional.empty();
    }

    /// A frame of which it is not known what was measured: what fitted before goes on no more.
    public void interrupt() {
        run = null;
    }
}
