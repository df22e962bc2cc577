package io.thingstead.node.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Whole members in one thread each seed: no acknowledged reading is lost and no two members disagree, whatever befalls
/// them. A seed that fails is printed and fails again with `-Dsimulation.seed=N`; `-Dsimulation.trace` tells what
/// happens in it. `-Dsimulation.seeds=10000` runs so many.
class MembersSimulation {
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 1_000);
    /// The first half of the seeds is the same every day, the second half begins elsewhere each day.
    private static final long DAY = TimeUnit.MILLISECONDS.toDays(System.currentTimeMillis());

    private static final int WORKERS = Math.min(2, Runtime.getRuntime().availableProcessors());
    private static final int PLANTED = 40;

    @Test
    void members_lose_no_acknowledged_reading_and_never_disagree() throws Exception {
        List<Long> seeds = new ArrayList<>();
        Long one = Long.getLong("simulation.seed");
        for (long i = 0; i < SEEDS && one == null; i++) {
            seeds.add(i < SEEDS / 2 ? i : DAY * 1_000_000 + i);
        }
        if (one != null) {
            seeds.add(one);
        }
        long began = System.nanoTime();
        long worked = processorNanos();
        TreeMap<String, Long> counts = runAll(seeds);
        System.out.printf(
                "MembersSimulation: %d seeds, %d to %d, in %d s with %d s of processor time: %s%n",
                seeds.size(),
                seeds.getFirst(),
                seeds.getLast(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began),
                TimeUnit.NANOSECONDS.toSeconds(processorNanos() - worked),
                counts);
        if (seeds.size() >= 100) {
            assertThat(counts.keySet())
                    .contains(
                            "acknowledged",
                            "anchors seen",
                            "blocks",
                            "changed keys",
                            "contract steps by evidence",
                            "contract steps by parties",
                            "contract steps by time",
                            "contracts begun",
                            "contracts ended",
                            "crashes",
                            "demands answered",
                            "failed writes",
                            "false evidence shown",
                            "false frames refused",
                            "logs mirrored",
                            "members added",
                            "money spent twice, tried",
                            "partitions",
                            "payments",
                            "payments handed in twice",
                            "proofs verified",
                            "seeds with a cheat",
                            "standstills");
        }
    }

    private static long processorNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    private static TreeMap<String, Long> runAll(List<Long> seeds) throws Exception {
        AtomicLong next = new AtomicLong();
        TreeMap<String, Long> counts = new TreeMap<>();
        try (var workers = Executors.newFixedThreadPool(WORKERS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                all.add(workers.submit(() -> {
                    for (int at = (int) next.getAndIncrement(); at < seeds.size(); at = (int) next.getAndIncrement()) {
                        Thread.currentThread().setName("seed " + seeds.get(at));
                        var outcome =
                                new Simulation(seeds.get(at), Bugs.NONE, Boolean.getBoolean("simulation.trace")).run();
                        synchronized (counts) {
                            outcome.counts().forEach((what, count) -> counts.merge(what, count, Long::sum));
                        }
                    }
                }));
            }
            for (Future<?> worker : all) {
                try {
                    worker.get();
                } catch (ExecutionException e) {
                    next.set(seeds.size());
                    throw new AssertionError(e.getCause().getMessage(), e.getCause());
                }
            }
        }
        return counts;
    }

    @Test
    void a_seed_run_twice_does_the_same_to_the_last_line() {
        for (long seed = 1; seed <= 3; seed++) {
            long first = new Simulation(seed, Bugs.NONE, false).run().traceHash();
            assertThat(new Simulation(seed, Bugs.NONE, false).run().traceHash()).isEqualTo(first);
        }
    }

    @Test
    void a_store_that_answers_before_it_wrote_is_found() {
        assertThat(found(PlantedBugs.AnswersBeforeItWrote::new)).containsAnyOf("is lost", "went back", "two frames");
    }

    @Test
    void a_member_that_applies_batches_in_another_order_is_found() {
        assertThat(found(PlantedBugs.ReadsBackwards::new)).contains("app hashes differ");
    }

    @Test
    void a_log_that_forgets_which_numbers_were_used_is_found() {
        assertThat(found(PlantedBugs.ForgetsNumbers::new))
                .containsAnyOf("two different receipts", "got into the log", "two frames");
    }

    @Test
    void a_member_that_tells_deadlines_by_its_own_clock_is_found() {
        assertThat(found(PlantedBugs.TellsDeadlinesByItsOwnClock::new)).contains("app hashes differ");
    }

    @Test
    void members_that_all_take_a_cent_too_much_out_of_contracts_are_found() {
        assertThat(found(PlantedBugs.FindsACentMore::new)).contains("was issued");
    }

    /// What the first seed says that finds the bug.
    private static String found(Supplier<Bugs> bugs) {
        for (long seed = 1; seed <= PLANTED; seed++) {
            try {
                new Simulation(seed, bugs.get(), false).run();
            } catch (Violation e) {
                System.out.println("found with seed " + seed + ": "
                        + e.getMessage().lines().findFirst().orElse(""));
                return e.getMessage().lines().findFirst().orElse("");
            }
        }
        throw new AssertionError("not found with " + PLANTED + " seeds");
    }
}
