package io.thingstead.node.simulation;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.Balance;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Entry;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
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

    /// The clock of one member is ten seconds ahead, and tells it which deadlines are over.
    static final class TellsDeadlinesByItsOwnClock extends Bugs {
        private static final long AHEAD_MS = 10_000;

        @Override
        Store store(MemberId member, Store real) {
            return !member.equals(Founders.member(2))
                    ? real
                    : new StoreAround(real) {
                        @Override
                        public Scan scan(Column column, byte[] from, byte @Nullable [] to) {
                            String begin = new String(from, StandardCharsets.US_ASCII);
                            boolean isTimers = column == Column.STATE && to != null && begin.equals(StateKeys.TIMERS);
                            return super.scan(column, from, isTimers ? later(to) : to);
                        }
                    };
        }

        private static byte[] later(byte[] to) {
            String end = new String(to, StandardCharsets.US_ASCII);
            long until = HexFormat.fromHexDigitsToLong(end, StateKeys.TIMERS.length(), end.length());
            return StateKeys.bytes(StateKeys.timersFrom(Math.min(until, Long.MAX_VALUE - AHEAD_MS) + AHEAD_MS));
        }
    }

    /// All members find a cent more in what a contract has than was put there.
    static final class FindsACentMore extends Bugs {
        private static final String CONTRACTS = StateKeys.BALANCES + StateKeys.CONTRACTS;

        @Override
        Store store(MemberId member, Store real) {
            return new StoreAround(real) {
                @Override
                public byte @Nullable [] get(Column column, byte[] key) {
                    byte[] value = super.get(column, key);
                    boolean isContracts = column == Column.STATE
                            && value != null
                            && new String(key, StandardCharsets.US_ASCII).startsWith(CONTRACTS);
                    return isContracts ? oneMore(value) : value;
                }
            };
        }

        private static byte[] oneMore(byte[] value) {
            Balance balance = Balance.decode(value);
            return new Balance(balance.amount() + 1, balance.held()).encode();
        }
    }
}
