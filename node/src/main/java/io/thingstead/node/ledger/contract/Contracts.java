package io.thingstead.node.ledger.contract;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.contract.Act;
import io.thingstead.node.contract.Code;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.Contract.Term;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.ContractCheck;
import io.thingstead.node.contract.ContractCodec;
import io.thingstead.node.contract.Finding;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.contract.Step;
import io.thingstead.node.contract.Values;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.GrantRecord;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.SuspendedClock;
import io.thingstead.node.ledger.contract.ContractRecord.Status;
import io.thingstead.node.ledger.market.Offers;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.Counts;
import io.thingstead.node.ledger.money.Timers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// What contracts do on the ledger: how they come, begin, go on and end, and the money that moves with each step.
public final class Contracts {
    /// How long a draft waits for its last signature.
    public static final long DRAFT_MS = 7 * 86_400_000L;

    private Contracts() {}

    /// A record with what it means.
    public record Running(ContractRecord record, Machine machine) {
        public Contract contract() {
            return machine.contract();
        }
    }

    /// Why this cannot become a contract, or the contract it would become.
    static Result<Contract> sound(Draft draft, byte[] code, byte[] valueBytes, List<AccountId> accounts) {
        Code ready;
        Contract contract;
        Values values;
        try {
            ready = draft.codes().of(Sha256.of(code), code);
            contract = ready.contract();
            CborReader in = CborReader.strict(valueBytes);
            values = Values.read(contract, in);
            in.expectEnd();
        } catch (CborMalformed e) {
            return Result.no(Refusal.CONTRACT_MALFORMED, "not a contract: " + e.getMessage());
        }
        for (Finding finding : ContractCheck.of(ready, values)) {
            if (finding.isError()) {
                return Result.no(Refusal.CONTRACT_UNSOUND, finding.code() + ": " + finding.text());
            }
        }
        Refused objection = parties(draft, contract, accounts);
        if (objection == null) {
            objection = terms(draft, contract, values, accounts);
        }
        return objection == null ? Result.ok(contract) : new Result.No<>(objection);
    }

    private static @Nullable Refused parties(Draft draft, Contract contract, List<AccountId> accounts) {
        if (accounts.size() != contract.parties().size()
                || accounts.stream().distinct().count() < accounts.size()) {
            return new Refused(
                    Refusal.CONTRACT_PARTY,
                    "each of the " + contract.parties().size() + " parties has an account of its own");
        }
        for (AccountId account : accounts) {
            Refused objection = Balances.notPayable(draft, account);
            if (objection != null) {
                return objection;
            }
        }
        return null;
    }

    private static @Nullable Refused terms(Draft draft, Contract contract, Values values, List<AccountId> accounts) {
        for (Term term : contract.terms()) {
            Refused objection = switch (term.type()) {
                case TermType.Money(String asset, int decimals) -> asset(draft, asset, decimals);
                case TermType.Device(String heldBy) ->
                    device(
                            draft,
                            values.text(contract, term.name()),
                            accounts.get(contract.indexOfParty(heldBy).orElseThrow()),
                            heldBy);
                default -> null;
            };
            if (objection != null) {
                return objection;
            }
        }
        return null;
    }

    private static @Nullable Refused asset(Draft draft, String name, int decimals) {
        AssetRecord asset =
                AssetId.parse(name).map(id -> AssetRecord.of(draft, id)).orElse(null);
        if (asset == null) {
            return new Refused(Refusal.ASSET_UNKNOWN, "no asset " + name);
        }
        return asset.decimals() == decimals
                ? null
                : new Refused(
                        Refusal.CONTRACT_UNSOUND,
                        name + " has " + asset.decimals() + " decimals, and the contract writes it with " + decimals);
    }

    private static @Nullable Refused device(Draft draft, String name, AccountId holder, String heldBy) {
        DeviceId device = DeviceId.parse(name).orElse(null);
        if (device == null || !draft.knows(device)) {
            return new Refused(Refusal.DEVICE_UNKNOWN, "no device " + name);
        }
        return ContractRecord.isOf(device.member(), holder)
                ? null
                : new Refused(
                        Refusal.CONTRACT_UNSOUND,
                        name + " is a device of " + device.member() + ", whose node takes its readings, and “" + heldBy
                                + "” is " + holder);
    }

    /// Brings a draft onto the ledger.
    ///
    /// @return why not, or null: it is there
    public static @Nullable Refused draft(
            Draft draft,
            byte[] transaction,
            List<Thumbprint> signers,
            byte[] code,
            byte[] values,
            List<AccountId> accounts,
            long renderer,
            byte[] text) {
        return bring(draft, transaction, signers, code, values, accounts, renderer, text)
                        instanceof Result.No<ContractRecord>(Refused refused)
                ? refused
                : null;
    }

