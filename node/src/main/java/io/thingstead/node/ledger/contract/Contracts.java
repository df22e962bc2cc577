package io.thingstead.node.ledger.contract;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.contract.Act;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.ContractCodec;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.contract.Step;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.GrantRecord;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.SuspendedClock;
import io.thingstead.node.ledger.contract.ContractRecord.Status;
import io.thingstead.node.ledger.market.Offers;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.Timers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// What contracts do on the ledger: how they come, begin, go on and end, and the money that moves with each step.
public final class Contracts {
    private Contracts() {}

    /// A record with what it means.
    public record Running(ContractRecord record, Machine machine) {
        public Contract contract() {
            return machine.contract();
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
        Refused standing = record.replaces() == 0 ? null : Replacement.end(draft, transaction, record);
        if (standing != null) {
            return standing;
        }
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

    /// The member of a party reads a device from the contract's begin on. Where it may read more already, or is none
    /// any
    /// more, nothing changes.
    private static void grant(Draft draft, byte[] transaction, Running running, String term, String party) {
        DeviceId device = DeviceId.of(running.machine.values().text(running.contract(), term));
        MemberId grantee = switch (running.record.account(running.contract(), party)) {
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
