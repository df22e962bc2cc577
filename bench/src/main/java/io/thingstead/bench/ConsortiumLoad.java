package io.thingstead.bench;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.MemberCore;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.Grant;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// What the members of a measured ledger ask of it: registrations of devices, each of which makes the state grow, and
/// grants to read one of many devices, each of which looks at three entries of the state and writes a fourth.
final class ConsortiumLoad {
    private static final int DEVICES_EACH = 1_024;
    private static final int AT_A_TIME = 256;
    private static final int LONGEST_NAME = 64;
    private static final long DAY_MS = 86_400_000;
    private static final long SOME_TIME_MS = 1_700_000_000_000L;

    private final List<MemberCore> members;
    private final AtomicLong numbers = new AtomicLong();

    private ConsortiumLoad(List<MemberCore> members) {
        this.members = members;
    }

    /// Registers the devices that grants are about.
    static ConsortiumLoad prepare(List<MemberCore> members) {
        ConsortiumLoad load = new ConsortiumLoad(members);
        for (MemberCore member : members) {
            for (int from = 0; from < DEVICES_EACH; from += AT_A_TIME) {
                List<Action> registrations = new ArrayList<>();
                for (int i = from; i < from + AT_A_TIME; i++) {
                    registrations.add(RegisterDevice.withToken(granted(member, i)));
                }
                ask(member, registrations);
            }
        }
        return load;
    }

    /// With the longest name that a device may have, so that a grant has about 160 bytes.
    private static DeviceId granted(MemberCore member, int number) {
        String name = "granted-" + number + "-";
        return new DeviceId(member.member(), name + "x".repeat(LONGEST_NAME - name.length()));
    }

    /// Waits until the ledger has decided.
    static void ask(MemberCore member, List<? extends Action> actions) {
        member.registrar().ask(actions).ifPresent(refused -> {
            throw new IllegalStateException("the bench was refused: " + refused);
        });
    }

    List<Action> registrations(MemberCore member, int count) {
        List<Action> actions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            DeviceId device = new DeviceId(member.member(), "device-" + numbers.incrementAndGet());
            actions.add(RegisterDevice.withToken(device));
        }
        return actions;
    }

    List<Action> grants(MemberCore member, int count) {
        List<MemberCore> others =
                members.stream().filter(other -> other != member).toList();
        List<Action> actions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long number = numbers.incrementAndGet();
            MemberCore to = others.get((int) (number / DEVICES_EACH % others.size()));
            long from = SOME_TIME_MS + number;
            actions.add(new Grant(granted(member, (int) (number % DEVICES_EACH)), to.member(), from, from + DAY_MS));
        }
        return actions;
    }
}
