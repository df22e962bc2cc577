package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.merkle.StateProof;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.proof.AppHash;
import io.thingstead.kit.proof.SoloHeader;
import io.thingstead.node.consensus.solo.SoloEngine;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.AnchorCheckpoint;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RevokeDeviceKey;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.Store;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoloLedgerTest {
    private static final MemberId ACME = new MemberId("acme");
    private static final LogId LOG = new LogId(ACME, 1);

    @TempDir
    Path folder;

    private final MemberKeys keys = MemberKeys.generate();
    private Store store;
    private StoredLedger stored;
    private SoloEngine engine;
    private LedgerId ledger;

    @BeforeEach
    void found() throws Exception {
        store = RocksStore.open(folder, failure -> {});
        ledger = Founding.found(store, ACME, "acme.example", keys, now());
        start();
    }

    @AfterEach
    void stop() {
        engine.close();
        store.close();
    }

    private void start() {
        stored = StoredLedger.open(store);
        engine = new SoloEngine(stored, keys.of(KeyRole.ENGINE), SoloLedgerTest::now, e -> {
            throw new IllegalStateException(e);
        });
        engine.start();
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    private TransactionResult submit(SigningKey signer, Action... actions) throws Exception {
        byte[] transaction =
                Transactions.sign(ledger, Founding.nonce(), now() + 60_000, List.of(actions), List.of(signer));
        return engine.submit(transaction).get(10, TimeUnit.SECONDS);
    }

    private RegisterDevice device(String name, SigningKey key) {
        DeviceId id = DeviceId.of(name);
        return new RegisterDevice(id, KeyRole.DEVICE, key.key(), Possession.sign(id.value(), ledger, key));
    }

    @Test
    void a_registered_key_is_proven_present_under_the_certified_app_hash() throws Exception {
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        var result = submit(keys.of(KeyRole.NODE), device("acme:box-7", key));
        assertThat(result.refusals()).isEmpty();

        LedgerReader.CertifiedHead head = stored.reader().certified();
        String stateKey = StateKeys.key(key.key().thumbprint());
        var proven = head.prove(stateKey).orElseThrow();
        byte[] stateRoot = StateProof.decode(proven.proof())
                .orElseThrow()
                .rootFor(
                        stateKey.getBytes(java.nio.charset.StandardCharsets.UTF_8), StateMap.valueHash(proven.value()));
        long eventNo = KeyRecord.decode(proven.value()).validFrom();
        byte[] leaf = stored.reader().event(eventNo).orElseThrow().leaf();
        byte[] eventsRoot = MerkleVerifier.rootFromInclusion(
                MerkleTree.leafHash(leaf), eventNo, head.head().eventsSize(), head.eventPath(eventNo));
        assertThat(AppHash.of(AppHash.RULES_VERSION, head.head().eventsSize(), eventsRoot, stateRoot))
                .isEqualTo(SoloHeader.decode(head.header()).orThrow().appHash());
        assertThat(SoloHeader.decode(head.header())
                        .orThrow()
                        .isSignedBy(keys.of(KeyRole.ENGINE).key(), head.signature()))
                .isTrue();
    }

    @Test
    void after_a_restart_the_ledger_stands_where_it_stood() throws Exception {
        submit(keys.of(KeyRole.NODE), device("acme:box-7", SigningKey.generate(Algorithm.ED25519)));
        byte[] appHash = stored.info().appHash();
        engine.close();
        start();
        assertThat(stored.info().appHash()).isEqualTo(appHash);
        assertThat(stored.reader().devices(null, 10)).hasSize(1);
    }

    @Test
    void an_anchor_must_follow_the_last_one() throws Exception {
        byte[] root = MerkleTree.leafHash(new byte[] {1});
        var anchor = new AnchorCheckpoint(LOG, 0, 1, root, List.of());
        assertThat(submit(keys.of(KeyRole.LOG), anchor).refusals()).isEmpty();
        assertThat(submit(keys.of(KeyRole.LOG), anchor)
                        .firstRefusal()
                        .orElseThrow()
                        .code())
                .isEqualTo(Refusal.ANCHOR_STALE);
        assertThat(submit(keys.of(KeyRole.LOG), new AnchorCheckpoint(LOG, 1, 2, new byte[32], List.of(root)))
                        .firstRefusal()
                        .orElseThrow()
                        .code())
                .isEqualTo(Refusal.ANCHOR_PROOF);
        assertThat(submit(keys.of(KeyRole.NODE), new AnchorCheckpoint(LOG, 1, 2, root, List.of()))
                        .firstRefusal()
                        .orElseThrow()
                        .code())
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(stored.reader().anchorCovering(LOG, 0)).isPresent();
        assertThat(stored.reader().anchorCovering(LOG, 1)).isEmpty();
    }

    @Test
    void a_revoked_key_keeps_its_record_and_can_never_come_back() throws Exception {
        SigningKey key = SigningKey.generate(Algorithm.ES256);
        submit(keys.of(KeyRole.NODE), device("acme:box-7", key));
        var revoke = new RevokeDeviceKey(DeviceId.of("acme:box-7"), key.key().thumbprint(), 2);
        assertThat(submit(keys.of(KeyRole.NODE), revoke).refusals()).isEmpty();
        KeyRecord record = stored.reader().key(key.key().thumbprint());
        assertThat(record).isNotNull();
        assertThat(record.inForce()).isFalse();
        assertThat(submit(keys.of(KeyRole.NODE), device("acme:box-8", key))
                        .firstRefusal()
                        .orElseThrow()
                        .code())
                .isEqualTo(Refusal.KEY_EXISTS);
        assertThat(stored.reader().history("device/acme:box-7", 10))
                .extracting(event -> event.inWords().split(" ")[0])
                .containsExactly("Key", "Device");
    }

    @Test
    void replayed_from_the_first_block_the_app_hash_is_the_same(@TempDir Path other) throws Exception {
        for (int i = 0; i < 5; i++) {
            submit(keys.of(KeyRole.NODE), device("acme:box-" + i, SigningKey.generate(Algorithm.ED25519)));
        }
        try (Store second = RocksStore.open(other, failure -> {})) {
            StoredLedger.found(second, ledger, stored.info().era());
            StoredLedger replayed = StoredLedger.open(second);
            long height = stored.info().height();
            for (long h = 1; h <= height; h++) {
                BlockRecord block = stored.blocks().block(h).orElseThrow();
                var finalized =
                        replayed.finalizeBlock(new Application.DecidedBlock(h, block.time(), block.transactions()));
                assertThat(finalized.appHash()).isEqualTo(block.appHash());
                replayed.commit(h, block.header(), block.headerHash());
            }
            assertThat(replayed.info().appHash()).isEqualTo(stored.info().appHash());
            assertThat(Arrays.equals(replayed.info().headerHash(), stored.info().headerHash()))
                    .isTrue();
        }
    }
}
