package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.SnapshotOffer;
import io.thingstead.node.consensus.Application.TrustedHead;
import io.thingstead.node.ledger.RandomBlocks;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterDevices;
import io.thingstead.node.ledger.action.RevokeDeviceKey;
import io.thingstead.node.storage.MemoryStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A member joins with a snapshot: nothing of it is believed but what the certified block says.
class SnapshotTest {
    private final MemoryStore.Disk disk = new MemoryStore.Disk();
    private final MemoryStore.Disk randomDisk = new MemoryStore.Disk();
    private final MemoryStore.Disk joiningDisk = new MemoryStore.Disk();
    private TestChain chain;
    private StoredLedger giving;
    private StoredLedger joining;

    @BeforeEach
    void found() {
        chain = TestChain.founded(new MemoryStore(disk));
        giving = chain.ledger();
        MemoryStore store = new MemoryStore(joiningDisk);
        StoredLedger.found(store, chain.id(), giving.info().era());
        joining = StoredLedger.open(store);
    }

    private void registerTokenDevices(int count) {
        for (int from = 0; from < count; from += 500) {
            List<RegisterDevice> devices = IntStream.range(from, Math.min(from + 500, count))
                    .mapToObj(i -> RegisterDevice.withToken(DeviceId.of("acme:meter-" + i)))
                    .toList();
            chain.block(chain.transaction(chain.key(KeyRole.NODE), new RegisterDevices(devices)));
        }
    }

    /// What a joining engine knows from the certificate of the block.
    private TrustedHead trusted(SnapshotOffer offer) {
        BlockRecord block = giving.blocks().block(offer.height()).orElseThrow();
        return new TrustedHead(block.era(), block.height(), block.time(), block.headerHash(), block.appHash());
    }

    private static Optional<Refused> give(StoredLedger from, SnapshotOffer offer, StoredLedger to) {
        for (int i = 0; i < offer.chunks(); i++) {
            Optional<Refused> refused = to.apply(i, from.chunk(i));
            if (refused.isPresent()) {
                return refused;
            }
        }
        return Optional.empty();
    }

    /// Gives the joining ledger the blocks that it lacks, as its engine would.
    private void catchUp(StoredLedger from, StoredLedger to) {
        for (long height = to.info().height() + 1; height <= from.info().height(); height++) {
            BlockRecord block = from.blocks().block(height).orElseThrow();
            to.finalizeBlock(new DecidedBlock(height, block.time(), block.transactions()));
            to.commit(height, block.header(), block.headerHash());
            to.certify(height, chain.sign(block.header()));
        }
    }

    @Test
    void a_joining_member_stands_where_the_snapshot_was_taken_and_goes_on() {
        registerTokenDevices(3_000);
        chain.block();
        chain.block(new DecidedBlock(giving.info().height() + 1, giving.info().blockTime() + 900_000, List.of()));
        chain.block();
        SnapshotOffer offer = giving.snapshot();
        System.out.println(offer.chunks() + " chunks, manifest " + offer.manifest().length + " bytes");
        assertThat(offer.chunks()).isGreaterThan(1);
        assertThat(offer.height())
                .as("the last block with a transaction")
                .isEqualTo(giving.info().height() - 3);

        assertThat(joining.offer(offer, trusted(offer))).isEmpty();
        assertThat(give(giving, offer, joining)).isEmpty();
        assertThat(joining.info().height()).isEqualTo(offer.height());
        assertThat(joining.info().appHash()).isEqualTo(giving.info().appHash());
        StoredLedger killed = StoredLedger.open(new MemoryStore(joiningDisk));
        assertThat(killed.reader().head())
                .as("read again before a block has come")
                .usingRecursiveComparison()
                .isEqualTo(joining.reader().head());
        catchUp(giving, joining);
        assertThat(joining.info()).usingRecursiveComparison().isEqualTo(giving.info());

        // The pause before the snapshot's end is told by both at the same block.
        chain.block(chain.registration("acme:box"));
        catchUp(giving, joining);
        assertThat(joining.info()).usingRecursiveComparison().isEqualTo(giving.info());
        assertThat(joining.reader().suspendedMs()).isEqualTo(900_000);
        assertThat(joining.reader().deviceCount()).isEqualTo(3_001);
        assertThat(joining.reader().devices(null, 5_000)).hasSize(3_001);

        StoredLedger reopened = StoredLedger.open(new MemoryStore(joiningDisk));
        assertThat(reopened.info()).usingRecursiveComparison().isEqualTo(giving.info());
        chain.block();
        catchUp(giving, joining);
        assertThat(joining.offer(offer, trusted(offer)))
                .as("not back to an older state")
                .isPresent();
    }

