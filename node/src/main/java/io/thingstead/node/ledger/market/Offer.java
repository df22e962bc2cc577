package io.thingstead.node.ledger.market;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.ledger.money.MoneyWords;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A service that somebody offers to whoever takes it: what, by which device, where, for how much.
///
/// @param account who offers, and is paid
/// @param kind of service, from the general to the special: `energy.charging`
/// @param device that does it or measures it
/// @param price of one unit, in the asset's smallest unit
/// @param per the unit, a UCUM code: `min`, `kW.h`, `{request}`
/// @param places how many contracts may run from it at once; 0: any number
/// @param until ledger time at which it ends
public record Offer(
        AccountId account,
        String kind,
        @Nullable DeviceId device,
        @Nullable Place place,
        AssetId asset,
        long price,
        String per,
        long places,
        long until,
        OfferWay way) {
    public static final int MAX_KIND = 64;
    public static final int MAX_PER = 32;
    public static final long MAX_PLACES = 1_000_000;

    /// What a kind looks like.
    public static final String KIND = "[a-z][a-z0-9-]{0,31}(\\.[a-z0-9-]{1,32}){0,3}";

    private static final Pattern IS_KIND = Pattern.compile(KIND);
    private static final Pattern IS_PER = Pattern.compile("[!-~]{1,32}");
    private static final Pattern IS_URL = Pattern.compile("https?://[!-~]{1,190}");

    public static Offer read(CborReader in) {
        in.readArrayOf(10);
        AccountId account = MoneyWords.account(in);
        String kind = in.readText(MAX_KIND);
        DeviceId device = null;
        if (in.nextIsNull()) {
            in.readNull();
        } else {
            device = DeviceId.parse(in.readText(97)).orElseThrow(() -> new CborMalformed("not a device id"));
        }
        Place place = Place.readOrNull(in);
        AssetId asset = MoneyWords.asset(in);
        return new Offer(
                account,
                kind,
                device,
                place,
                asset,
                number(in),
                in.readText(MAX_PER),
                number(in),
                number(in),
                OfferWay.read(in));
    }

    static long number(CborReader in) {
        long number = in.readUint();
        if (number > Amounts.MAX) {
            throw new CborMalformed("a number over 2^53 - 1");
        }
        return number;
    }

    public void write(CborWriter out) {
        out.array(10).text(account.value()).text(kind);
        if (device == null) {
            out.nil();
        } else {
            out.text(device.value());
        }
        Place.writeOrNull(place, out);
        out.text(asset.value()).integer(price).text(per).integer(places).integer(until);
        way.write(out);
    }

    public static boolean isKind(String text) {
        return text.length() <= MAX_KIND && IS_KIND.matcher(text).matches();
    }

    public static boolean isPer(String text) {
        return IS_PER.matcher(text).matches();
    }

    public static boolean isUrl(String text) {
        return IS_URL.matcher(text).matches();
    }

    /// The same, with the contract named by its hash.
    Offer named(byte[] hash) {
        return way instanceof OfferWay.ByContract(var _, String party)
                ? new Offer(
                        account,
                        kind,
                        device,
                        place,
                        asset,
                        price,
                        per,
                        places,
                        until,
                        new OfferWay.ByContract(hash, party))
                : this;
    }
}
