package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.SoloCertificate;
import io.thingstead.kit.proof.SoloHeader;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.Ledger;
import io.thingstead.node.ledger.MemoryValues;
import io.thingstead.node.ledger.Position;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import io.thingstead.node.storage.StoreException;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Executes a ledger once more from its first block, in memory, out of its blocks alone, and compares all that the
/// store says: headers, their chain and signatures, each app hash, each event, and at the end each value of the state.
/// For checks after a crash, and for whoever doubts a store. Reads only; nothing else may write meanwhile.
public final class LedgerReplay {
    private final Store store;
    private final StoredBlocks blocks;
    private final LedgerRows.Tip tip;
    private final NavigableMap<Long, EraRecord> eras = new TreeMap<>();
    private final MemoryValues values;
    private final Ledger ledger;
    private VoterSets voters;
    private byte[] headerHash = LedgerRows.NO_HEADER;
    private long transactions;

    /// What a replay found.
    ///
    /// @param fault the first thing that is wrong, or null
    public record Report(
            long height,
            long transactions,
            long events,
            byte[] appHash,
            @Nullable String fault) {
        public boolean isSound() {
            return fault == null;
        }
    }

    /// Ends a replay at its first fault; never leaves this class.
    private static final class Fault extends RuntimeException {
        Fault(String text) {
            super(text, null, false, false);
        }

        Fault(LedgerDamage kind, String what) {
            this(kind.in(what));
        }
    }

    private LedgerReplay(Store store) {
        this.store = store;
        this.blocks = new StoredBlocks(store);
        this.tip = LedgerRows.Tip.of(store);
        new StoredValues(store).withPrefix(StateKeys.ERAS, (_, value) -> {
            EraRecord era = EraRecord.decode(value);
            eras.put(era.number(), era);
        });
        EraRecord first = Objects.requireNonNull(eras.get(1L), "the ledger has no first era");
        voters = VoterSets.of(first);
        SortedMap<String, byte[]> genesis = Ledger.genesis(first, tip.position().ledger());
        values = new MemoryValues(genesis);
        ledger = new Ledger(
                values,
                Ledger.stateOf(genesis),
                new Frontier(),
                new Position(tip.position().ledger(), 1, first.initialHeight() - 1, 0, 0));
    }

    public static Report of(Store store) {
        LedgerReplay replay = new LedgerReplay(store);
        String fault = null;
        try {
            replay.run();
        } catch (Fault e) {
            fault = e.getMessage();
        } catch (StoreException e) {
            if (e.category() != StoreException.Category.CORRUPT) {
                throw e;
            }
            fault = e.getMessage();
        }
        return new Report(
                replay.ledger.position().height(),
                replay.transactions,
                replay.ledger.events().size(),
                replay.ledger.appHash(),
                fault);
    }

    private void run() {
        for (EraRecord era : eras.values()) {
            if (era.number() > 1) {
                startEra(era);
            }
            EraRecord after = eras.get(era.number() + 1);
            long end = after == null
                    ? tip.position().height()
                    : Math.min(tip.position().height(), after.initialHeight() - 1);
            for (long height = era.initialHeight(); height <= end; height++) {
                BlockRecord block = blocks.record(height);
                if (block == null && after != null && endsBelow(height, after.initialHeight())) {
                    break;
                }
                if (block == null) {
                    throw blocks.first() > height
                            ? new Fault("block " + height + " is not kept here any more")
                            : new Fault(LedgerDamage.BLOCK_MISSING, "block " + height + " is missing");
                }
                replay(block, era);
            }
        }
        compareEnd();
    }

    /// An era may end below the height at which the next one begins.
    private boolean endsBelow(long height, long next) {
        return store.last(Column.BLOCK, LedgerRows.block(height), LedgerRows.block(next)) == null;
    }

    private void startEra(EraRecord era) {
        try {
            BlockOutcome start = ledger.startEra(era);
            values.apply(start);
            ledger.accept(start);
            headerHash = LedgerRows.NO_HEADER;
            voters = VoterSets.of(era);
        } catch (IllegalArgumentException e) {
            throw new Fault(LedgerDamage.DIFFERS, String.valueOf(e.getMessage()));
        }
    }

    private void replay(BlockRecord block, EraRecord era) {
        String name = "block " + block.height();
        checkHeader(block, era, name);
        long firstEvent = ledger.events().size();
        BlockOutcome done = ledger.execute(block.height(), block.time(), block.transactions(), block.misbehaviour());
        require(Arrays.equals(done.appHash(), block.appHash()), name + " gives another app hash");
        require(block.firstEvent() == firstEvent, name + " says its events begin elsewhere");
        require(
                BlockRecord.marks(done).equals(block.marks()),
                name + " says that its transactions came to another end");
        for (Event event : done.events()) {
            byte[] kept = store.get(Column.EVENT, LedgerRows.event(event.number()));
            require(
                    kept != null && Arrays.equals(kept, event.leaf()),
                    "event " + event.number() + " of " + name + " is not the one in the store");
        }
        values.apply(done);
        ledger.accept(done);
        done.validators().ifPresent(set -> voters.changed(block.height(), set));
        headerHash = block.headerHash();
        transactions += block.transactions().size();
    }