    @Test
    void a_joined_member_proves_new_events_under_the_same_root() {
        registerTokenDevices(777);
        SnapshotOffer offer = giving.snapshot();
        joining.offer(offer, trusted(offer));
        give(giving, offer, joining);
        for (int i = 0; i < 5; i++) {
            chain.block(chain.registration("acme:box-" + i));
            catchUp(giving, joining);
            long newest = joining.reader().head().eventsSize() - 1;
            assertThat(joining.reader().event(newest).orElseThrow().leaf())
                    .isEqualTo(giving.reader().event(newest).orElseThrow().leaf());
            assertThat(joining.reader()
                            .certified()
                            .orElseThrow()
                            .eventPath(newest)
                            .orElseThrow())
                    .usingRecursiveComparison()
                    .isEqualTo(giving.reader()
                            .certified()
                            .orElseThrow()
                            .eventPath(newest)
                            .orElseThrow());
        }
    }

    @Test
    void a_snapshot_stays_the_same_while_the_ledger_goes_on() {
        registerTokenDevices(2_000);
        SnapshotOffer offer = giving.snapshot();
        List<byte[]> early =
                IntStream.range(0, offer.chunks()).mapToObj(giving::chunk).toList();
        registerMore();
        for (int i = 0; i < offer.chunks(); i++) {
            assertThat(giving.chunk(i)).isEqualTo(early.get(i));
        }
        assertThat(joining.offer(offer, trusted(offer))).isEmpty();
        assertThat(give(giving, offer, joining)).isEmpty();
        catchUp(giving, joining);
        assertThat(joining.info()).usingRecursiveComparison().isEqualTo(giving.info());
    }

    private void registerMore() {
        for (int i = 0; i < 20; i++) {
            SigningKey key = SigningKey.generate(Algorithm.ED25519);
            chain.block(chain.transaction(
                    chain.key(KeyRole.NODE),
                    chain.device("acme:a-" + i, key),
                    new RevokeDeviceKey(DeviceId.of("acme:a-" + i), key.key().thumbprint(), 1)));
        }
        // Long after: what was seen is forgotten, so that keys of the snapshot are deleted in the store.
        chain.block(new DecidedBlock(
                giving.info().height() + 1, giving.info().blockTime() + 100_000_000, List.of(new byte[] {1})));
    }

    @Test
    void anything_wrong_in_a_snapshot_is_refused_and_leaves_the_ledger_as_it_was() {
        registerTokenDevices(2_000);
        SnapshotOffer offer = giving.snapshot();
        Application.Info before = joining.info();
        TrustedHead good = trusted(offer);
        byte[] other = Sha256.of(new byte[] {1});
        for (TrustedHead wrong : List.of(
                new TrustedHead(good.era(), good.height(), good.blockTime(), good.headerHash(), other),
                new TrustedHead(good.era(), good.height(), good.blockTime(), other, good.appHash()),
                new TrustedHead(good.era(), good.height() + 1, good.blockTime(), good.headerHash(), good.appHash()),
                new TrustedHead(good.era(), good.height(), 1, good.headerHash(), good.appHash()),
                new TrustedHead(2, good.height(), good.blockTime(), good.headerHash(), good.appHash()))) {
            assertThat(joining.offer(offer, wrong)).isPresent();
            assertThat(joining.apply(0, giving.chunk(0))).isPresent();
        }
        assertRefused(good, offer, (i, chunk) -> chunk.length == 0 ? chunk : flipped(chunk));
        assertRefused(good, offer, (i, chunk) -> giving.chunk((i + 1) % offer.chunks()));
        assertThat(joining.info()).usingRecursiveComparison().isEqualTo(before);

        // A whole that is consistent in itself, but not the one that was certified.
        LedgerSnapshot manifest = LedgerSnapshot.decode(offer.manifest()).orThrow();
        List<byte[]> chunks = new ArrayList<>(
                IntStream.range(0, offer.chunks()).mapToObj(giving::chunk).toList());
        chunks.removeLast();
        LedgerSnapshot forged = new LedgerSnapshot(
                manifest.ledger(),
                manifest.era(),
                manifest.height(),
                manifest.blockTime(),
                manifest.headerHash(),
                manifest.appHash(),
                manifest.eventsEdge(),
                chunks.stream().map(Sha256::of).toList());
        assertThat(joining.offer(new SnapshotOffer(forged.height(), forged.encode(), chunks.size()), good))
                .isEmpty();
        Optional<Refused> last = Optional.empty();
        for (int i = 0; i < chunks.size(); i++) {
            last = joining.apply(i, chunks.get(i));
        }
        assertThat(last.map(Refused::code)).contains(Refusal.SNAPSHOT_INVALID);
        assertThat(joining.info()).usingRecursiveComparison().isEqualTo(before);

        assertThat(joining.offer(offer, good)).isEmpty();
        assertThat(give(giving, offer, joining))
                .as("the right one is taken after all")
                .isEmpty();
    }

