package io.thingstead.node.strangers;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.faults.Patience;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.Log;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.storage.RocksStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// MQTT clients that nobody here wrote, each with a device that signs over MQTT 3.1.1, one over MQTT 5, and one with a
/// token: they send, take commands and answer them, and come back to a node that was killed. Nothing that was
/// acknowledged is lost, and no frame is stored twice, whatever a client sends again.
class ForeignClientsE2E {
    private static final int SOME = 5;
    private static final long PATIENCE_S = 180;
    private static final Map<String, List<ForeignClient.Library>> LIBRARIES = new LinkedHashMap<>();

    static {
        LIBRARIES.put("paho-java", List.of(PahoJava3::connect, PahoJava5::connect));
        LIBRARIES.put("hivemq", List.of(HiveMqClient::connect, HiveMqClient::connect));
        LIBRARIES.put("paho-python", List.of(PahoPython::connect, PahoPython::connect));
        LIBRARIES.put("mosquitto", List.of(MosquittoPrograms::connect, MosquittoPrograms::connect));
    }

    @TempDir
    private Path folder;

    private final List<SigningForeigner> signing = new ArrayList<>();
    private final List<TokenForeigner> tokens = new ArrayList<>();

    @Test
    void they_send_take_commands_and_come_back_to_a_node_that_was_killed() throws Exception {
        try (var node = new NodeProcess(folder)) {
            node.start();
            connect(node);
            sendAndObey(node, 1);
            long killed =
                    signing.stream().mapToLong(device -> device.accepted.size()).sum();
            node.kill();
            node.start();
            sendAndObey(node, 2);
            signing.forEach(SigningForeigner::stopMeasuring);
            for (SigningForeigner device : signing) {
                Patience.await(device.id + " has sent all", PATIENCE_S, device::hasSentAll);
                assertThat(device.trouble()).as(device.id.value()).isEmpty();
            }
            System.out.printf(
                    "ForeignClientsE2E: %d frames acknowledged before the kill, %d in all%n",
                    killed,
                    signing.stream().mapToLong(device -> device.accepted.size()).sum());
            node.stop();
            checkLog(node);
        } finally {
            for (SigningForeigner device : signing) {
                device.close();
            }
            for (TokenForeigner device : tokens) {
                device.close();
            }
        }
    }

    private void connect(NodeProcess node) throws Exception {
        LedgerId ledger =
                LedgerId.ofHex(node.get("/api/status").path("ledger").path("id").asText());
        VerifyingKey member =
                MemberKeys.open(node.data.resolve("keys")).of(KeyRole.NODE).key();
        for (var library : LIBRARIES.entrySet()) {
            for (int version : new int[] {3, 5}) {
                String name = library.getKey() + "-" + version;
                ForeignClient.Library client = library.getValue().get(version == 3 ? 0 : 1);
                signing.add(new SigningForeigner(node, name, ledger, member, folder, client, version == 5));
            }
            tokens.add(new TokenForeigner(
                    node, library.getKey() + "-token", library.getValue().getLast()));
        }
    }

    /// Each device sends some more, and executes a command.
    private void sendAndObey(NodeProcess node, int round) throws Exception {
        Map<DeviceId, Integer> before = new LinkedHashMap<>();
        signing.forEach(device -> before.put(device.id, device.accepted.size()));
        Map<String, String> commands = new LinkedHashMap<>();
        for (SigningForeigner device : signing) {
            commands.put(device.id.value(), node.command(device.id.value(), "turn", round));
        }
        for (TokenForeigner device : tokens) {
            device.measure(20.5 + round);
            commands.put(device.id.value(), node.command(device.id.value(), "turn", round));
        }
        for (var command : commands.entrySet()) {
            Patience.await(command.getKey() + " executes command " + round, PATIENCE_S, () -> {
                var standing = node.get(command.getValue());
                return standing.path("state").asText().equals("executed")
                        && standing.toString().contains("\"result\":" + round);
            });
        }
        for (SigningForeigner device : signing) {
            Patience.await(
                    device.id + " sends in round " + round,
                    PATIENCE_S,
                    () -> device.accepted.size() >= before.get(device.id) + SOME);
        }
        for (TokenForeigner device : tokens) {
            Patience.await(
                    device.id + " sends in round " + round, PATIENCE_S, () -> device.acknowledged.get() >= round);
        }
    }

    private void checkLog(NodeProcess node) {
        try (var store = RocksStore.open(node.data.resolve("store"), trouble -> {
            throw new AssertionError(trouble);
        })) {
            StoredLedger ledger = StoredLedger.open(store);
            ledger.show(ledger.info().height());
            var record = Objects.requireNonNull(ledger.reader().log(new LogId(new MemberId("acme"), 1)));
            LogReader log = Log.read(record.log(), record.origin(), store);
            for (SigningForeigner device : signing) {
                assertThat(device.accepted)
                        .as(device.id.value())
                        .allSatisfy(n -> assertThat(log.find(device.id, n)).isPresent());
            }
            Set<String> seen = new HashSet<>();
            for (long from = 0; from < log.size(); ) {
                for (LeafRecord leaf : log.leaves(from, 1_000)) {
                    assertThat(seen.add(leaf.stream() + " " + leaf.n()))
                            .as("frame %d of %s stands once", leaf.n(), leaf.stream())
                            .isTrue();
                    from = leaf.index() + 1;
                }
            }
            for (TokenForeigner device : tokens) {
                assertThat(seen.stream().filter(leaf -> leaf.contains(device.id.value())))
                        .as(device.id.value())
                        .hasSizeGreaterThanOrEqualTo(2);
            }
        }
    }
}
