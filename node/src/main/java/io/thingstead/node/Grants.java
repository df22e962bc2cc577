package io.thingstead.node;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.api.Granting;
import io.thingstead.node.ledger.action.Grant;
import io.thingstead.node.ledger.action.RevokeGrant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Grants for the HTTP interface: on the ledger with the member's node key.
record Grants(Registrar registrar) implements Granting {
    @Override
    public Optional<Refused> grant(DeviceId device, MemberId to, long fromMs, @Nullable Long toMs) {
        return registrar.ask(List.of(new Grant(device, to, fromMs, toMs)));
    }

    @Override
    public Optional<Refused> revoke(DeviceId device, MemberId from) {
        return registrar.ask(List.of(new RevokeGrant(device, from)));
    }
}