    private interface Change {
        byte[] of(int number, byte[] chunk);
    }

    private static byte[] flipped(byte[] chunk) {
        byte[] flipped = chunk.clone();
        flipped[chunk.length / 2] ^= 1;
        return flipped;
    }

    private void assertRefused(TrustedHead good, SnapshotOffer offer, Change change) {
        assertThat(joining.offer(offer, good)).isEmpty();
        assertThat(joining.apply(0, change.of(0, giving.chunk(0))).map(Refused::code))
                .contains(Refusal.SNAPSHOT_INVALID);
        assertThat(joining.apply(0, giving.chunk(0)))
                .as("the right one may come from somebody else")
                .isEmpty();
    }

    @Test
    void mutated_manifests_and_chunks_never_throw() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        registerTokenDevices(50);
        SnapshotOffer offer = giving.snapshot();
        TrustedHead good = trusted(offer);
        byte[] before = joining.info().appHash();
        for (int i = 0; i < 3_000; i++) {
            byte[] manifest = mutated(offer.manifest(), random);
            LedgerSnapshot.decode(manifest);
            LedgerSnapshot whole = LedgerSnapshot.decode(offer.manifest()).orThrow();
            byte[] chunk = mutated(giving.chunk(0), random);
            LedgerSnapshot hostile = new LedgerSnapshot(
                    whole.ledger(),
                    whole.era(),
                    whole.height(),
                    whole.blockTime(),
                    whole.headerHash(),
                    whole.appHash(),
                    whole.eventsEdge(),
                    List.of(Sha256.of(chunk)));
            if (Arrays.equals(chunk, giving.chunk(0))) {
                continue;
            }
            joining.offer(new SnapshotOffer(whole.height(), hostile.encode(), 1), good);
            assertThat(joining.apply(0, chunk)).isPresent();
        }
        assertThat(joining.info().appHash()).isEqualTo(before);
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] mutated = bytes.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(5) == 0 ? Arrays.copyOf(mutated, random.nextInt(mutated.length)) : mutated;
    }

    @Test
    void random_blocks_go_on_alike_after_a_snapshot_half_way() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        RandomBlocks blocks = new RandomBlocks(random);
        foundForRandomBlocks();
        int taken = 0;
        for (int i = 0; i < 40; i++) {
            long time = giving.info().blockTime() + blocks.gapMs();
            var results = chain.block(new DecidedBlock(giving.info().height() + 1, time, blocks.transactions(time)));
            taken += (int) results.stream().filter(TransactionResult::consumed).count();
            if (i == 20) {
                SnapshotOffer offer = giving.snapshot();
                assertThat(joining.offer(offer, trusted(offer))).isEmpty();
                assertThat(give(giving, offer, joining)).isEmpty();
            }
            if (i >= 20) {
                catchUp(giving, joining);
                assertThat(joining.info()).usingRecursiveComparison().isEqualTo(giving.info());
            }
        }
        System.out.println(taken + " transactions taken");
        assertThat(taken).isGreaterThan(5);
        assertThat(LedgerReplay.of(new MemoryStore(randomDisk)).fault()).isNull();
    }

    private void foundForRandomBlocks() {
        chain = TestChain.foundedForRandomBlocks(new MemoryStore(randomDisk));
        giving = chain.ledger();
        MemoryStore store = new MemoryStore();
        StoredLedger.found(store, chain.id(), giving.info().era());
        joining = StoredLedger.open(store);
    }
}
