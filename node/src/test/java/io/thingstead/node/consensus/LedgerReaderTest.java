package io.thingstead.node.consensus;

import static io.thingstead.node.consensus.TestChain.LOG;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.merkle.StateProof;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.proof.AppHash;
import io.thingstead.kit.proof.SoloCertificate;
import io.thingstead.kit.proof.SoloHeader;
import io.thingstead.node.ledger.CommittedBlock;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LedgerReader.CertifiedHead;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.action.AnchorCheckpoint;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterDevices;
import io.thingstead.node.ledger.action.RevokeDeviceKey;
import io.thingstead.node.storage.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the rest of the node sees of the ledger, and that it can be proven.
class LedgerReaderTest {
    private final MemoryStore.Disk disk = new MemoryStore.Disk();
    private TestChain chain;
    private LedgerReader reader;

    @BeforeEach
    void found() {
        chain = TestChain.founded(new MemoryStore(disk));
        reader = chain.reader();
    }

    /// Computes the app hash from an event and a state value (or its absence), as a verifier does.
    private static byte[] appHash(CertifiedHead head, Event event, byte[] stateRoot) {
        byte[] eventsRoot = MerkleVerifier.rootFromInclusion(
                MerkleTree.leafHash(event.leaf()),
                event.number(),
                head.head().eventsSize(),
                head.eventPath(event.number()).orElseThrow());
        return AppHash.of(AppHash.RULES_VERSION, head.head().eventsSize(), eventsRoot, stateRoot);
    }

    private static byte[] stateRoot(CertifiedHead head, String stateKey) {
        var proven = head.prove(stateKey).orElseThrow();
        return StateProof.decode(proven.proof())
                .orElseThrow()
                .rootFor(StateKeys.bytes(stateKey), StateMap.valueHash(proven.value()));
    }

    @Test
    void everything_is_proven_under_the_certified_header_also_long_after() {
        SigningKey box = SigningKey.generate(Algorithm.ED25519);
        chain.block(chain.transaction(chain.key(KeyRole.NODE), chain.device("acme:box", box)));
        String stateKey = StateKeys.key(box.key().thumbprint());
        CertifiedHead head = reader.certified().orElseThrow();
        for (int i = 0; i < 30; i++) {
            chain.block(chain.registration("acme:bay-" + i));
        }
        chain.refusal(
                chain.key(KeyRole.NODE),
                new RevokeDeviceKey(DeviceId.of("acme:box"), box.key().thumbprint(), 1));
        for (CertifiedHead at : List.of(head, reader.certified().orElseThrow())) {
            var certificate = (SoloCertificate) at.certificate();
            SoloHeader header = certificate.header();
            assertThat(header.isSignedBy(chain.key(KeyRole.ENGINE).key(), certificate.signature()))
                    .isTrue();
            assertThat(header.height()).isEqualTo(at.head().height());
            assertThat(header.hash()).isEqualTo(at.head().headerHash());
            for (Event event : reader.events(0, (int) at.head().eventsSize())) {
                assertThat(appHash(at, event, stateRoot(at, stateKey))).isEqualTo(header.appHash());
            }
            String absent = "key/" + "00".repeat(32);
            StateProof absence =
                    StateProof.decode(at.proveAbsence(absent).orElseThrow()).orElseThrow();
            byte[] rootWithout = absence.rootWithout(StateKeys.bytes(absent));
            assertThat(appHash(at, reader.event(0).orElseThrow(), rootWithout)).isEqualTo(header.appHash());
            assertThat(at.prove(absent)).isEmpty();
            assertThat(at.proveAbsence(stateKey)).isEmpty();
        }
        assertThat(head.prove(stateKey).orElseThrow().value())
                .as("the old head still shows the key in force")
                .isNotEqualTo(reader.certified()
                        .orElseThrow()
                        .prove(stateKey)
                        .orElseThrow()
                        .value());
    }

    @Test
    void every_leaf_finds_the_anchor_that_made_it_final() {
        int[] sizes = {1, 4, 5, 100, 300};
        List<byte[]> leaves = IntStream.range(0, 300)
                .mapToObj(i -> MerkleTree.leafHash(new byte[] {(byte) i, (byte) (i >> 8)}))
                .toList();
        assertThat(reader.anchorCovering(LOG, 0)).isEmpty();
        int from = 0;
        for (int to : sizes) {
            List<byte[]> proof = MerkleTree.consistencyProof(
                    (level, index) ->
                            MerkleTree.root(leaves.subList((int) (index << level), (int) ((index + 1) << level))),
                    from,
                    to);
            assertThat(chain.refusal(
                            chain.key(KeyRole.LOG),
                            new AnchorCheckpoint(LOG, from, to, MerkleTree.root(leaves.subList(0, to)), proof)))
                    .isNull();
            from = to;
        }
        for (int index = 0; index < 300; index++) {
            Event.Anchor anchor =
                    reader.anchorCovering(LOG, index).orElseThrow().anchor().orElseThrow();
            assertThat((long) index).isBetween(anchor.fromSize(), anchor.toSize() - 1);
        }
        assertThat(reader.anchorCovering(LOG, 300)).isEmpty();
        assertThat(reader.log(LOG).size()).isEqualTo(300);
        assertThat(reader.logs()).extracting(l -> l.log()).containsExactly(LOG);
    }

