package io.thingstead.node.ledger.market;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;

/// How contracts ended that took offers of an account: counted by the ledger itself, of those in which money went from
/// one party to another. Nobody votes.
///
/// @param kind of service
/// @param state in which they ended
/// @param count how many
/// @param earned in all by those in which it got more than it had paid in
/// @param lost in all by those in which it got less
/// @param event that ended the last one
public record RatingRecord(
        AccountId account, String kind, AssetId asset, String state, long count, long earned, long lost, long event) {
    static void count(Draft draft, TakenRecord taken, String state, long event) {
        long net = taken.received() - taken.paidIn();
        if (!taken.counts() || net == 0) {
            return;
        }
        String key = StateKeys.rating(taken.account(), taken.kind(), taken.asset(), state);
        byte[] value = draft.get(key);
        RatingRecord before = value == null
                ? new RatingRecord(taken.account(), taken.kind(), taken.asset(), state, 0, 0, 0, 0)
                : decode(key, value);
        draft.put(
                key,
                new CborWriter(40)
                        .array(4)
                        .integer(before.count + 1)
                        .integer(Math.min(Amounts.MAX, before.earned + Math.max(0, net)))
                        .integer(Math.min(Amounts.MAX, before.lost + Math.max(0, -net)))
                        .integer(event)
                        .toBytes());
    }

    /// @param key `rating/<kind of account>/<name>/<kind>/<asset>/<state>`
    public static RatingRecord decode(String key, byte[] value) {
        String[] parts = key.split("/", -1);
        CborReader in = CborReader.strict(value);
        in.readArrayOf(4);
        RatingRecord read = new RatingRecord(
                AccountId.parse(parts[1] + "/" + parts[2]).orElseThrow(),
                parts[3],
                AssetId.of(parts[4]),
                parts[5],
                in.readUint(),
                in.readUint(),
                in.readUint(),
                in.readUint());
        in.expectEnd();
        return read;
    }
}
