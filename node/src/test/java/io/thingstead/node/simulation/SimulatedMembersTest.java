package io.thingstead.node.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.Approve;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RemoveMember;
import io.thingstead.node.simulation.Invariants.Acknowledged;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Single courses of events among four whole members, in virtual time.
class SimulatedMembersTest {
    private final World world = World.of(new Random(7), Bugs.NONE, Conduct.HONEST, false);
    private final List<SimulatedMember> members = Founders.members().stream()
            .map(id -> new SimulatedMember(id, Founders.keys(id), Founders.disk(), world))
            .toList();

    @BeforeEach
    void start() {
        members.forEach(SimulatedMember::start);
        world.time().every(20, () -> {
            members.forEach(SimulatedMember::step);
            world.invariants().throwIfBroken();
            return true;
        });
        world.time().every(1_000, () -> {
            members.forEach(SimulatedMember::anchor);
            return true;
        });
        world.time().run(1_000);
    }

    private SimulatedMember member(int number) {
        return members.get(number - 1);
    }

    private TransactionResult done(CompletableFuture<TransactionResult> asked) {
        for (int i = 0; i < 100 && !asked.isDone(); i++) {
            world.time().run(100);
        }
        assertThat(asked).isDone();
        return asked.join();
    }

    private TransactionResult asIdentity(SimulatedMember member, Action action) {
        return done(member.ask(List.of(member.keys.of(KeyRole.IDENTITY)), action));
    }

    @Test
    void who_waits_at_a_removed_member_is_told_so() {
        SimulatedMember removed = member(4);
        asIdentity(member(1), new Propose(member(1).id, new RemoveMember(removed.id)));
        asIdentity(member(2), new Approve(member(2).id, 1));
        TransactionResult decision = asIdentity(member(3), new Approve(member(3).id, 1));
        assertThat(decision.happened()).isTrue();
        world.time().run(1_000);
        // Its identity key is still one on the ledger, so that the transaction alone would be taken: its batch is not.
        TransactionResult late = asIdentity(removed, RegisterDevice.withToken(Founders.device(removed.id, 9)));
        assertThat(late.firstRefusal().orElseThrow().code()).isEqualTo(Refusal.MEMBER_REMOVED);
        assertThat(removed.engine().isLanded()).isTrue();
    }

    @Test
    void with_two_of_four_away_readings_are_taken_and_become_final_when_they_return() {
        member(3).crash("away");
        member(4).crash("away");
        long height = member(1).reader().head().height();
        var device = new SimulatedDevice(Founders.device(member(1).id, 1), member(1), world);
        for (int i = 0; i < 100; i++) {
            device.act();
            world.time().run(300);
        }
        var taken = List.copyOf(world.invariants().acknowledged().values());
        assertThat(taken).hasSizeGreaterThan(5);
        assertThat(member(1).reader().head().height())
                .as("nobody decides anything meanwhile")
                .isEqualTo(height);
        member(3).start();
        member(4).start();
        device.rest();
        for (int i = 0; i < 60; i++) {
            device.act();
            world.time().run(1_000);
        }
        for (Acknowledged one : taken) {
            long index = one.receipt().index();
            assertThat(member(4)
                            .reader()
                            .anchorCovering(member(1).log().reader().id(), index))
                    .isPresent();
        }
        new Ending(world, members).check();
    }
}
