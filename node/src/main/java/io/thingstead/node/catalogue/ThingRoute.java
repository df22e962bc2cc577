package io.thingstead.node.catalogue;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import io.thingstead.node.ledger.GrantRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.view.live.LiveState;
import java.util.Optional;

/// `/things/<name>`: what a member tells another of a device that it granted to it; only what was received within the
/// grant.
public record ThingRoute(MemberId self, LedgerReader ledger, LiveState live) implements MemberRoute {
    @Override
    public String prefix() {
        return "/things/";
    }

    @Override
    public MemberAnswer answer(MemberId asking, String path) {
        Optional<DeviceId> device = DeviceId.parse(self + ":" + path);
        Optional<GrantRecord> granted = device.flatMap(id -> ledger.grants(id).stream()
                .filter(grant -> grant.grantee().equals(asking))
                .findFirst());
        if (device.isEmpty() || granted.isEmpty()) {
            // Who may not read a device is not told either whether it is there.
            return MemberAnswer.no(403, "not granted");
        }
        var quantities = live.device(device.get()).stream()
                .flatMap(view -> view.latest().stream())
                .filter(reading -> granted.get().covers(reading.receivedMs()))
                .map(Quantity::of)
                .toList();
        return MemberAnswer.ok(MemberAnswer.JSON, new ToldDevice(device.get().value(), quantities).encode());
    }
}
