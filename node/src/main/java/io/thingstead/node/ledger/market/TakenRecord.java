package io.thingstead.node.ledger.market;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.MoneyWords;
import org.jspecify.annotations.Nullable;

/// That a contract took an offer, and what it has brought so far to who offered.
///
/// @param account who offered
/// @param counts whether its end is counted: another member's account is a party of it
/// @param received of the offer's asset, out of the contract
/// @param paidIn of the offer's asset, into the contract
record TakenRecord(
        long contract,
        long offer,
        AccountId account,
        String kind,
        AssetId asset,
        boolean counts,
        long received,
        long paidIn) {
    static @Nullable TakenRecord of(Draft draft, long contract) {
        byte[] value = draft.get(StateKeys.taken(contract));
        return value == null ? null : decode(contract, value);
    }

    TakenRecord moved(long in, long out) {
        return new TakenRecord(contract, offer, account, kind, asset, counts, received + out, paidIn + in);
    }

    void put(Draft draft) {
        draft.put(
                StateKeys.taken(contract),
                new CborWriter(160)
                        .array(7)
                        .integer(offer)
                        .text(account.value())
                        .text(kind)
                        .text(asset.value())
                        .bool(counts)
                        .integer(received)
                        .integer(paidIn)
                        .toBytes());
    }

    static TakenRecord decode(long contract, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(7);
        TakenRecord read = new TakenRecord(
                contract,
                in.readUint(),
                MoneyWords.account(in),
                in.readText(Offer.MAX_KIND),
                MoneyWords.asset(in),
                in.readBoolean(),
                in.readUint(),
                in.readUint());
        in.expectEnd();
        return read;
    }
}
