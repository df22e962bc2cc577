package io.thingstead.node;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.comet.CometEngine;
import io.thingstead.node.consensus.comet.CometNames;
import io.thingstead.node.consensus.comet.CometProgram;
import io.thingstead.node.consensus.comet.CometSettings;
import io.thingstead.node.consensus.solo.SoloEngine;
import io.thingstead.node.consortium.ConsortiumFile;
import io.thingstead.node.consortium.FoundingPlan.Address;
import io.thingstead.node.ledger.EraRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Makes the engine that the ledger's era asks for.
final class Engines {
    private Engines() {}

    static ConsensusEngine of(
            Path folder,
            NodeConfig config,
            StoredLedger ledger,
            MemberKeys keys,
            LongSupplier clockMs,
            Consumer<Throwable> onFailure) {
        if (ledger.info().era().engine().equals(EraRecord.SOLO)) {
            return new SoloEngine(ledger, keys.of(KeyRole.ENGINE), clockMs, onFailure);
        }
        Path program = CometProgram.find(config.engineProgram())
                .orElseThrow(() -> new NodeConfig.ConfigException("this ledger is shared by several members, and the"
                        + " consensus engine CometBFT v" + CometProgram.VERSION
                        + " is not on this machine: run `thingstead engine install`"));
        List<Address> addresses = ConsortiumFile.addresses(folder);
        String own = CometNames.peerId(keys.of(KeyRole.PEER).key());
        List<String> peers = addresses.stream()
                .filter(address -> !address.peerId().equals(own))
                .map(Address::peer)
                .toList();
        var settings = new CometSettings(
                program,
                folder.resolve("engine"),
                config.engineListen(),
                peers,
                ConsensusEngine.EMPTY_BLOCK_MS,
                CometSettings.TIMEOUT_PROPOSE_MS,
                CometSettings.KEEP_BLOCKS);
        return new CometEngine(
                ledger,
                settings,
                config.memberId(),
                keys.of(KeyRole.NODE),
                keys.of(KeyRole.ENGINE),
                keys.of(KeyRole.PEER),
                ofMembers(ledger, addresses),
                clockMs,
                onFailure);
    }

    /// Those of the founders, and those that the ledger knows.
    private static Predicate<String> ofMembers(StoredLedger ledger, List<Address> addresses) {
        Set<String> founders = addresses.stream().map(Address::peerId).collect(Collectors.toSet());
        return peer -> founders.contains(peer)
                || ledger.reader().members().stream()
                        .flatMap(member -> member.key(KeyRole.PEER).stream())
                        .map(thumbprint -> ledger.reader().key(thumbprint))
                        .anyMatch(key -> key != null
                                && key.inForce()
                                && CometNames.peerId(key.key()).equals(peer));
    }
}
