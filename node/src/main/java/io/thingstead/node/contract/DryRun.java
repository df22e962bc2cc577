package io.thingstead.node.contract;

import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Runs a contract on readings of the past before anyone signs it: every party's node would have shown what it saw, at
/// once.
public final class DryRun {
    private final Machine machine;
    private final List<Moment> timeline = new ArrayList<>();
    private final List<Watch> watches = new ArrayList<>();
    private final List<Measured> past = new ArrayList<>();
    private final long began;
    private Standing at;

    /// What comes in, in the order of its time.
    public sealed interface Input {
        long time();
    }

    /// A reading, or a summary, as a device sent it.
    ///
    /// @param before the number that the device used before this frame's
    public record Measured(String stream, Shown.At reading, long frame, long before) implements Input {
        /// @param value at the stream's scale
        public Measured(long time, String stream, long value, long frame, long before) {
            this(stream, new Shown.At(time, value), frame, before);
        }

        @Override
        public long time() {
            return reading.end();
        }
    }

    /// A party signs or pays a way on.
    public record Signed(long time, String party, String way) implements Input {}

    /// A step on the timeline.
    ///
    /// @param words what happened
    /// @param state where it stands then
    public record Moment(long time, String words, String state, List<Act> acts, boolean refused) {}

    /// @param ended whether it came to an end on these inputs
    public record Outcome(List<Moment> timeline, String state, boolean ended, List<Long> held) {}

    private DryRun(Machine machine, long start) {
        this.machine = machine;
        began = start;
        at = machine.start(start);
        timeline.add(new Moment(start, "all parties have signed", at.state(), List.of(), false));
        watch();
    }

    /// @param start when all have signed
    /// @param inputs in any order
    /// @param until what is due until then happens
    public static Outcome of(Machine machine, long start, List<Input> inputs, long until) {
        DryRun run = new DryRun(machine, start);
        inputs.stream()
                .filter(input -> input.time() >= start)
                .sorted(Comparator.comparingLong(Input::time))
                .forEach(run::take);
        run.passTo(until);
        return new Outcome(List.copyOf(run.timeline), run.at.state(), machine.hasEnded(run.at), run.at.held());
    }

    private void take(Input input) {
        passTo(input.time());
        if (machine.hasEnded(at)) {
            return;
        }
        switch (input) {
            case Signed(long time, String party, String way) -> signed(time, party, way);
            case Measured measured -> {
                past.add(measured);
                measured(measured, List.copyOf(watches), measured.time());
            }
        }
    }

    private void signed(long time, String party, String way) {
        boolean pays = machine.contract()
                .state(at.state())
                .transition(way)
                .map(t -> t.trigger() instanceof Trigger.Payment)
                .orElse(false);
        String words = party + (pays ? " pays “" : " signs “") + way + "”";
        switch (pays ? machine.pay(at, way, party, time) : machine.sign(at, way, party, time)) {
            case Result.Ok<Step>(Step step) -> follow(time, words, step);
            case Result.No<Step>(Refused refused) ->
                timeline.add(new Moment(time, words + ", refused: " + refused.text(), at.state(), List.of(), true));
        }
    }

    /// Whether it led on.
    private boolean measured(Measured reading, List<Watch> offered, long now) {
        for (Watch watch : offered) {
            if (!evidence(watch).stream().equals(reading.stream)) {
                continue;
            }
            Optional<Watch.Found> found = watch.offer(reading.reading, reading.frame, reading.before);
            if (found.isPresent() && show(watch.transition(), found.get(), now)) {
                return true;
            }
        }
        return false;
    }

    private static Trigger.Evidence evidence(Watch watch) {
        return (Trigger.Evidence) watch.transition().trigger();
    }

    private boolean show(Transition transition, Watch.Found found, long now) {
        Shown shown = new Shown(
                List.of(found.first(), found.last()),
                found.firstFrame() - 1,
                found.lastFrame(),
                found.known(),
                found.last().end());
        if (machine.show(at, transition.name(), shown, now) instanceof Result.Ok<Step>(Step step)) {
            follow(
                    now,
                    "readings of frames " + found.firstFrame() + " to " + found.lastFrame() + " show “"
                            + transition.name() + "”",
                    step);
            return true;
        }
        return false;
    }

    private void passTo(long time) {
        while (!machine.hasEnded(at) && machine.due(at) <= time) {
            long due = machine.due(at);
            follow(due, "the deadline of “" + at.state() + "” has come", machine.timeOver(at, due));
        }
    }

    private void follow(long time, String words, Step step) {
        boolean elsewhere =
                step.after().entered() != at.entered() || !step.after().state().equals(at.state());
        at = step.after();
        timeline.add(new Moment(time, words, at.state(), step.acts(), false));
        if (elsewhere) {
            watch();
            showPast(time);
        }
    }

    private void watch() {
        watches.clear();
        for (Transition transition : machine.contract().state(at.state()).transitions()) {
            if (transition.trigger() instanceof Trigger.Evidence evidence) {
                watches.add(new Watch(machine, transition, Machine.countsFrom(at, evidence, began)));
            }
        }
    }

    /// What was measured before the state was entered counts in it too, unless the contract says otherwise.
    private void showPast(long now) {
        List<Watch> offered = watches.stream()
                .filter(watch -> !evidence(watch).isSinceState())
                .toList();
        for (Measured reading : List.copyOf(past)) {
            if (reading.frame > at.marks().getOrDefault(reading.stream, 0L) && measured(reading, offered, now)) {
                return; // where it stands now, that has been done as well
            }
        }
    }
}
