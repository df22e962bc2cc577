package io.thingstead.node.ingest;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.ledger.LedgerReader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Remembers which devices are on the ledger, so that a gateway's frame does not ask the store each time. The ledger
/// never forgets a device, so what was true stays true; what was not found is asked for again.
final class KnownDevices {
    private static final int MOST = 100_000;

    private final LedgerReader ledger;
    private final Set<DeviceId> known = ConcurrentHashMap.newKeySet();

    KnownDevices(LedgerReader ledger) {
        this.ledger = ledger;
    }

    boolean isKnown(DeviceId device) {
        if (known.contains(device)) {
            return true;
        }
        if (ledger.device(device) == null) {
            return false;
        }
        if (known.size() >= MOST) {
            known.clear();
        }
        known.add(device);
        return true;
    }
}
