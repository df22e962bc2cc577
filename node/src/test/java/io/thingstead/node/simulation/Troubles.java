package io.thingstead.node.simulation;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.simulated.SimulatedNetwork.Weather;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// What befalls members in a simulation: crashes, failed and lost writes, standstill, bad lines, partitions, wrong
/// clocks, an engine that lost its blocks.
final class Troubles {
    private static final long HOUR_MS = 3_600_000;

    private final World world;
    private final List<SimulatedMember> members;
    /// The one whose engine may lose its blocks: where all do, there is nobody to have them from.
    private final MemberId losesBlocks;

    private boolean over;

    Troubles(World world, List<SimulatedMember> members) {
        this.world = world;
        this.members = members;
        this.losesBlocks = Founders.member(1 + world.random().nextInt(Founders.COUNT));
    }

    /// One more.
    void strike() {
        if (over) {
            return;
        }
        Random random = world.random();
        SimulatedMember member = members.get(random.nextInt(members.size()));
        switch (random.nextInt(12)) {
            case 0, 1 -> crash(member, "killed");
            case 2, 3, 4 -> member.failWrite(1 + random.nextInt(12));
            case 5 -> stand(member);
            case 6 -> weather();
            case 7 -> part();
            case 8 -> cutOneWay(member);
            case 9 -> clock(member);
            case 10 -> {
                if (member.id.equals(losesBlocks) && member.isUp()) {
                    crash(member, "killed, and its engine's blocks are lost");
                    member.engineDisk.loseBlocks();
                    world.count("engines that lost their blocks");
                }
            }
            default -> {
                world.trace("the lines are whole");
                world.network().heal();
            }
        }
    }

    private void crash(SimulatedMember member, String why) {
        member.crash(why);
    }

    private void stand(SimulatedMember member) {
        if (member.isUp() && !member.isStill()) {
            world.count("standstills");
            world.trace(member.id + " stands still");
            member.stand(true);
            world.time().in(500 + world.random().nextInt(8_000), () -> {
                if (member.isUp() && member.isStill()) {
                    member.stand(false);
                }
            });
        }
    }

    private void weather() {
        Random random = world.random();
        var weather = new Weather(random.nextInt(35), random.nextInt(20), 1 + random.nextInt(700));
        world.trace("weather " + weather);
        world.network().weather(weather);
    }

    private void part() {
        List<MemberId> all = new ArrayList<>(members.stream().map(m -> m.id).toList());
        Collections.shuffle(all, world.random());
        int cut = 1 + world.random().nextInt(all.size() - 1);
        List<List<MemberId>> groups = List.of(all.subList(0, cut), all.subList(cut, all.size()));
        world.count("partitions");
        world.trace("parted " + groups);
        world.network().part(groups);
    }

    private void cutOneWay(SimulatedMember from) {
        MemberId to = members.get(world.random().nextInt(members.size())).id;
        world.trace("cut " + from.id + " to " + to);
        world.network().cut(from.id, to);
    }

    private void clock(SimulatedMember member) {
        long[] wrong = {HOUR_MS, -HOUR_MS, 10_000, -10_000, 0};
        member.clockAheadMs = wrong[world.random().nextInt(wrong.length)];
        world.trace(member.id + " has its clock ahead by " + member.clockAheadMs);
    }

    /// Everything is well again, and stays so.
    void end() {
        over = true;
        world.trace("all is well");
        world.network().heal();
        for (SimulatedMember member : members) {
            member.clockAheadMs = 0;
            member.failWrite(0);
            if (!member.isUp()) {
                member.start();
            } else if (member.isStill()) {
                member.stand(false);
            }
        }
    }

    /// Whoever is down comes back, sooner or later.
    void restart() {
        for (SimulatedMember member : members) {
            if (!member.isUp() && world.random().nextInt(4) == 0) {
                member.start();
            }
        }
    }
}
