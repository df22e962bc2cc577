package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.model.AccountId;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.SuspendedClock;
import io.thingstead.node.ledger.ValueSource;
import io.thingstead.node.ledger.market.MarketReader;
import io.thingstead.node.ledger.market.OfferRecord;
import io.thingstead.node.ledger.market.OfferTerms;
import io.thingstead.node.ledger.market.RatingRecord;
import io.thingstead.node.ledger.money.Timers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The market out of the state as of one block.
///
/// @param blockTime of that block
record StoredMarket(ValueSource values, long blockTime) implements MarketReader {
    private static final int MOST_OF_ONE = 1_000;

    @Override
    public Optional<OfferRecord> offer(long number) {
        return Optional.ofNullable(values.get(StateKeys.offer(number))).map(value -> OfferRecord.decode(number, value));
    }

    @Override
    public Optional<OfferTerms> terms(long offer) {
        return Optional.ofNullable(values.get(StateKeys.offerTerms(offer))).map(OfferTerms::decode);
    }

    @Override
    public List<OfferRecord> offers(@Nullable String kind, int limit) {
        List<OfferRecord> found = new ArrayList<>();
        // What is more special follows with a point, which stands right before the slash that ends the kind itself.
        String from = kind == null ? StateKeys.OFFERED : StateKeys.OFFERED + kind + '.';
        String to = kind == null ? StateKeys.OFFERED + (char) 0x7f : StateKeys.OFFERED + kind + (char) ('/' + 1);
        values.range(
                from,
                to,
                limit,
                (key, _) -> found.add(offer(Long.parseLong(key, key.lastIndexOf('/') + 1, key.length(), 10))
                        .orElseThrow()));
        return found;
    }

    @Override
    public List<OfferRecord> offersOf(AccountId account) {
        List<OfferRecord> found = new ArrayList<>();
        String prefix = StateKeys.parties(account, Timers.OFFER);
        values.range(
                prefix,
                prefix + (char) 0x7f,
                MOST_OF_ONE,
                (key, _) -> found.add(offer(Long.parseLong(key, prefix.length(), key.length(), 10))
                        .orElseThrow()));
        found.sort(Comparator.comparingLong(OfferRecord::number));
        return found;
    }

    @Override
    public OptionalLong takenBy(long contract) {
        byte[] value = values.get(StateKeys.taken(contract));
        if (value == null) {
            return OptionalLong.empty();
        }
        CborReader in = CborReader.strict(value);
        in.readArrayOf(7);
        return OptionalLong.of(in.readUint());
    }

    @Override
    public List<RatingRecord> ratings(AccountId account) {
        List<RatingRecord> found = new ArrayList<>();
        values.withPrefix(StateKeys.ratings(account), (key, value) -> found.add(RatingRecord.decode(key, value)));
        return found;
    }

    @Override
    public long timeMs() {
        return blockTime - SuspendedClock.decode(Objects.requireNonNull(values.get(StateKeys.CLOCK)));
    }
}
