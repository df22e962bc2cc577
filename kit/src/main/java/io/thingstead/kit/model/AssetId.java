package io.thingstead.kit.model;

import java.util.Optional;

/// Something that accounts hold amounts of: `member:CODE`, issued by that member; the code is `[A-Z0-9]{1,12}`.
public record AssetId(MemberId issuer, String code) implements Comparable<AssetId> {
    private static final int MAX_CODE = 12;

    public AssetId {
        if (!isCode(code)) {
            throw new IllegalArgumentException("an asset's code is 1 to 12 of A-Z and 0-9: " + code);
        }
    }

    public static AssetId of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not an asset (member:CODE): " + text));
    }

    public static Optional<AssetId> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1 || !isCode(text.substring(colon + 1))) {
            return Optional.empty();
        }
        return MemberId.parse(text.substring(0, colon)).map(issuer -> new AssetId(issuer, text.substring(colon + 1)));
    }

    private static boolean isCode(String text) {
        if (text.isEmpty() || text.length() > MAX_CODE) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < 'A' || c > 'Z') && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    public String value() {
        return issuer.value() + ":" + code;
    }

    @Override
    public int compareTo(AssetId other) {
        return value().compareTo(other.value());
    }

    @Override
    public String toString() {
        return value();
    }
}
