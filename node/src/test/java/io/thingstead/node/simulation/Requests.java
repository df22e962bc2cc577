package io.thingstead.node.simulation;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.NamedKeys;
import io.thingstead.node.ledger.DecisionRecord;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.action.AddMember;
import io.thingstead.node.ledger.action.Approve;
import io.thingstead.node.ledger.action.Grant;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RemoveMember;
import io.thingstead.node.ledger.action.TakeSeat;
import java.util.List;

/// What members ask of their ledger in a simulation, sensible or not: devices, grants, decisions about who belongs to
/// them, seats, and things that nobody may have.
final class Requests {
    private final World world;
    private final boolean mayRemove;
    private int devices;
    private boolean hasProposedToRemove;

    /// @param mayRemove whether the members may become fewer
    Requests(World world, boolean mayRemove) {
        this.world = world;
        this.mayRemove = mayRemove;
    }

    /// This member asks for something.
    void ask(SimulatedMember member) {
        switch (world.random().nextInt(8)) {
            case 0 -> member.ask(RegisterDevice.withToken(DeviceId.of(member.id + ":t" + devices++)));
            case 1 ->
                member.ask(new Grant(
                        Founders.device(member.id, 1),
                        anyMember(),
                        world.random().nextInt(1_000),
                        null));
            case 2 -> propose(member);
            case 3 -> world.trace("nonsense of " + member.id + nonsense(member));
            default -> approveAll(member);
        }
    }

    private MemberId anyMember() {
        return Founders.member(1 + world.random().nextInt(Founders.COUNT));
    }

    private void propose(SimulatedMember member) {
        var identity = List.of(member.keys.of(KeyRole.IDENTITY));
        if (mayRemove && !hasProposedToRemove && world.random().nextInt(3) == 0) {
            hasProposedToRemove = true;
            member.ask(identity, new Propose(member.id, new RemoveMember(anyMember())));
        } else {
            MemberId guest = Founders.member(Founders.COUNT + 1);
            var wish = new AddMember(Founders.registration(guest), new Endpoint("guest:1", "guest:2"));
            member.ask(identity, new Propose(member.id, wish));
        }
    }

    private void approveAll(SimulatedMember member) {
        for (DecisionRecord decision : member.reader().decisions()) {
            if (decision.isOpen() && !decision.approvals().contains(member.id)) {
                member.ask(List.of(member.keys.of(KeyRole.IDENTITY)), new Approve(member.id, decision.number()));
            }
        }
    }

    /// Refused at the door or on the ledger, with no effect.
    private String nonsense(SimulatedMember member) {
        switch (world.random().nextInt(3)) {
            case 0 -> member.engine().submit(world.nonce());
            case 1 -> member.ask(List.of(NamedKeys.key("nobody")), RegisterDevice.withToken(DeviceId.of("m1:none")));
            default -> member.ask(RegisterDevice.withToken(DeviceId.of(anyMember() + ":none-" + devices++)));
        }
        return "";
    }

    /// A member that was let in and does not vote yet takes its seat.
    void takeSeat(SimulatedMember member) {
        boolean registered =
                member.reader().member(member.id) != null && !member.reader().isRemoved(member.id);
        if (registered && !member.reader().validators().has(member.id)) {
            member.ask(List.of(member.keys.of(KeyRole.NODE), member.keys.of(KeyRole.ENGINE)), new TakeSeat(member.id));
        }
    }
}
