package io.thingstead.node;

import io.thingstead.node.api.NodeState;
import io.thingstead.node.api.NodeState.Listener;
import io.thingstead.node.backup.LastBackup;
import io.thingstead.node.ingest.mqtt.MqttTransport;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.storage.FolderVersion;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.upgrade.Upgrade;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntSupplier;

/// What a node tells of itself as it runs.
///
/// @param httpPort asked once the listener knows it
/// @param startedMs when it was started
record OwnState(
        Path folder,
        NodeConfig config,
        MemberCore core,
        Tls tls,
        MqttTransport mqtt,
        IntSupplier httpPort,
        long startedMs) {

    NodeState now() {
        int kept = Upgrade.kept(folder);
        OptionalLong backup = LastBackup.madeMs(folder);
        RocksStore store = core.rocks();
        var heap = Runtime.getRuntime();
        return new NodeState(
                MemberCore.version(),
                FolderVersion.of(folder),
                kept == FolderVersion.NONE ? null : kept,
                config.domainName(),
                startedMs,
                listeners(),
                tls.shown().orElse(null),
                !config.signIn().isOpen(),
                new NodeState.Disk(store.freeBytes(), RocksStore.RESERVE_BYTES, store.sizeBytes()),
                new NodeState.Memory(
                        ResidentMemory.isKnown() ? ResidentMemory.bytes() : null,
                        heap.totalMemory() - heap.freeMemory(),
                        heap.maxMemory()),
                backup.isPresent() ? backup.getAsLong() : null);
    }

    private List<Listener> listeners() {
        List<Listener> all = new ArrayList<>();
        boolean secured = tls.fingerprint().isPresent();
        all.add(new Listener(
                "pages and programs", config.httpListen().hostOrLoopback(), httpPort.getAsInt(), secured, "http"));
        all.add(new Listener("devices, MQTT", config.mqttListen().hostOrLoopback(), mqtt.port(), false, "mqtt"));
        if (secured)
            all.add(new Listener(
                    "devices, MQTT with TLS",
                    config.mqttTlsListen().hostOrLoopback(),
                    mqtt.securedPort(),
                    true,
                    "tls"));
        int members = core.exchange().port();
        if (members != 0)
            all.add(new Listener(
                    "other members' nodes", config.membersListen().hostOrLoopback(), members, true, "members"));
        String engine = core.ledger().era(core.ledger().head().era()).engine();
        if (!engine.equals(EraRecord.SOLO)) {
            String listen = config.engineListen();
            int colon = listen.lastIndexOf(':');
            // The engines encrypt and authenticate what they say to each other themselves.
            all.add(new Listener(
                    "other members' engines",
                    listen.substring(0, colon),
                    Integer.parseInt(listen, colon + 1, listen.length(), 10),
                    true,
                    "engine"));
        }
        return all;
    }
}
