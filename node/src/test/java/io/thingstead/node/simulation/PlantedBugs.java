package io.thingstead.node.simulation;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Entry;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Store;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Mistakes that a simulation must find.
final class PlantedBugs {
    private PlantedBugs() {}

    /// Stores say that something is written when it is not yet: a crash loses the last write.
    static final class AnswersBeforeItWrote extends Bugs {
        private final TreeMap<MemberId, MemoryStore.Disk> before = new TreeMap<>();
        private final TreeMap<MemberId, MemoryStore.Disk> disks = new TreeMap<>();

        @Override
        void starts(MemberId member, MemoryStore.Disk disk) {
            disks.put(member, disk);
            before.remove(member);
        }

        @Override
        Store store(MemberId member, Store real) {
            return new StoreAround(real) {
                @Override
                public void write(Batch batch) {
                    before.put(member, disks.get(member).copy());
                    super.write(batch);
                }
            };
        }

        @Override
        MemoryStore.Disk afterCrash(MemberId member, MemoryStore.Disk disk) {
            return before.getOrDefault(member, disk);
        }
    }

    /// A member that starts does not look up which numbers its devices used.
    static final class ForgetsNumbers extends Bugs {
        @Override
        Store store(MemberId member, Store real) {
            return new StoreAround(real) {
                @Override
                public @Nullable Entry last(Column column, byte[] from, byte @Nullable [] to) {
                    return column == Column.NUMBER ? null : super.last(column, from, to);
                }
            };
        }
    }

    /// One member takes the batches of a block in another order.
    static final class ReadsBackwards extends Bugs {
        @Override
        Optional<UnaryOperator<DecidedBlock>> reader(MemberId member) {
            return member.equals(Founders.member(2))
                    ? Optional.of(block -> new DecidedBlock(
                            block.height(), block.time(), block.transactions().reversed(), block.misbehaviour()))
                    : Optional.empty();
        }
    }
}