    /// Brings a draft onto the ledger, or says why not.
    public static Result<ContractRecord> bring(
            Draft draft,
            byte[] transaction,
            List<Thumbprint> signers,
            byte[] code,
            byte[] values,
            List<AccountId> accounts,
            long renderer,
            byte[] text) {
        Result<Contract> sound = sound(draft, code, values, accounts);
        if (sound instanceof Result.No<Contract>(Refused refused)) {
            return new Result.No<>(refused);
        }
        if (renderer != PlainText.RENDERER) {
            return Result.no(Refusal.CONTRACT_MALFORMED, "no version " + renderer + " of the words");
        }
        AccountId drafter = accounts.stream()
                .filter(account -> Balances.isSignedByOwner(signers, account, draft))
                .findFirst()
                .orElse(null);
        if (drafter == null) {
            return Result.no(Refusal.ACTION_NOT_ALLOWED, "a party drafts it: the owner of one of the accounts");
        }
        if (Counts.isFull(draft, Counts.Kind.CONTRACTS, drafter.value())) {
            return Result.no(
                    Refusal.CONTRACT_FULL,
                    drafter + " has drafted " + Counts.Kind.CONTRACTS.most() + " contracts, the most");
        }
        Counts.add(draft, Counts.Kind.CONTRACTS, drafter.value());
        long number = Counts.next(draft, Counts.Kind.CONTRACTS);
        byte[] hash = Sha256.of(code);
        keep(draft, hash, code);
        long now = Timers.now(draft);
        long due = now + DRAFT_MS;
        ContractRecord record = new ContractRecord(
                number, hash, values, accounts, renderer, text, Status.DRAFT, 0, now, draft.nextEventNo(), due, null);
        record.put(draft);
        accounts.forEach(account -> indexed(draft, account, number));
        Timers.set(draft, due, Timers.CONTRACT, number);
        draft.happened(
                transaction,
                EventType.CONTRACT_DRAFTED,
                subjects(record),
                new CborWriter(128)
                        .array(5)
                        .integer(number)
                        .bytes(hash)
                        .bytes(text)
                        .bytes(record.agreement())
                        .text(((Result.Ok<Contract>) sound).value().title()));
        return Result.ok(record);
    }

    /// Keeps a contract without values, if it is not there yet.
    public static void keep(Draft draft, byte[] hash, byte[] code) {
        if (draft.get(StateKeys.contractCode(hash)) == null) {
            draft.put(
                    StateKeys.contractCode(hash),
                    new CborWriter(code.length + 8).array(1).bytes(code).toBytes());
        }
    }

    /// It is found by each of its parties; where a device is one, also by the device's member.
    private static void indexed(Draft draft, AccountId account, long number) {
        byte[] row = new CborWriter(1).array(0).toBytes();
        draft.put(StateKeys.party(account, Timers.CONTRACT, number), row);
        if (account instanceof AccountId.Device(DeviceId device)) {
            draft.put(StateKeys.party(new AccountId.Member(device.member()), Timers.CONTRACT, number), row);
        }
    }

    /// The code of a contract that is on the ledger, or null.
    public static byte @Nullable [] code(byte @Nullable [] stateValue) {
        if (stateValue == null) {
            return null;
        }
        CborReader in = CborReader.strict(stateValue);
        in.readArrayOf(1);
        return in.readBytes(ContractCodec.MAX_BYTES);
    }

    static List<String> subjects(ContractRecord record) {
        List<String> subjects = new ArrayList<>();
        subjects.add(StateKeys.contract(record.number()));
        record.accounts().forEach(account -> subjects.add(account.value()));
        return subjects;
    }

    private static Running with(Draft draft, ContractRecord record) {
        byte[] code = Objects.requireNonNull(
                code(draft.get(StateKeys.contractCode(record.code()))), "a contract's code is in the state");
        var ready = draft.codes().of(record.code(), code);
        return new Running(record, new Machine(ready, record.values(ready.contract())));
    }

    /// The contract of this number, or why there is none in this status.
    static Result<Running> find(Draft draft, long number, Status status) {
        ContractRecord record = ContractRecord.of(draft, number);
        if (record == null) {
            return Result.no(Refusal.CONTRACT_UNKNOWN, "no contract " + number);
        }
        return record.status() == status
                ? Result.ok(with(draft, record))
                : Result.no(
                        status == Status.DRAFT ? Refusal.CONTRACT_SIGNED : Refusal.CONTRACT_WAY,
                        "contract " + number + " is " + record.status().label() + ", not " + status.label());
    }

