package io.thingstead.node;

import io.thingstead.kit.model.Refusal;
import io.thingstead.node.api.Health;
import io.thingstead.node.api.Notice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Whether the node's parts do what they are there for.
record NodeHealth(MemberCore core) implements Health {
    /// A disk that takes longer for one write is as good as gone.
    private static final long LONGEST_WRITE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /// What is broken for good ends the process by itself; what is left is a log whose thread ended.
    @Override
    public List<Notice> mustRestart() {
        return core.log().sequencer().isRunning()
                ? List.of()
                : List.of(new Notice(Refusal.STORE_UNAVAILABLE.code(), "the log's thread has ended"));
    }

    @Override
    public List<Notice> refusesReadings() {
        List<Notice> why = new ArrayList<>(mustRestart());
        if (core.standing().isRemoved()) {
            why.add(new Notice(Refusal.MEMBER_REMOVED.code(), core.member() + " was removed from the ledger"));
        }
        if (core.rocks().lowOnSpace()) {
            why.add(new Notice(Refusal.STORE_UNAVAILABLE.code(), "the disk of the data folder is almost full"));
        }
        long nanos = core.rocks().writes().oldestNanos();
        if (nanos > LONGEST_WRITE_NANOS) {
            why.add(new Notice(
                    Refusal.STORE_UNAVAILABLE.code(),
                    "a write to the disk is under way for " + TimeUnit.NANOSECONDS.toSeconds(nanos) + " s"));
        }
        return List.copyOf(why);
    }
}
