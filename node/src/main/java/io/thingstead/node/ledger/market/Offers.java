package io.thingstead.node.ledger.market;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.contract.Act;
import io.thingstead.node.contract.Code;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.ContractCheck;
import io.thingstead.node.contract.ContractCodec;
import io.thingstead.node.contract.Finding;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.Step;
import io.thingstead.node.contract.Values;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.contract.ContractDrafts;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.ledger.contract.Contracts;
import io.thingstead.node.ledger.money.AccountRecord;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.Counts;
import io.thingstead.node.ledger.money.Timers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How offers come, end, and are taken by contracts. Who offers has agreed beforehand to what it laid down: a contract
/// that takes the offer as it is has its signature by that.
public final class Offers {
    private static final byte[] NOTHING_MORE = new CborWriter(1).array(0).toBytes();

    private Offers() {}

    /// Brings an offer onto the ledger; who may, and whether its parts are in their bounds, is the caller's to check.
    ///
    /// @return why not, or null: it is there
    public static @Nullable Refused publish(Draft draft, byte[] transaction, Offer offer, @Nullable OfferTerms terms) {
        Offer kept = offer;
        if (offer.way() instanceof OfferWay.ByContract(byte[] contract, String party) && terms != null) {
            byte[] code = contract;
            if (contract.length == OfferWay.HASH) {
                code = Contracts.code(draft.get(StateKeys.contractCode(contract)));
                if (code == null) {
                    return new Refused(
                            Refusal.CONTRACT_UNKNOWN, "the ledger has no contract of this hash: give it whole");
                }
            }
            Refused objection = unsound(code, terms, party);
            if (objection != null) {
                return objection;
            }
            byte[] hash = Sha256.of(code);
            ContractDrafts.keep(draft, hash, code);
            kept = offer.named(hash);
        }
        long number = Counts.next(draft, Counts.Kind.OFFERS);
        Counts.add(draft, Counts.Kind.OFFERS, offer.account().value());
        OfferRecord record = new OfferRecord(number, kept, 0, draft.nextEventNo());
        record.put(draft);
        if (terms != null) {
            draft.put(StateKeys.offerTerms(number), terms.encode());
        }
        draft.put(StateKeys.offered(offer.kind(), number), NOTHING_MORE);
        draft.put(StateKeys.party(offer.account(), Timers.OFFER, number), NOTHING_MORE);
        Timers.set(draft, offer.until(), Timers.OFFER, number);
        AssetRecord asset = Objects.requireNonNull(AssetRecord.of(draft, offer.asset()), "the asset was looked for");
        CborWriter body = new CborWriter(256).array(3).integer(number).integer(asset.decimals());
        kept.write(body);
        draft.happened(transaction, EventType.OFFER_PUBLISHED, record.subjects(), body);
        return null;
    }

    private static @Nullable Refused unsound(byte[] code, OfferTerms terms, String party) {
        Contract contract;
        Values values;
        try {
            contract = ContractCodec.decode(code);
            CborReader in = CborReader.strict(terms.values());
            values = Values.read(contract, in);
            in.expectEnd();
        } catch (CborMalformed e) {
            return new Refused(Refusal.CONTRACT_MALFORMED, "not a contract: " + e.getMessage());
        }
        if (contract.indexOfParty(party).isEmpty()) {
            return new Refused(Refusal.CONTRACT_PARTY, "the contract has no party “" + party + "”");
        }
        for (String open : terms.open()) {
            var type = contract.typeOf(open);
            if (type.isEmpty()
                    || type.get() instanceof Contract.TermType.Money
                    || type.get() instanceof Contract.TermType.Stream) {
                return new Refused(
                        Refusal.CONTRACT_MALFORMED, "“" + open + "” is no term that who takes an offer may change");
            }
        }
        for (Finding finding : ContractCheck.of(new Code(contract), values)) {
            if (finding.isError()) {
                return new Refused(Refusal.CONTRACT_UNSOUND, finding.code() + ": " + finding.text());
            }
        }
        return null;
    }

    /// Who offers takes it back.
    public static void withdraw(Draft draft, byte[] transaction, OfferRecord record) {
        Timers.cancel(draft, record.offer().until(), Timers.OFFER, record.number());
        end(draft, transaction, record, 1);
    }

