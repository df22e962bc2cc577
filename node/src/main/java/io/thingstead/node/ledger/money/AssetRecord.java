package io.thingstead.node.ledger.money;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An asset: how many decimals people read its amounts with, and how much of it there is in all accounts together.
///
/// @param event that created it
public record AssetRecord(AssetId asset, int decimals, long issued, long event) {
    public static @Nullable AssetRecord of(Draft draft, AssetId asset) {
        byte[] value = draft.get(StateKeys.asset(asset));
        return value == null ? null : decode(asset, value);
    }

    public void put(Draft draft) {
        draft.put(StateKeys.asset(asset), encode());
    }

    AssetRecord withIssued(long amount) {
        return new AssetRecord(asset, decimals, amount, event);
    }

    /// `120.00 acme:EUR`.
    public String text(long amount) {
        return Amounts.text(amount, decimals) + " " + asset;
    }

    /// The amount as events carry it, `asset, decimals, amount`: they are read without the state.
    public static CborWriter sum(CborWriter out, Draft draft, AssetId asset, long amount) {
        AssetRecord record = Objects.requireNonNull(of(draft, asset), "an asset that somebody has is in the state");
        return out.text(asset.value()).integer(record.decimals).integer(amount);
    }

    public byte[] encode() {
        return new CborWriter(24)
                .array(3)
                .integer(decimals)
                .integer(issued)
                .integer(event)
                .toBytes();
    }

    public static AssetRecord decode(AssetId asset, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(3);
        AssetRecord read = new AssetRecord(asset, in.readUint(Amounts.MAX_DECIMALS), in.readUint(), in.readUint());
        in.expectEnd();
        return read;
    }
}
