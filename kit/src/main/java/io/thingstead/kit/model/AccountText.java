package io.thingstead.kit.model;

import java.util.Optional;
import java.util.OptionalLong;

/// The text form of accounts, read strictly: each account has one.
final class AccountText {
    private static final long MAX_NUMBER = (1L << 53) - 1;
    private static final int MAX_DIGITS = 16;
    private static final int HEX_DIGITS = 64;

    private AccountText() {}

    static void checked(long number) {
        if (number < 1 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("numbers of accounts start at 1: " + number);
        }
    }

    static Optional<AccountId> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || text.length() > AccountId.MAX_TEXT) {
            return Optional.empty();
        }
        String rest = text.substring(slash + 1);
        return switch (text.substring(0, slash)) {
            case "member" -> MemberId.parse(rest).map(AccountId.Member::new);
            case "device" -> DeviceId.parse(rest).map(AccountId.Device::new);
            case "key" -> isHex(rest) ? Optional.of(new AccountId.Key(Thumbprint.ofHex(rest))) : Optional.empty();
            case "contract" -> number(rest, true);
            case "channel" -> number(rest, false);
            default -> Optional.empty();
        };
    }

    private static Optional<AccountId> number(String text, boolean contract) {
        OptionalLong number = number(text);
        if (number.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                contract ? new AccountId.Contract(number.getAsLong()) : new AccountId.Channel(number.getAsLong()));
    }

    private static OptionalLong number(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS || text.charAt(0) == '0') {
            return OptionalLong.empty();
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return OptionalLong.empty();
            }
        }
        long number = Long.parseLong(text);
        return number > MAX_NUMBER ? OptionalLong.empty() : OptionalLong.of(number);
    }

    private static boolean isHex(String text) {
        if (text.length() != HEX_DIGITS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }
}
