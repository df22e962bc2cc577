package io.thingstead.node.ledger.contract;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.contract.Code;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.Contract.Term;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.ContractCheck;
import io.thingstead.node.contract.Finding;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.Values;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.contract.ContractRecord.Status;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.Counts;
import io.thingstead.node.ledger.money.Timers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a contract comes onto the ledger, as a draft that its parties sign: whether it is sound, and whether what it
/// names is there.
public final class ContractDrafts {
    /// How long a draft waits for its last signature.
    public static final long DRAFT_MS = 7 * 86_400_000L;

    private ContractDrafts() {}

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
        return holder.isOf(device.member())
                ? null
                : new Refused(
                        Refusal.CONTRACT_UNSOUND,
                        name + " is a device of " + device.member() + ", whose node takes its readings, and “" + heldBy
                                + "” is " + holder);
    }

    /// Brings a draft onto the ledger.
    ///
    /// @param replaces the running contract in whose place it comes; 0: none
    /// @return why not, or null: it is there
    public static @Nullable Refused draft(
            Draft draft,
            byte[] transaction,
            List<Thumbprint> signers,
            byte[] code,
            byte[] values,
            List<AccountId> accounts,
            long renderer,
            byte[] text,
            long replaces) {
        return bring(draft, transaction, signers, code, values, accounts, renderer, text, replaces)
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
            byte[] text,
            long replaces) {
        Result<Contract> sound = sound(draft, code, values, accounts);
        if (sound instanceof Result.No<Contract>(Refused refused)) {
            return new Result.No<>(refused);
        }
        if (renderer != PlainText.RENDERER) {
            return Result.no(Refusal.CONTRACT_MALFORMED, "no version " + renderer + " of the words");
        }
        Refused unfit = replaces == 0 ? null : Replacement.objection(draft, replaces, accounts);
        if (unfit != null) {
            return new Result.No<>(unfit);
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
                number,
                hash,
                values,
                accounts,
                renderer,
                text,
                Status.DRAFT,
                0,
                now,
                draft.nextEventNo(),
                due,
                null,
                replaces);
        record.put(draft);
        accounts.forEach(account -> indexed(draft, account, number));
        Timers.set(draft, due, Timers.CONTRACT, number);
        draft.happened(
                transaction,
                EventType.CONTRACT_DRAFTED,
                Contracts.subjects(record),
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
}