    @Test
    void devices_are_listed_by_name_page_by_page() {
        List<RegisterDevice> many = IntStream.range(0, 95)
                .mapToObj(i -> RegisterDevice.withToken(DeviceId.of("acme:d-" + i)))
                .toList();
        chain.block(chain.transaction(chain.key(KeyRole.NODE), new RegisterDevices(many)));
        List<DeviceRecord> all = new ArrayList<>();
        List<DeviceRecord> page = reader.devices(null, 10);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = reader.devices(all.getLast().device(), 10);
        }
        assertThat(all)
                .hasSize(95)
                .extracting(d -> d.device().value())
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(reader.deviceCount()).isEqualTo(95);
        assertThat(chain.reopened(new MemoryStore(disk)).reader().deviceCount()).isEqualTo(95);
    }

    @Test
    void a_subjects_history_is_told_newest_first() {
        SigningKey box = SigningKey.generate(Algorithm.ED25519);
        chain.block(chain.transaction(chain.key(KeyRole.NODE), chain.device("acme:box", box)));
        chain.block(chain.registration("acme:box-2"));
        chain.block(chain.registration("acme:box"));
        chain.refusal(
                chain.key(KeyRole.NODE),
                new RevokeDeviceKey(DeviceId.of("acme:box"), box.key().thumbprint(), 2));
        List<Event> history = reader.history("device/acme:box", 10);
        assertThat(history)
                .extracting(Event::inWords)
                .satisfiesExactly(
                        newest -> assertThat(newest).endsWith("was revoked (stolen)"),
                        refused -> assertThat(refused).contains("device.exists"),
                        first -> assertThat(first).contains("was registered"));
        assertThat(reader.history("device/acme:box", history.get(1).number(), 10))
                .hasSize(1);
        assertThat(reader.history("device/acme:box", 2)).hasSize(2);
        assertThat(reader.history("device/acme:bo", 10)).isEmpty();
        assertThat(reader.history("member/acme", 10)).hasSize(2);
    }

    @Test
    void keys_are_found_by_thumbprint_and_by_hint() {
        SigningKey box = SigningKey.generate(Algorithm.ES256);
        assertThat(reader.key(box.key().thumbprint())).isNull();
        chain.block(chain.transaction(chain.key(KeyRole.NODE), chain.device("acme:box", box)));
        assertThat(reader.key(box.key().thumbprint()).owner()).isEqualTo("acme:box");
        assertThat(reader.keysByHint(box.key().kid())).hasSize(1);
        assertThat(chain.reopened(new MemoryStore(disk))
                        .reader()
                        .keysByHint(box.key().kid()))
                .hasSize(1);
        chain.refusal(
                chain.key(KeyRole.NODE),
                new RevokeDeviceKey(DeviceId.of("acme:box"), box.key().thumbprint(), 1));
        assertThat(reader.key(box.key().thumbprint()).inForce()).isFalse();
    }

    @Test
    void listeners_hear_of_each_block_until_they_end() {
        List<CommittedBlock> heard = new ArrayList<>();
        var subscription = reader.onBlock(heard::add);
        chain.block(chain.registration("acme:one"), chain.registration("acme:two"));
        chain.block();
        subscription.close();
        chain.block();
        assertThat(heard).extracting(b -> b.head().height()).containsExactly(2L, 3L);
        assertThat(heard.getFirst().events()).hasSize(2);
        assertThat(heard.getLast().events()).isEmpty();
    }

    @Test
    void the_trust_file_names_the_engine_key_and_the_newest_block() {
        chain.block(chain.registration("acme:one"));
        var trust = reader.trust(42);
        assertThat(trust.asOf()).isEqualTo(42);
        assertThat(trust.headerHash()).isEqualTo(reader.head().headerHash());
        assertThat(trust.eras().getFirst().members().getFirst().engineKey())
                .isEqualTo(chain.key(KeyRole.ENGINE).key());
    }
}
