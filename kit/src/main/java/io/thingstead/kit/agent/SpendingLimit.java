package io.thingstead.kit.agent;

import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;

/// What an agent may spend of an asset, in its smallest unit. Of an asset without a limit it spends nothing.
///
/// @param perDay in a day (UTC), at most
/// @param atOnce for one request or contract, at most
/// @param deposit what it puts into a channel at a time; what is not spent of it comes back
public record SpendingLimit(AssetId asset, long perDay, long atOnce, long deposit) {
    public SpendingLimit {
        if (!Amounts.isOne(perDay) || !Amounts.isOne(atOnce) || !Amounts.isOne(deposit) || atOnce > perDay) {
            throw new IllegalArgumentException("at once is from 1 up to what is allowed a day");
        }
    }
}
