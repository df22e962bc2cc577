package io.thingstead.node.simulation;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.simulated.Cheat;
import io.thingstead.node.mirror.MirrorState;
import io.thingstead.node.mirror.MirrorState.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/// Four members or five, their devices and their troubles, all in one thread and out of one seed: first everything goes
/// wrong, then all is well, and at last everything must be there.
final class Simulation {
    private static final long STEP_MS = 20;
    private static final long TROUBLE_MS = 15_000;
    private static final long MOST_RECOVERY_MS = 180_000;

    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final World world;
    private final List<SimulatedMember> members = new ArrayList<>();
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private final Requests requests;
    private final Dealings dealings;
    private final Troubles troubles;
    private final long seed;
    private boolean rests;

    /// What a simulation came to.
    record Outcome(long seed, long traceHash, TreeMap<String, Long> counts) {}

    Simulation(long seed, Bugs bugs, boolean print) {
        this.seed = seed;
        // Neighbouring seeds begin alike otherwise.
        Random random = new Random(seed * SPREAD);
        boolean isCheated = random.nextInt(4) == 0;
        MemberId cheat = Founders.member(1 + random.nextInt(Founders.COUNT));
        Conduct conduct = isCheated
                ? (member, honest) -> member.id.equals(cheat)
                        ? new Cheat(honest, Founders.members(), random, member::engine, member.keys)
                        : honest
                : Conduct.HONEST;
        world = World.of(random, bugs, conduct, print);
        requests = new Requests(world, !isCheated);
        dealings = new Dealings(world);
        troubles = new Troubles(world, members);
        for (MemberId id : Founders.members()) {
            add(id);
        }
        if (isCheated) {
            world.count("seeds with a cheat");
            world.trace(cheat + " cheats");
        }
    }

    private SimulatedMember add(MemberId id) {
        var member = new SimulatedMember(id, Founders.keys(id), Founders.disk(), world);
        members.add(member);
        every(1_000, 2_000, () -> {
            member.anchor();
            if (!rests) {
                member.watchContracts();
            }
        });
        every(1_500, 3_000, member::mirror);
        return member;
    }

    private void every(int leastMs, int mostMs, Runnable what) {
        world.time().in(leastMs + world.random().nextInt(mostMs - leastMs), () -> {
            what.run();
            every(leastMs, mostMs, what);
        });
    }

    Outcome run() {
        try {
            members.forEach(SimulatedMember::start);
            world.time().every(STEP_MS, this::step);
            for (SimulatedMember member : List.copyOf(members)) {
                for (int i = 1; i <= Founders.DEVICES; i++) {
                    var device = new SimulatedDevice(Founders.device(member.id, i), member, world);
                    devices.add(device);
                    every(500, 2_500, device::act);
                }
            }
            every(300, 2_000, troubles::strike);
            every(500, 1_500, troubles::restart);
            every(400, 1_500, this::ask);
            world.time().run(TROUBLE_MS);
            rests = true;
            troubles.end();
            devices.forEach(SimulatedDevice::rest);
            recover();
            new Ending(world, members).check();
        } catch (Violation | RuntimeException e) {
            throw new Violation(
                    "seed " + seed + ": " + e.getMessage() + "\n"
                            + String.join("\n", world.lines().newest()),
                    e);
        }
        world.counts().merge("blocks", world.invariants().blocks(), Long::sum);
        world.counts().merge("anchors seen", world.invariants().anchors(), Long::sum);
        world.counts().merge("messages", world.network().delivered(), Long::sum);
        world.counts()
                .merge("acknowledged", (long) world.invariants().acknowledged().size(), Long::sum);
        return new Outcome(seed, world.lines().hash(), world.counts());
    }

    private boolean step() {
        members.forEach(SimulatedMember::step);
        world.invariants().throwIfBroken();
        welcome();
        return true;
    }

    /// Who was let in starts its node.
    private void welcome() {
        MemberId guest = Founders.member(Founders.COUNT + 1);
        if (members.size() == Founders.COUNT
                && members.stream().anyMatch(m -> m.isUp() && m.reader().member(guest) != null)) {
            world.count("members added");
            add(guest).start();
        }
    }

    private void ask() {
        SimulatedMember member = members.get(world.random().nextInt(members.size()));
        if (member.isUp() && !member.isStill()) {
            if (!rests) {
                requests.ask(member);
            }
            requests.takeSeat(member);
        }
        deal();
    }

    private void deal() {
        SimulatedMember member = members.get(world.random().nextInt(members.size()));
        if (member.isUp() && !member.isStill() && !rests) {
            dealings.deal(member);
        }
    }

    private void recover() {
        long until = world.time().nowMs() + MOST_RECOVERY_MS;
        while (!isQuiet()) {
            if (world.time().nowMs() > until) {
                throw new Violation("the members do not recover: " + state());
            }
            world.time().run(1_000);
        }
        // What was decided last is certified by what comes after it.
        world.time().run(1_000);
    }

    private boolean isQuiet() {
        long height = members.getFirst().engine().height();
        return members.stream()
                        .allMatch(m -> m.isUp()
                                && m.isQuiet()
                                && m.ledger().isCertified()
                                && m.engine().height() == height)
                && devices.stream().allMatch(SimulatedDevice::isQuiet)
                && members.stream().allMatch(m -> m.mirrored().stream().allMatch(this::isMirrored));
    }

    /// A removed member, and one that has no log open yet, gives nothing out.
    private boolean isMirrored(MirrorState mirror) {
        return mirror.condition() == Condition.FOLLOWING && mirror.mirrored() == mirror.anchored()
                || members.stream().noneMatch(m -> m.id.equals(mirror.log().member()));
    }

    private String state() {
        StringBuilder text = new StringBuilder();
        members.forEach(m -> text.append(m.id)
                .append(m.isUp() ? " up " : " down ")
                .append(m.engine().height())
                .append(m.isQuiet() ? " quiet" : " busy")
                .append(m.ledger().isCertified() ? ", " : " uncertified, "));
        members.forEach(m -> m.mirrored().stream()
                .filter(mirror -> !isMirrored(mirror))
                .forEach(mirror ->
                        text.append(m.id).append(" mirrors ").append(mirror).append(", ")));
        members.forEach(m ->
                text.append("\n").append(m.id).append(": ").append(m.engine().standing()));
        devices.stream()
                .filter(d -> !d.isQuiet())
                .forEach(d -> text.append(d.id).append(" open, "));
        return text.toString();
    }
}
