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
    private @Nullable Lead lead;
    private long next = Shown.UNKNOWN;

    /// Frames that show what a way on wants.
    ///
    /// @param first what was read first
    /// @param last what was read last
    /// @param firstFrame the first one's number
    /// @param lastFrame the last one's
    /// @param known time from which on the ledger can know of it, by the device's clock
    public record Found(Shown.At first, Shown.At last, long firstFrame, long lastFrame, long known) {
        long lasted() {
            return last.end() - known;
        }
    }

    /// The frame before, which does not fit: the ledger knows since then of what the next one sums up.
    ///
    /// @param end time of its last reading
    /// @param next the number of the measurement after it
    private record Lead(long frame, long end, long next) {}

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
        Found goesOn = run;
        Lead leads = lead;
        interrupt();
        if (reading.isBefore(from) || !machine.fits(transition, reading)) {
            lead = new Lead(frame, reading.end(), reading.countOn(Shown.UNKNOWN));
            return Optional.empty();
        }
        Shown.At at = reading.since(from);
        Found now;
        if (goesOn != null
                && (goesOn.lastFrame == frame || goesOn.lastFrame == before)
                && reading.begin() >= goesOn.last.end()
                && at.countOn(next) != Shown.BROKEN) {
            now = new Found(goesOn.first, at, goesOn.firstFrame, frame, goesOn.known);
            next = at.countOn(next);
        } else if (wanted > 0
                && leads != null
                && at.isSummary()
                && leads.frame == before
                && reading.begin() >= leads.end
                && at.countOn(leads.next) != Shown.BROKEN) {
            now = new Found(at, at, leads.frame, frame, at.begin());
            next = at.countOn(leads.next);
        } else {
            now = new Found(at, at, frame, frame, at.end());
            next = at.countOn(Shown.UNKNOWN);
        }
        run = now;
        return now.lasted() >= wanted ? Optional.of(now) : Optional.empty();
    }

    /// A frame of which it is not known what was measured: what fitted before goes on no more.
    public void interrupt() {
        run = null;
        lead = null;
    }
}
