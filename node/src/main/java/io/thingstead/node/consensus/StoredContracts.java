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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Contracts out of the state as of one block.
///
/// @param blockTime of that block
record StoredContracts(ValueSource values, long blockTime) implements ContractReader {
    private static final int MOST = 100_000;

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
        List<Long> numbers = new ArrayList<>();
        String prefix = StateKeys.parties(account, Timers.CONTRACT);
        values.range(
                prefix,
                prefix + (char) 0x7f,
                MOST,
                (key, _) -> numbers.add(Long.parseLong(key, prefix.length(), key.length(), 10)));
        numbers.sort(Comparator.reverseOrder());
        return numbers.stream()
                .limit(limit)
                .map(number -> contract(number).orElseThrow())
                .toList();
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
