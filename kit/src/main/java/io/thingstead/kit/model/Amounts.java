package io.thingstead.kit.model;

import java.math.BigDecimal;
import java.util.OptionalLong;

/// Amounts of money: integers in an asset's smallest unit, from 1 to 2^53 − 1, and their decimal text for people.
public final class Amounts {
    /// The largest amount: every language that reads the ledger counts exactly up to here.
    public static final long MAX = (1L << 53) - 1;

    public static final int MAX_DECIMALS = 9;

    private static final int MAX_TEXT = 20;

    private Amounts() {}

    public static boolean isOne(long amount) {
        return amount > 0 && amount <= MAX;
    }

    /// `12000` with two decimals is `120.00`.
    public static String text(long amount, int decimals) {
        return BigDecimal.valueOf(amount, decimals).toPlainString();
    }

    /// The amount that a decimal text says, empty where it is none: digits, with at most so many after one point.
    public static OptionalLong parse(String text, int decimals) {
        int point = text.indexOf('.');
        String whole = point < 0 ? text : text.substring(0, point);
        String rest = point < 0 ? "" : text.substring(point + 1);
        boolean formed = isDigits(whole)
                && (point < 0 || isDigits(rest))
                && rest.length() <= decimals
                && text.length() <= MAX_TEXT;
        if (!formed) {
            return OptionalLong.empty();
        }
        BigDecimal amount = new BigDecimal(text).movePointRight(decimals);
        return amount.compareTo(BigDecimal.valueOf(MAX)) > 0
                ? OptionalLong.empty()
                : OptionalLong.of(amount.longValueExact());
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
