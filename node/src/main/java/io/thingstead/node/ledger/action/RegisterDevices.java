package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.Event;
import java.util.ArrayList;
import java.util.List;

/// Registers many devices at once, all or none.
public record RegisterDevices(List<RegisterDevice> devices) implements Action {
    static final int TYPE = 5;

    public static final int MAX_DEVICES = 1_000;

    public RegisterDevices {
        devices = List.copyOf(devices);
    }

    static RegisterDevices read(CborReader in) {
        int count = in.readArray(MAX_DEVICES);
        if (count == 0) {
            throw new CborMalformed("no devices");
        }
        List<RegisterDevice> devices = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            devices.add(RegisterDevice.read(in));
        }
        return new RegisterDevices(devices);
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "register-devices";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(devices.size());
        devices.forEach(device -> device.writeBody(out));
    }

    @Override
    public List<String> subjects() {
        return devices.stream()
                .map(d -> Draft.subject(d.device().member()))
                .distinct()
                .limit(Event.MAX_SUBJECTS)
                .toList();
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        List<MemberId> members =
                devices.stream().map(d -> d.device().member()).distinct().toList();
        for (MemberId member : members) {
            if (!draft.isSignedBy(request.signers(), member, KeyRole.NODE, KeyRole.IDENTITY)) {
                return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "only " + member + " registers its devices");
            }
            Refused removal = MemberStanding.removal(member, draft);
            if (removal != null) {
                return new Outcome.Declined(removal);
            }
        }
        for (RegisterDevice device : devices) {
            Outcome outcome = device.register(request, draft);
            if (outcome instanceof Outcome.Declined) {
                return outcome;
            }
        }
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Register " + devices.size() + " devices";
    }
}
