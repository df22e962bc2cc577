package io.thingstead.kit.agent;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A service that somebody offers on the ledger.
///
/// @param kind of service, from the general to the special
/// @param device that does it or measures it
/// @param price of one unit, in the asset's smallest unit
/// @param per the unit, a UCUM code
/// @param distanceM from where was asked, in metres; -1: it has no place, or none was asked for
/// @param url where it is asked for and paid by the request; null: it is taken by a contract
/// @param earned contracts that brought who offers something, of those that took its offers of the kind
public record FoundOffer(
        long number,
        AccountId account,
        String kind,
        @Nullable String device,
        AssetId asset,
        long price,
        int decimals,
        String per,
        boolean isFree,
        long distanceM,
        @Nullable String url,
        long earned) {

    /// What is looked for.
    ///
    /// @param kind and what is more special; null: all
    /// @param near latitude,longitude in degrees; null: anywhere
    /// @param radiusM around it
    /// @param atMost of the price as a decimal text; null: any
    public record Search(
            @Nullable String kind,
            @Nullable String near,
            long radiusM,
            @Nullable AssetId asset,
            @Nullable String atMost) {
        public static Search of(String kind) {
            return new Search(kind, null, 0, null, null);
        }

        public Search near(double latitude, double longitude, long metres) {
            return new Search(kind, latitude + "," + longitude, metres, asset, atMost);
        }

        public Search atMost(String price, AssetId in) {
            return new Search(kind, near, radiusM, in, price);
        }

        String path() {
            StringBuilder path = new StringBuilder("/api/offers?limit=200&free=true");
            if (kind != null) path.append("&kind=").append(encoded(kind));
            if (near != null)
                path.append("&near=").append(encoded(near)).append("&radius=").append(radiusM);
            if (asset != null) path.append("&asset=").append(encoded(asset.value()));
            if (atMost != null) path.append("&atMost=").append(encoded(atMost));
            return path.append(near == null ? "&sort=price" : "&sort=distance").toString();
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }

    /// Empty where it says something that this program cannot read.
    static Optional<FoundOffer> of(JsonValue json) {
        var account = AccountId.parse(json.at("account").text());
        var asset = AssetId.parse(json.at("asset").text());
        long decimals = json.at("decimals").number();
        if (account.isEmpty() || asset.isEmpty() || decimals < 0 || decimals > Amounts.MAX_DECIMALS) {
            return Optional.empty();
        }
        var price = Amounts.parse(json.at("price").text(), (int) decimals);
        if (price.isEmpty()) return Optional.empty();
        String device = json.at("device").text();
        String url = json.at("url").text();
        long earned = 0;
        for (JsonValue rating : json.at("rating").elements()) {
            boolean isGood = Amounts.parse(rating.at("earned").text(), Amounts.MAX_DECIMALS)
                            .orElse(0)
                    > 0;
            if (isGood) earned += Math.max(0, rating.at("count").number());
        }
        return Optional.of(new FoundOffer(
                json.at("number").number(),
                account.get(),
                json.at("kind").text(),
                device.isEmpty() ? null : device,
                asset.get(),
                price.getAsLong(),
                (int) decimals,
                json.at("per").text(),
                json.at("free").flag(),
                json.at("distanceM") instanceof JsonValue.Num(var metres) ? metres.longValue() : -1,
                url.isEmpty() ? null : url,
                earned));
    }
}
