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
    private @Nullable Found run;

    /// Frames that show what a way on wants.
    ///
    /// @param firstFrame the first one's number
    /// @param lastFrame the last one's
    public record Found(long firstTime, long lastTime, long firstFrame, long lastFrame) {}

    public Watch(Machine machine, Transition transition) {
        if (!(transition.trigger() instanceof Trigger.Evidence evidence)) {
            throw new IllegalArgumentException("not shown by readings");
        }
        this.machine = machine;
        this.transition = transition;
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
    public Optional<Found> offer(long time, long value, long frame, long before) {
        if (!machine.fits(transition, value)) {
            run = null;
            return Optional.empty();
        }
        Found known = run;
        Found now = known != null && (known.lastFrame == frame || known.lastFrame == before) && time >= known.lastTime
                ? new Found(known.firstTime, time, known.firstFrame, frame)
                : new Found(time, time, frame, frame);
        run = now;
        return now.lastTime - now.firstTime >= wanted ? Optional.of(now) : Optional.empty();
    }
}
