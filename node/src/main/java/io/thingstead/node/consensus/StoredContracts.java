package io.thingstead.node.consensus;

import io.thingstead.kit.model.AccountId;
import io.thingstead.node.ledger.EventRoots;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.SuspendedClock;
import io.thingstead.node.ledger.ValueSource;
import io.thingstead.node.ledger.contract.ContractReader;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.ledger.contract.Contracts;
import io.thingstead.node.ledger.money.Timers;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// Contracts out of the state as of one block.
///
/// @param blockTime of that block
record StoredContracts(ValueSource values, long blockTime) implements ContractReader {
    @Override
    public Optional<ContractRecord> contract(long number) {
        return Optional.ofNullable(values.get(StateKeys.contract(number)))
                .map(value -> ContractRecord.decode(number, value));
    }

    @Override
    public Optional<byte[]> code(byte[] hash) {
        return Optional.ofNullable(Contracts.code(values.get(StateKeys.contractCode(hash))));
    }

    @Override
    public List<ContractRecord> contracts(AccountId account, int limit) {
        PriorityQueue<Long> newest = new PriorityQueue<>();
        numbers(account, number -> {
            newest.add(number);
            if (newest.size() > limit) {
                newest.remove();
            }
        });
        return newest.stream()
                .sorted(Comparator.reverseOrder())
                .map(number -> contract(number).orElseThrow())
                .toList();
    }

    @Override
    public void each(AccountId account, Consumer<ContractRecord> visitor) {
        numbers(account, number -> visitor.accept(contract(number).orElseThrow()));
    }

    private void numbers(AccountId account, LongConsumer visitor) {
        String prefix = StateKeys.parties(account, Timers.CONTRACT);
        values.withPrefix(prefix, (key, _) -> visitor.accept(Long.parseLong(key, prefix.length(), key.length(), 10)));
    }

    @Override
    public Optional<EventRoots.Kept> keptRoot() {
        long slot = EventRoots.newest(values.get(StateKeys.EVENT_ROOTS));
        return slot < 0 ? Optional.empty() : EventRoots.at(slot, values.get(StateKeys.eventRoot(slot)));
    }

    @Override
    public long timeMs() {
        return blockTime - SuspendedClock.decode(Objects.requireNonNull(values.get(StateKeys.CLOCK)));
    }
}
