package io.thingstead.node.ledger.contract;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.contract.Values;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.MoneyWords;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A contract as the ledger keeps it. The arrays are the record's own: nobody changes them.
///
/// @param code hash of the contract without its values
/// @param values of its terms, as bytes
/// @param accounts of its parties, in their order
/// @param renderer the version of the words of its text
/// @param text hash of its text
/// @param signed which parties have signed, a bit each
/// @param since ledger time at which it came to its status
/// @param event that drafted it, that started it once it runs, that ended it
/// @param timer when time moves it on; 0: never more
/// @param standing where it stands, null: it has not begun
/// @param replaces the contract in whose place it comes; 0: none
public record ContractRecord(
        long number,
        byte[] code,
        byte[] values,
        List<AccountId> accounts,
        long renderer,
        byte[] text,
        Status status,
        long signed,
        long since,
        long event,
        long timer,
        byte @Nullable [] standing,
        long replaces) {
    private static final byte[] DOMAIN = "ts-contract/1\0".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_VALUES = 32_768;

    /// How far it has come.
    public enum Status {
        DRAFT(1, "draft"),
        RUNNING(2, "running"),
        ENDED(3, "ended"),
        WITHDRAWN(4, "withdrawn"),
        REPLACED(5, "replaced");

        private final int number;
        private final String label;

        Status(int number, String label) {
            this.number = number;
            this.label = label;
        }

        public String label() {
            return label;
        }

        static Status of(long number) {
            for (Status status : values()) {
                if (status.number == number) {
                    return status;
                }
            }
            throw new IllegalArgumentException("no status " + number);
        }
    }

    public ContractRecord {
        accounts = List.copyOf(accounts);
    }

    /// What each party signs by: contract, values, parties and text in one hash.
    public byte[] agreement() {
        return agreement(code, values, accounts, renderer, text, replaces);
    }

    public static byte[] agreement(
            byte[] code, byte[] values, List<AccountId> accounts, long renderer, byte[] text, long replaces) {
        CborWriter out = new CborWriter(256)
                .array(6)
                .bytes(code)
                .bytes(Sha256.of(values))
                .array(accounts.size());
        accounts.forEach(account -> out.text(account.value()));
        byte[] body = out.integer(renderer).bytes(text).integer(replaces).toBytes();
        byte[] whole = Arrays.copyOf(DOMAIN, DOMAIN.length + body.length);
        System.arraycopy(body, 0, whole, DOMAIN.length, body.length);
        return Sha256.of(whole);
    }

    public static @Nullable ContractRecord of(Draft draft, long number) {
        byte[] value = draft.get(StateKeys.contract(number));
        return value == null ? null : decode(number, value);
    }

    public void put(Draft draft) {
        draft.put(StateKeys.contract(number), encode());
    }

    public boolean isSignedBy(int party) {
        return (signed >> party & 1) != 0;
    }

    public boolean isSignedByAll() {
        return signed == (1L << accounts.size()) - 1;
    }

    /// The account of a party of that name.
    public AccountId account(Contract contract, String party) {
        return accounts.get(contract.indexOfParty(party).orElseThrow());
    }

    /// The party for which this member's node speaks: the member itself, or else the first one of its devices.
    public OptionalInt partyOf(MemberId member) {
        int own = accounts.indexOf(new AccountId.Member(member));
        return own >= 0
                ? OptionalInt.of(own)
                : IntStream.range(0, accounts.size())
                        .filter(i -> accounts.get(i).isOf(member))
                        .findFirst();
    }

    public Values values(Contract contract) {
        CborReader in = CborReader.strict(values);
        Values read = Values.read(contract, in);
        in.expectEnd();
        return read;
    }

    /// Where it stands; only of one that has begun.
    public Standing standsAt() {
        if (standing == null) {
            throw new IllegalStateException("contract " + number + " has not begun");
        }
        return Standing.decode(standing);
    }

    /// The same, signed by this party too.
    public ContractRecord signedBy(int party) {
        return signed(signed | 1L << party);
    }

    ContractRecord signed(long now) {
        return with(status, now, since, event, timer, standing);
    }

    ContractRecord ended(Status how, long now, long at) {
        return with(how, signed, now, at, 0, standing);
    }

    ContractRecord begun(Standing at, long now, long startEvent, long due) {
        return with(Status.RUNNING, signed, now, startEvent, due, at.encode());
    }

    ContractRecord standing(Standing at, long due) {
        return with(status, signed, since, event, due, at.encode());
    }

    private ContractRecord with(
            Status nowStatus,
            long nowSigned,
            long nowSince,
            long nowEvent,
            long nowTimer,
            byte @Nullable [] nowStanding) {
        return new ContractRecord(
                number,
                code,
                values,
                accounts,
                renderer,
                text,
                nowStatus,
                nowSigned,
                nowSince,
                nowEvent,
                nowTimer,
                nowStanding,
                replaces);
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(512).array(12).bytes(code).bytes(values).array(accounts.size());
        accounts.forEach(account -> out.text(account.value()));
        out.integer(renderer)
                .bytes(text)
                .integer(status.number)
                .integer(signed)
                .integer(since)
                .integer(event)
                .integer(timer);
        if (standing == null) {
            out.nil();
        } else {
            out.bytes(standing);
        }
        return out.integer(replaces).toBytes();
    }

    public static ContractRecord decode(long number, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(12);
        byte[] code = in.readBytesOf(32);
        byte[] values = in.readBytes(MAX_VALUES);
        List<AccountId> accounts = new ArrayList<>();
        for (int left = in.readArray(Contract.MAX_PARTIES); left > 0; left--) {
            accounts.add(MoneyWords.account(in));
        }
        long renderer = in.readUint();
        byte[] text = in.readBytesOf(32);
        Status status = Status.of(in.readUint());
        long signed = in.readUint();
        long since = in.readInteger();
        long event = in.readUint();
        long timer = in.readInteger();
        byte[] standing = null;
        if (in.nextIsNull()) {
            in.readNull();
        } else {
            standing = in.readBytes(0xFFFF);
        }
        long replaces = in.readUint();
        in.expectEnd();
        return new ContractRecord(
                number, code, values, accounts, renderer, text, status, signed, since, event, timer, standing,
                replaces);
    }
}