    /// Its time has come.
    public static void expire(Draft draft, long number) {
        end(
                draft,
                Event.noTransaction(),
                Objects.requireNonNull(OfferRecord.of(draft, number), "a timer's offer is in the state"),
                2);
    }

    private static void end(Draft draft, byte[] transaction, OfferRecord record, int how) {
        Offer offer = record.offer();
        draft.remove(StateKeys.offer(record.number()));
        draft.remove(StateKeys.offered(offer.kind(), record.number()));
        draft.remove(StateKeys.party(offer.account(), Timers.OFFER, record.number()));
        if (offer.way() instanceof OfferWay.ByContract) {
            draft.remove(StateKeys.offerTerms(record.number()));
        }
        Counts.subtract(draft, Counts.Kind.OFFERS, offer.account().value());
        draft.happened(
                transaction,
                EventType.OFFER_ENDED,
                record.subjects(),
                new CborWriter(160)
                        .array(4)
                        .integer(record.number())
                        .text(offer.account().value())
                        .text(offer.kind())
                        .integer(how));
    }

    /// Drafts the contract of an offer as it is laid down, and signs it for who offers and for every party whose
    /// account's owner is among the signers.
    ///
    /// @return why not, or null: it is there, and has begun where all have signed
    public static @Nullable Refused take(
            Draft draft,
            byte[] transaction,
            List<Thumbprint> signers,
            long number,
            byte[] values,
            List<AccountId> accounts,
            long renderer,
            byte[] text) {
        OfferRecord record = OfferRecord.of(draft, number);
        if (record == null) {
            return new Refused(Refusal.OFFER_UNKNOWN, "no offer " + number + ", or its time is over");
        }
        if (!(record.offer().way() instanceof OfferWay.ByContract(byte[] hash, String party))) {
            return new Refused(Refusal.OFFER_OTHER, "offer " + number + " is paid by the request, without a contract");
        }
        byte[] code = Objects.requireNonNull(
                Contracts.code(draft.get(StateKeys.contractCode(hash))), "an offer's contract is in the state");
        Result<ContractRecord> brought =
                ContractDrafts.bring(draft, transaction, signers, code, values, accounts, renderer, text, 0);
        if (brought instanceof Result.No<ContractRecord>(Refused refused)) {
            return refused;
        }
        ContractRecord drafted = brought.orThrow();
        Contract contract = draft.codes().of(hash, code).contract();
        Refused objection = differs(draft, record, drafted, contract, party);
        if (objection != null) {
            return objection;
        }
        ContractRecord signed = drafted.signedBy(contract.indexOfParty(party).orElseThrow());
        signed.put(draft);
        Offer offer = record.offer();
        boolean counts =
                accounts.stream().anyMatch(account -> !member(draft, account).equals(member(draft, offer.account())));
        new TakenRecord(drafted.number(), number, offer.account(), offer.kind(), offer.asset(), counts, 0, 0)
                .put(draft);
        List<String> subjects = new ArrayList<>();
        subjects.add(StateKeys.offer(number));
        subjects.add(StateKeys.contract(drafted.number()));
        subjects.add(offer.account().value());
        draft.happened(
                transaction,
                EventType.OFFER_TAKEN,
                subjects,
                new CborWriter(160)
                        .array(4)
                        .integer(number)
                        .integer(drafted.number())
                        .text(party)
                        .text(offer.account().value()));
        return Contracts.sign(draft, transaction, signers, drafted.number(), signed.agreement());
    }

    private static @Nullable Refused differs(
            Draft draft, OfferRecord record, ContractRecord drafted, Contract contract, String party) {
        if (!drafted.account(contract, party).equals(record.offer().account())) {
            return new Refused(
                    Refusal.OFFER_OTHER, "“" + party + "” is " + record.offer().account() + ", who offers");
        }
        OfferTerms terms = OfferTerms.decode(Objects.requireNonNull(
                draft.get(StateKeys.offerTerms(record.number())), "what is laid down for an offer is in the state"));
        CborReader in = CborReader.strict(terms.values());
        Values laidDown = Values.read(contract, in);
        Values given = drafted.values(contract);
        for (Contract.Term term : contract.terms()) {
            if (!terms.open().contains(term.name())
                    && !given.of(contract, term.name()).equals(laidDown.of(contract, term.name()))) {
                return new Refused(
                        Refusal.OFFER_OTHER, "“" + term.name() + "” is not what offer " + record.number() + " says");
            }
        }
        Map<String, String> names = new LinkedHashMap<>();
        for (int i = 0; i < drafted.accounts().size(); i++) {
            names.put(
                    contract.parties().get(i).name(), drafted.accounts().get(i).value());
        }
        if (!Arrays.equals(PlainText.hash(PlainText.of(contract, given, names)), drafted.text())) {
            return new Refused(Refusal.OFFER_OTHER, "the words are not those of this contract");
        }
        return record.isFull()
                ? new Refused(Refusal.OFFER_FULL, "as many contracts run from offer " + record.number() + " as may")
                : null;
    }

