package io.thingstead.node;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.EngineKeys;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.comet.CometEngine;
import io.thingstead.node.consensus.comet.CometNames;
import io.thingstead.node.consensus.comet.CometProgram;
import io.thingstead.node.consensus.comet.CometSettings;
import io.thingstead.node.consensus.solo.SoloEngine;
import io.thingstead.node.consortium.Admission;
import io.thingstead.node.consortium.ConsortiumFile;
import io.thingstead.node.consortium.FoundingPlan.Address;
import io.thingstead.node.exchange.Exchange;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.MemberRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// Makes the engine that the ledger's era asks for.
final class Engines {
    private Engines() {}

    static ConsensusEngine of(
            Path folder,
            NodeConfig config,
            StoredLedger ledger,
            MemberKeys keys,
            EngineKeys engineKeys,
            Exchange exchange,
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
        Path home = folder.resolve("engine");
        // Where the others are is read from the ledger as it stands, certified again or not.
        ledger.show(ledger.info().height());
        var settings = new CometSettings(
                program,
                home,
                config.engineListen(),
                peers(ledger.reader(), addresses, config.memberId()),
                ConsensusEngine.EMPTY_BLOCK_MS,
                CometSettings.TIMEOUT_PROPOSE_MS,
                config.engineKeepBlocks(),
                config.engineSnapshotEvery(),
                CometSettings.FAR_BEHIND);
        var engine = new CometEngine(
                ledger,
                settings,
                config.memberId(),
                keys.of(KeyRole.NODE),
                engineKeys,
                keys.of(KeyRole.PEER),
                ofMembers(ledger, addresses),
                clockMs,
                onFailure);
        exchange.offer(engine.route());
        Admission.read(home).ifPresent(told -> engine.trusting(told.height(), told.headerHash()));
        return engine.catchingUpBy(exchange);
    }

    /// Where the other members' engines are: as the ledger says, else as the founders told each other.
    private static List<String> peers(LedgerReader ledger, List<Address> addresses, MemberId self) {
        Map<String, String> peers = new TreeMap<>();
        for (Address address : addresses) {
            peers.put(address.member(), address.peer());
        }
        for (MemberRecord member : ledger.members()) {
            String name = member.member().value();
            var endpoint = ledger.endpoint(member.member());
            var key = member.key(KeyRole.PEER).map(ledger::key).filter(KeyRecord::inForce);
            if (ledger.isRemoved(member.member())) {
                peers.remove(name);
            } else if (endpoint.isPresent() && key.isPresent()) {
                peers.put(
                        name,
                        new Address(
                                        name,
                                        CometNames.peerId(key.get().key()),
                                        endpoint.get().engine())
                                .peer());
            }
        }
        peers.remove(self.value());
        return List.copyOf(peers.values());
    }

    /// Those of the founders, and those that the ledger knows; none of a member that was removed.
    private static Predicate<String> ofMembers(StoredLedger ledger, List<Address> addresses) {
        LedgerReader reader = ledger.reader();
        return peer -> addresses.stream()
                        .anyMatch(founder ->
                                founder.peerId().equals(peer) && !reader.isRemoved(new MemberId(founder.member())))
                || reader.members().stream()
                        .flatMap(member -> member.key(KeyRole.PEER).stream())
                        .map(reader::key)
                        .anyMatch(key -> key != null
                                && key.inForce()
                                && CometNames.peerId(key.key()).equals(peer));
    }
}