    private void checkHeader(BlockRecord block, EraRecord era, String name) {
        if (era.engine().equals(EraRecord.SOLO)) {
            checkSoloHeader(block, era, name);
        }
        byte[] signed = blocks.certificate(block.height());
        if (signed == null) {
            // That of the newest block is written with the next one. In an era of several members a crash may leave one
            // out for ever: the app hash of a later block, which is certified, stands for it.
            boolean mayMiss = !era.engine().equals(EraRecord.SOLO)
                    || block.height() == tip.position().height();
            require(mayMiss, LedgerDamage.BLOCK_DAMAGED, name + " has no certificate");
            return;
        }
        boolean holds = switch (certificate(block, signed)) {
            case SoloCertificate solo ->
                solo.header().isSignedBy(era.members().getFirst().engineKey(), solo.signature());
            case CometCertificate comet -> holds(comet, block, era);
        };
        require(holds, LedgerDamage.BLOCK_DAMAGED, "the signature of " + name + " is wrong");
    }

    private static Certificate certificate(BlockRecord block, byte[] signed) {
        try {
            return BlockRecord.certificate(block.header(), signed);
        } catch (CborMalformed | IllegalArgumentException e) {
            throw new Fault(
                    LedgerDamage.BLOCK_DAMAGED,
                    "the certificate of block " + block.height() + " cannot be read: " + e.getMessage());
        }
    }

    /// Whether a certificate of several members is one for this block: they sign its header where the block changed
    /// nothing, else the next one's, which follows it.
    static boolean names(CometCertificate certificate, BlockRecord block) {
        byte[] named = certificate.height() == block.height()
                ? certificate.headerHash()
                : certificate.header().lastBlockHash();
        return certificate.height() - block.height() <= 1
                && Arrays.equals(named, block.headerHash())
                && Arrays.equals(certificate.appHash(), block.appHash());
    }

    private boolean holds(CometCertificate certificate, BlockRecord block, EraRecord era) {
        return names(certificate, block)
                && new MemberSet(voters.at(certificate.height()).stream()
                                .map(EraRecord.EraMember::forTrust)
                                .toList())
                        .certifies(certificate, era.chainId());
    }

    private void checkSoloHeader(BlockRecord block, EraRecord era, String name) {
        if (!(SoloHeader.decode(block.header()) instanceof Result.Ok<SoloHeader>(SoloHeader header))) {
            throw new Fault(LedgerDamage.BLOCK_DAMAGED, name + " has no header of the solo engine");
        }
        boolean fits = header.ledger().equals(tip.position().ledger())
                && header.era() == era.number()
                && Arrays.equals(header.previousHeaderHash(), headerHash)
                && names(header, block);
        require(fits, LedgerDamage.BLOCK_DAMAGED, name + " and its header disagree");
    }

    /// Whether a header of the solo engine is the one of this block.
    static boolean names(SoloHeader header, BlockRecord block) {
        List<byte[]> leaves =
                block.transactions().stream().map(MerkleTree::leafHash).toList();
        return header.height() == block.height()
                && header.blockTime() == block.time()
                && Arrays.equals(header.transactionsRoot(), MerkleTree.root(leaves))
                && Arrays.equals(header.appHash(), block.appHash())
                && Arrays.equals(block.headerHash(), Sha256.of(block.header()));
    }

    private void compareEnd() {
        require(ledger.position().equals(tip.position()), "the ledger stands elsewhere than it says");
        require(Arrays.equals(headerHash, tip.headerHash()), "the newest header is another one");
        require(Arrays.equals(ledger.appHash(), tip.appHash()), "the ledger's app hash is another one");
        require(Arrays.equals(ledger.events().encode(), tip.eventsEdge()), "the edge of the tree of events is another");
        NavigableMap<String, byte[]> kept = new TreeMap<>();
        new StoredValues(store).withPrefix("", kept::put);
        values.withPrefix("", (key, value) -> {
            byte[] inStore = kept.remove(key);
            require(inStore != null && Arrays.equals(inStore, value), "the store has another value of " + key);
        });
        require(kept.isEmpty(), "the store has more in its state than the blocks made");
    }

    private static void require(boolean holds, String otherwise) {
        require(holds, LedgerDamage.DIFFERS, otherwise);
    }

    private static void require(boolean holds, LedgerDamage kind, String otherwise) {
        if (!holds) {
            throw new Fault(kind, otherwise);
        }
    }
}