    /// The member that an account belongs to.
    private static String member(Draft draft, AccountId account) {
        return switch (account) {
            case AccountId.Member(var member) -> member.value();
            case AccountId.Device(var device) -> device.member().value();
            case AccountId.Key(var key) ->
                AccountRecord.decode(
                                key,
                                Objects.requireNonNull(draft.get(StateKeys.account(key)), "a party's account is there"))
                        .host()
                        .value();
            case AccountId.Contract _, AccountId.Channel _ -> "";
        };
    }

    /// A contract begins: where it took an offer, one place less is left.
    ///
    /// @return why not, or null
    public static @Nullable Refused begun(Draft draft, Contracts.Running running) {
        TakenRecord taken = TakenRecord.of(draft, running.record().number());
        if (taken == null) {
            return null;
        }
        OfferRecord record = OfferRecord.of(draft, taken.offer());
        if (record != null) {
            if (record.isFull()) {
                return new Refused(
                        Refusal.OFFER_FULL, "as many contracts run from offer " + record.number() + " as may");
            }
            record.running(record.running() + 1).put(draft);
        }
        Contract contract = running.contract();
        long paidIn = 0;
        for (Contract.Deposit deposit : contract.deposits()) {
            if (isOf(taken, running, deposit.name(), deposit.party())) {
                paidIn += running.machine().values().number(contract, deposit.amount());
            }
        }
        taken.moved(paidIn, 0).put(draft);
        return null;
    }

    private static boolean isOf(TakenRecord taken, Contracts.Running running, String deposit, String party) {
        return running.record().account(running.contract(), party).equals(taken.account())
                && Contracts.asset(running.contract(), deposit).equals(taken.asset());
    }

    /// A contract took a step: what it brought who offered is summed up, and counted when it has ended.
    ///
    /// @param event that tells of the step
    public static void stepped(Draft draft, Contracts.Running running, Step step, boolean ended, long event) {
        TakenRecord taken = TakenRecord.of(draft, running.record().number());
        if (taken == null) {
            return;
        }
        long in = 0;
        long out = 0;
        for (Act act : step.acts()) {
            switch (act) {
                case Act.Paid(String deposit, String party, long amount, var _) ->
                    out += isOf(taken, running, deposit, party) ? amount : 0;
                case Act.Released(String deposit, String party, long amount) ->
                    out += isOf(taken, running, deposit, party) ? amount : 0;
                case Act.PaidIn(String deposit, long amount) ->
                    in += isOf(
                                    taken,
                                    running,
                                    deposit,
                                    running.contract().deposit(deposit).party())
                            ? amount
                            : 0;
                default -> {}
            }
        }
        TakenRecord now = taken.moved(in, out);
        if (!ended) {
            if (in > 0 || out > 0) {
                now.put(draft);
            }
            return;
        }
        RatingRecord.count(draft, now, step.after().state(), event);
        freed(draft, taken);
    }

    /// A contract ended because another one came in its place: its place is free, and nothing is rated.
    public static void replaced(Draft draft, long contract) {
        TakenRecord taken = TakenRecord.of(draft, contract);
        if (taken != null) {
            freed(draft, taken);
        }
    }

    private static void freed(Draft draft, TakenRecord taken) {
        draft.remove(StateKeys.taken(taken.contract()));
        OfferRecord record = OfferRecord.of(draft, taken.offer());
        if (record != null) {
            record.running(record.running() - 1).put(draft);
        }
    }

    /// A draft came to nothing.
    public static void withdrawn(Draft draft, long contract) {
        if (draft.get(StateKeys.taken(contract)) != null) {
            draft.remove(StateKeys.taken(contract));
        }
    }
}
