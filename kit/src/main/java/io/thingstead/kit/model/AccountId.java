package io.thingstead.kit.model;

import java.util.Optional;

/// Who holds money on the ledger: a member, a device, a wallet key (of a person or a program), or the ledger itself for
/// a contract or a payment channel. The text form stands in state keys, and names the account in events.
public sealed interface AccountId extends Comparable<AccountId> {
    int MAX_TEXT = 104;

    String value();

    /// Short, for people: `acme`, `acme:box`, `wallet 0123456789abcdef`, `contract 3`.
    default String inWords() {
        return switch (this) {
            case Member(MemberId member) -> member.value();
            case Device(DeviceId device) -> device.value();
            case Key(Thumbprint key) -> "wallet " + key.hex().substring(0, 16);
            case Contract(long number) -> "contract " + number;
            case Channel(long number) -> "channel " + number;
        };
    }

    /// Whether the ledger itself keeps it, by its own rules: nobody signs for it.
    default boolean isOfLedger() {
        return this instanceof Contract || this instanceof Channel;
    }

    /// Whether it is a member's own, or one of its devices'.
    default boolean isOf(MemberId owner) {
        return switch (this) {
            case Member(MemberId member) -> member.equals(owner);
            case Device(DeviceId device) -> device.member().equals(owner);
            case Key _, Contract _, Channel _ -> false;
        };
    }

    @Override
    default int compareTo(AccountId other) {
        return value().compareTo(other.value());
    }

    record Member(MemberId member) implements AccountId {
        @Override
        public String value() {
            return "member/" + member.value();
        }

        @Override
        public String toString() {
            return value();
        }
    }

    record Device(DeviceId device) implements AccountId {
        @Override
        public String value() {
            return "device/" + device.value();
        }

        @Override
        public String toString() {
            return value();
        }
    }

    record Key(Thumbprint key) implements AccountId {
        @Override
        public String value() {
            return "key/" + key.hex();
        }

        @Override
        public String toString() {
            return value();
        }
    }

    record Contract(long number) implements AccountId {
        public Contract {
            AccountText.checked(number);
        }

        @Override
        public String value() {
            return "contract/" + number;
        }

        @Override
        public String toString() {
            return value();
        }
    }

    record Channel(long number) implements AccountId {
        public Channel {
            AccountText.checked(number);
        }

        @Override
        public String value() {
            return "channel/" + number;
        }

        @Override
        public String toString() {
            return value();
        }
    }

    static AccountId of(MemberId member) {
        return new Member(member);
    }

    static AccountId of(DeviceId device) {
        return new Device(device);
    }

    static AccountId of(Thumbprint key) {
        return new Key(key);
    }

    static AccountId of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not an account: " + text));
    }

    /// Reads the one text form.
    static Optional<AccountId> parse(String text) {
        return AccountText.parse(text);
    }
}
