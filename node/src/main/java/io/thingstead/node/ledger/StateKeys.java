package io.thingstead.node.ledger;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// The keys of the ledger's state, `docs/formats.md` §7.
public final class StateKeys {
    public static final String LEDGER = "ledger";
    public static final String CLOCK = "clock";
    public static final String FOUNDED = "founded";
    public static final String MEMBERS = "member/";
    public static final String DEVICES = "device/";
    public static final String KEYS = "key/";
    public static final String LOGS = "log/";
    public static final String ERAS = "era/";
    public static final String SEEN = "seen/";
    public static final String BATCHES = "batch/";
    public static final String VALIDATORS = "validators";
    public static final String VALIDATORS_CHANGED = "validators-changed";
    public static final String ENGINES = "engine/";
    public static final String DECISIONS = "decisions";
    public static final String DECISION = "decision/";
    public static final String REMOVED = "removed/";
    public static final String ENDPOINTS = "endpoint/";
    public static final String EVENT_ROOTS = "event-roots";
    public static final String EVENT_ROOT = "event-root/";
    public static final String CONTRACTS = "contract/";
    public static final String CONTRACT_CODES = "contract-code/";
    public static final String RULES = "rules";
    public static final String GRANTS = "grant/";
    public static final String FORKED = "forked/";
    public static final String BROKEN_PROMISES = "broken-promise/";
    public static final String MEMBER_FAULTS = "member-fault/";

    public static final String ASSETS = "asset/";
    public static final String ACCOUNTS = "account/key/";
    public static final String BALANCES = "balance/";
    public static final String HOLDS = "hold/";
    public static final String LIMITS = "limit/";
    public static final String CHANNELS = "channel/";
    public static final String OFFERS = "offer/";
    public static final String OFFER_TERMS = "offer-terms/";
    public static final String OFFERED = "offered/";
    public static final String TAKEN = "taken/";
    public static final String RATINGS = "rating/";
    public static final String PARTIES = "party/";
    public static final String COUNTS = "count/";
    public static final String TIMERS = "timer/";
    public static final String RESUMED = "resumed";

    private static final HexFormat HEX = HexFormat.of();

    private StateKeys() {}

    public static String era(long number) {
        return ERAS + number;
    }

    public static String member(MemberId member) {
        return MEMBERS + member.value();
    }

    public static String decision(long number) {
        return DECISION + number;
    }

    public static String removed(MemberId member) {
        return REMOVED + member.value();
    }

    public static String endpoint(MemberId member) {
        return ENDPOINTS + member.value();
    }

    /// By the address that the engine of several members gives an engine key.
    public static String engine(byte[] address) {
        return ENGINES + HEX.formatHex(address);
    }

    public static String batch(MemberId member) {
        return BATCHES + member.value();
    }

    public static String device(DeviceId device) {
        return DEVICES + device.value();
    }

    public static String key(Thumbprint thumbprint) {
        return KEYS + thumbprint.hex();
    }

    public static String log(LogId log) {
        return LOGS + path(log);
    }

    public static String forked(LogId log) {
        return FORKED + path(log);
    }

    public static String brokenPromise(LogId log, long index) {
        return BROKEN_PROMISES + path(log) + "/" + index;
    }

    private static String path(LogId log) {
        return log.member().value() + "/" + log.number();
    }

    /// The log of a key that starts with [#LOGS].
    public static LogId logOf(String key) {
        return logOf(LOGS, key);
    }

    /// The log that follows the prefix of a key.
    public static LogId logOf(String prefix, String key) {
        int slash = key.indexOf('/', prefix.length());
        return new LogId(
                new MemberId(key.substring(prefix.length(), slash)), Long.parseLong(key, slash + 1, key.length(), 10));
    }

    public static String grant(DeviceId device, MemberId grantee) {
        return GRANTS + device.value() + "/" + grantee.value();
    }

    public static String memberFault(MemberId member) {
        return MEMBER_FAULTS + member.value();
    }

    public static String asset(AssetId asset) {
        return ASSETS + asset.value();
    }

    public static String account(Thumbprint wallet) {
        return ACCOUNTS + wallet.hex();
    }

    public static String balance(AccountId account, AssetId asset) {
        return balances(account) + asset.value();
    }

    /// What the keys of all balances of an account start with.
    public static String balances(AccountId account) {
        return BALANCES + account.value() + "/";
    }

    public static String hold(long number) {
        return HOLDS + number;
    }

    public static String limit(long number) {
        return LIMITS + number;
    }

    public static String contract(long number) {
        return CONTRACTS + number;
    }

    public static String contractCode(byte[] hash) {
        return CONTRACT_CODES + HEX.formatHex(hash);
    }

    public static String eventRoot(long slot) {
        return EVENT_ROOT + slot;
    }

    public static String channel(long number) {
        return CHANNELS + number;
    }

    public static String offer(long number) {
        return OFFERS + number;
    }

    public static String offerTerms(long number) {
        return OFFER_TERMS + number;
    }

    /// By kind, so that all offers of a kind, and of what is more special than it, stand together.
    public static String offered(String kind, long number) {
        return OFFERED + kind + "/" + number;
    }

    public static String taken(long contract) {
        return TAKEN + contract;
    }

    public static String rating(AccountId account, String kind, AssetId asset, String state) {
        return ratings(account) + kind + "/" + asset.value() + "/" + state;
    }

    /// What the keys of all that is counted of an account's offers start with.
    public static String ratings(AccountId account) {
        return RATINGS + account.value() + "/";
    }

    /// The number that was given last to a thing of this kind.
    public static String numbered(String kind) {
        return kind;
    }

    public static String count(String kind, String whose) {
        return COUNTS + kind + "/" + whose;
    }

    /// What an account has to do with: a hold, a limit or a channel.
    public static String party(AccountId account, String kind, long number) {
        return parties(account, kind) + number;
    }

    /// What the keys of all of an account's holds, limits or channels start with.
    public static String parties(AccountId account, String kind) {
        return PARTIES + account.value() + "/" + kind + "/";
    }

    /// Ordered by the time that it is due.
    public static String timer(long dueMs, String kind, long number) {
        return timersFrom(dueMs) + "/" + kind + "/" + number;
    }

    /// What every key of a timer that is due then or later is not below.
    public static String timersFrom(long dueMs) {
        return TIMERS + HEX.toHexDigits(dueMs);
    }

    /// Ordered by expiry, so that what is over stands first.
    public static String seen(long validUntil, byte[] identity) {
        return seenFrom(validUntil) + "/" + HEX.formatHex(identity);
    }

    /// What every key of a transaction that is valid until then or later is not below.
    static String seenFrom(long validUntil) {
        return SEEN + HEX.toHexDigits(validUntil);
    }

    /// The key's bytes, whose hash is its path in the state map.
    public static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.US_ASCII);
    }
}