    /// The party for which somebody asks: it is named, and its account's owner signs.
    static Result<String> party(Draft draft, List<Thumbprint> signers, Running running, String name) {
        OptionalInt index = running.contract().indexOfParty(name);
        return index.isPresent()
                        && Balances.isSignedByOwner(
                                signers, running.record.accounts().get(index.getAsInt()), draft)
                ? Result.ok(name)
                : Result.no(
                        Refusal.ACTION_NOT_ALLOWED, "only the owner of the account of “" + name + "” speaks for it");
    }

    /// Signs for every party whose account's owner is among the signers; with the last one it begins.
    public static @Nullable Refused sign(
            Draft draft, byte[] transaction, List<Thumbprint> signers, long number, byte[] agreement) {
        Result<Running> found = find(draft, number, Status.DRAFT);
        if (found instanceof Result.No<Running>(Refused refused)) {
            return refused;
        }
        Running running = ((Result.Ok<Running>) found).value();
        ContractRecord record = running.record;
        if (!Arrays.equals(agreement, record.agreement())) {
            return new Refused(
                    Refusal.CONTRACT_SIGNED, "what was signed is not contract " + number + " as it is drafted");
        }
        long signed = record.signed();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < record.accounts().size(); i++) {
            if (!record.isSignedBy(i)
                    && Balances.isSignedByOwner(signers, record.accounts().get(i), draft)) {
                signed |= 1L << i;
                names.add(running.contract().parties().get(i).name());
            }
        }
        if (names.isEmpty()) {
            return record.accounts().stream().anyMatch(a -> Balances.isSignedByOwner(signers, a, draft))
                    ? new Refused(Refusal.CONTRACT_SIGNED, "this party has signed it")
                    : new Refused(Refusal.ACTION_NOT_ALLOWED, "its parties sign it: the owners of their accounts");
        }
        ContractRecord now = record.signed(signed);
        CborWriter body = new CborWriter(64).array(2).integer(number).array(names.size());
        names.forEach(body::text);
        draft.happened(transaction, EventType.CONTRACT_SIGNED, subjects(record), body);
        if (!now.isSignedByAll()) {
            now.put(draft);
            return null;
        }
        return begin(draft, transaction, new Running(now, running.machine));
    }

    private static @Nullable Refused begin(Draft draft, byte[] transaction, Running running) {
        ContractRecord record = running.record;
        Contract contract = running.contract();
        Timers.cancel(draft, record.timer(), Timers.CONTRACT, record.number());
        Refused full = Offers.begun(draft, running);
        if (full != null) {
            return full;
        }
        for (Contract.Deposit deposit : contract.deposits()) {
            Refused objection = Balances.move(
                    draft,
                    record.account(contract, deposit.party()),
                    new AccountId.Contract(record.number()),
                    asset(contract, deposit.name()),
                    running.machine.values().number(contract, deposit.amount()));
            if (objection != null) {
                return objection;
            }
        }
        Standing start = running.machine.start(Timers.now(draft));
        long due = running.machine.due(start);
        record.begun(start.enteredBy(draft.nextEventNo()), Timers.now(draft), draft.nextEventNo(), due)
                .put(draft);
        Timers.set(draft, due, Timers.CONTRACT, record.number());
        draft.happened(
                transaction, EventType.CONTRACT_BEGUN, subjects(record), ContractWords.begun(running, start.state()));
        return null;
    }

    public static AssetId asset(Contract contract, String deposit) {
        TermType type = contract.typeOf(contract.deposit(deposit).amount()).orElseThrow();
        return AssetId.parse(((TermType.Money) type).asset()).orElseThrow();
    }

    /// A party takes a draft back.
    public static @Nullable Refused withdraw(Draft draft, byte[] transaction, List<Thumbprint> signers, long number) {
        Result<Running> found = find(draft, number, Status.DRAFT);
        if (found instanceof Result.No<Running>(Refused refused)) {
            return refused;
        }
        ContractRecord record = ((Result.Ok<Running>) found).value().record;
        if (record.accounts().stream().noneMatch(account -> Balances.isSignedByOwner(signers, account, draft))) {
            return new Refused(Refusal.ACTION_NOT_ALLOWED, "one of its parties withdraws it");
        }
        Timers.cancel(draft, record.timer(), Timers.CONTRACT, number);
        withdrawn(draft, transaction, record, 1);
        return null;
    }

    /// @param how 1 by a party, 2 by time
    private static void withdrawn(Draft draft, byte[] transaction, ContractRecord record, int how) {
        Offers.withdrawn(draft, record.number());
        record.ended(Status.WITHDRAWN, Timers.now(draft), draft.nextEventNo()).put(draft);
        draft.happened(
                transaction,
                EventType.CONTRACT_WITHDRAWN,
                subjects(record),
                new CborWriter(16).array(2).integer(record.number()).integer(how));
    }

    /// The time that counts for a deadline: it is not over within ten minutes after the ledger stood still.
    static long now(Draft draft, Running running) {
        long now = Timers.now(draft);
        long due = running.machine.due(running.record.standsAt());
        return now >= due && !Timers.isOver(draft, due) ? due - 1 : now;
    }

    /// What time alone does to it.
    public static void timeOver(Draft draft, long number) {
        ContractRecord record =
                Objects.requireNonNull(ContractRecord.of(draft, number), "a timer's contract is in the state");
        if (record.status() == Status.DRAFT) {
            withdrawn(draft, Event.noTransaction(), record, 2);
            return;
        }
        Running running = with(draft, record);
        Step step = running.machine.timeOver(record.standsAt(), Timers.now(draft));
        Refused objection = follow(draft, Event.noTransaction(), running, step, null, null, true);
        if (objection != null) {
            throw new IllegalStateException("contract " + number + " cannot pay what it holds: " + objection);
        }
    }

    /// Takes a step: money moves, the event tells, the timer is set anew.
    ///
    /// @param party that caused it, or null
    /// @param evidence commitment to what was shown, or null
    /// @param fired whether its timer has fired and is gone
    static @Nullable Refused follow(
            Draft draft,
            byte[] transaction,
            Running running,
            Step step,
            @Nullable String party,
            byte @Nullable [] evidence,
            boolean fired) {
        ContractRecord record = running.record;
        Contract contract = running.contract();
        AccountId own = new AccountId.Contract(record.number());
        for (Act act : step.acts()) {
            Refused objection = switch (act) {
                case Act.Paid(String deposit, String to, long amount, var _) ->
                    Balances.move(draft, own, record.account(contract, to), asset(contract, deposit), amount);
                case Act.Released(String deposit, String to, long amount) ->
                    Balances.move(draft, own, record.account(contract, to), asset(contract, deposit), amount);
                case Act.PaidIn(String deposit, long amount) ->
                    Balances.move(
                            draft,
                            record.account(contract, contract.deposit(deposit).party()),
                            own,
                            asset(contract, deposit),
                            amount);
                default -> null;
            };
            if (objection != null) {
                return objection;
            }
        }
        if (!fired) {
            Timers.cancel(draft, record.timer(), Timers.CONTRACT, record.number());
        }
        boolean ended = running.machine.hasEnded(step.after());
        long due = ended ? 0 : running.machine.due(step.after());
        ContractRecord after = record.standing(step.after().enteredBy(draft.nextEventNo()), due);
        if (ended) {
            after = after.ended(Status.ENDED, Timers.now(draft), draft.nextEventNo());
        } else {
            Timers.set(draft, due, Timers.CONTRACT, record.number());
        }
        after.put(draft);
        Offers.stepped(draft, running, step, ended, draft.nextEventNo());
        draft.happened(
                transaction,
                ended ? EventType.CONTRACT_ENDED : EventType.CONTRACT_STEPPED,
                subjects(record),
                ContractWords.step(running, step, party, evidence));
        for (Act act : step.acts()) {
            if (act instanceof Act.Granted(String device, String to)) {
                grant(draft, transaction, running, device, to);
            }
        }
        return null;
    }

    /// The member of a party reads a device from the contract's begin on. Where it may read more already, or is none any
    /// more, nothing changes.
    private static void grant(Draft draft, byte[] transaction, Running running, String term, String party) {
        DeviceId device = DeviceId.of(running.machine.values().text(running.contract(), term));
        MemberId grantee =
                switch (running.record.account(running.contract(), party)) {
                    case AccountId.Member(MemberId member) -> member;
                    case AccountId.Device(DeviceId of) -> of.member();
                    default -> device.member();
                };
        // Ledger time, brought to the logs' by all that was ever stood still: rather a little later than it began.
        long from = running.record.since() + SuspendedClock.ms(draft);
        String key = StateKeys.grant(device, grantee);
        byte[] known = draft.get(key);
        boolean covered = known != null
                && GrantRecord.decode(key, known).toMs() == null
                && GrantRecord.decode(key, known).fromMs() <= from;
        if (covered || grantee.equals(device.member()) || draft.isRemoved(grantee) || !draft.knows(device)) {
            return;
        }
        draft.put(key, new GrantRecord(device, grantee, from, null, draft.nextEventNo()).encode());
        draft.happened(
                transaction,
                EventType.ACCESS_GRANTED,
                List.of(Draft.subject(device), Draft.subject(grantee)),
                new CborWriter(192)
                        .array(4)
                        .text(device.value())
                        .text(grantee.value())
                        .integer(from)
                        .nil());
    }
}
