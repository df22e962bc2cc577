package io.thingstead.node.api;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.Contract.State;
import io.thingstead.node.contract.ContractCodec;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.FilledTerm;
import io.thingstead.node.contract.Finding;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.TextChange;
import io.thingstead.node.contract.Values;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.contract.ContractEvent;
import io.thingstead.node.ledger.contract.ContractReader;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.openapi.Says;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Contracts in the HTTP interface.
final class ContractJson {
    private static final int HISTORY = 200;

    private ContractJson() {}

    record TemplateJson(
            String name,
            String title,
            String about,
            @Says("YAML") String text) {}

    record FindingJson(
            @Says("error: nobody can sign it like this; or note")
            String severity,

            @Says("stable") String code,
            @Says("0: nowhere in particular") int line,
            int column,
            String text,
            @Says("what to do about it") String mend) {
        static FindingJson of(Finding finding) {
            return new FindingJson(
                    finding.isError() ? "error" : "note",
                    finding.code(),
                    finding.line(),
                    finding.column(),
                    finding.text(),
                    finding.mend());
        }
    }

    record CheckedJson(
            boolean sound,
            List<FindingJson> findings,

            @Says("the contract in plain words; left out where it is not sound") @Nullable
            String words,

            @Says("SHA-256 of the words, hex") @Nullable String textHash,

            @Says("the parties, in their order") List<String> parties,

            @Says("what each of them does, as far as it could be read")
            List<RoleJson> roles,

            @Says("the terms, as far as they could be read") List<TermJson> terms) {
        static CheckedJson of(ContractFile file) {
            String words = file.isSound() ? PlainText.of(file.contract(), file.values(), file.accounts()) : null;
            return new CheckedJson(
                    file.isSound(),
                    file.findings().stream().map(FindingJson::of).toList(),
                    words,
                    words == null ? null : hex(PlainText.hash(words)),
                    file.contract().parties().stream().map(Contract.Party::name).toList(),
                    file.contract().parties().stream()
                            .map(party -> new RoleJson(
                                    party.name(), party.role(), file.accounts().get(party.name())))
                            .toList(),
                    FilledTerm.of(file).stream().map(TermJson::of).toList());
        }
    }

    record RoleJson(
            String name,
            @Says("a verb first") String role,
            @Says("where it is given") @Nullable String account) {}

    record TermJson(
            String name,

            @Says("money, quantity, duration, device, stream or text")
            String type,

            @Says("as it is written; left out where a term of its type has none") @Nullable
            String value,

            @Says("the asset of money, the unit of a quantity or stream; else empty")
            String unit,

            @Says("of a stream: the term of its device") @Nullable
            String device,

            @Says("of a stream: its name, as the device sends it") @Nullable
            String reading) {
        static TermJson of(FilledTerm term) {
            return new TermJson(term.name(), term.type(), term.value(), term.unit(), term.device(), term.reading());
        }
    }

    /// A contract in a list.
    record ShortJson(
            long number,
            String title,
            @Says("draft, running, ended or withdrawn") String status,

            @Says("of one that has begun") @Nullable String state,

            @Says("what it means to be there") @Nullable String means,

            @Says("the party that this member is in it") @Nullable
            String party,

            @Says("when time moves it on, ledger time in ms") @Nullable
            Long dueMs,

            @Says("the same by the clock, if the ledger does not stand still until then") @Nullable
            Long dueByClockMs,

            @Says("what this member may do, and what its node watches")
            List<ContractStands.WaitJson> waits,

            @Says("the parties that have not signed it") List<String> unsigned) {
        static ShortJson of(ContractRecord record, LedgerReader ledger, MemberId self) {
            Contract contract = contract(record, ledger.contracts());
            var stands = new ContractStands(record, contract, record.values(contract), self);
            State state = ContractJson.state(record, contract);
            return new ShortJson(
                    record.number(),
                    contract.title(),
                    record.status().label(),
                    state == null ? null : state.name(),
                    state == null ? null : state.means(),
                    ContractJson.party(record, contract, self),
                    record.timer() == 0 ? null : record.timer(),
                    ContractJson.byClock(record, ledger),
                    stands.waits(),
                    ContractJson.parties(record, stands).stream()
                            .filter(party -> !party.signed)
                            .map(PartyJson::name)
                            .toList());
        }
    }

    record PartyJson(
            String name,
            String role,
            String account,
            @Says("whether it has signed") boolean signed,

            @Says("whether the account is this member's, or one of its devices'")
            boolean own) {}

    record PaidJson(
            String deposit,
            String party,
            String account,
            @Says("with its asset") String amount,

            @Says("whether it went into the deposit, not out of it")
            boolean in) {}

    record HappenedJson(
            @Says("the event on the ledger") long event,
            long timeMs,
            String type,
            String words,

            @Says("by which it went on: a way on, deadline, missing, or what was done without going on") @Nullable
            String way,

            @Says("the state before") @Nullable String from,
            @Says("the state then") @Nullable String to,

            @Says("the party that did it") @Nullable String party,

            @Says("commitment to the readings that were shown, hex") @Nullable
            String shown,

            @Says("what was done with it, in plain words") List<String> done,
            @Says("the money that moved") List<PaidJson> paid) {
        static HappenedJson of(Event event) {
            Optional<ContractEvent> step = ContractEvent.of(event);
            return new HappenedJson(
                    event.number(),
                    event.blockTime(),
                    event.type().label(),
                    event.inWords(),
                    step.flatMap(s -> Optional.ofNullable(s.way())).orElse(null),
                    step.flatMap(s -> Optional.ofNullable(s.from())).orElse(null),
                    step.map(ContractEvent::to).orElse(null),
                    step.flatMap(s -> Optional.ofNullable(s.party())).orElse(null),
                    step.flatMap(s -> Optional.ofNullable(s.shown()))
                            .map(ContractJson::hex)
                            .orElse(null),
                    step.stream()
                            .flatMap(s -> s.done().stream())
                            .map(ContractEvent.Done::words)
                            .toList(),
                    step.stream()
                            .flatMap(s -> s.done().stream())
                            .flatMap(done -> Optional.ofNullable(done.paid()).stream())
                            .map(paid -> new PaidJson(
                                    paid.deposit(), paid.party(), paid.account().value(), paid.amount(), paid.in()))
                            .toList());
        }
    }

    record ChangeJson(
            @Says("whether this contract says so, not the one before")
            boolean added,

            String line) {}

    record ContractFullJson(
            long number,
            String title,
            String about,
            String status,
            List<PartyJson> parties,
            @Says("what each party signs by, hex") String agreement,

            @Says("SHA-256 of the contract without its values, hex")
            String contract,

            @Says("in plain words; left out where they do not have the hash that is signed") @Nullable
            String words,

            @Says("the hash of the words that is signed, hex")
            String textHash,

            @Says("the contract in whose place it comes, or came") @Nullable
            Long replaces,

            @Says("what the words say that the other contract's do not, and the other way round")
            List<ChangeJson> changes,

            @Nullable String state,

            @Says("what it means to be there") @Nullable String means,

            @Says("since when it has its status, ledger time in ms")
            long sinceMs,

            @Says("since when it is in this state, ledger time in ms") @Nullable
            Long enteredMs,

            @Says("when time moves it on, ledger time in ms") @Nullable
            Long dueMs,

            @Says("the same by the clock, if the ledger does not stand still until then") @Nullable
            Long dueByClockMs,

            @Says("what happens at the deadline, in plain words") @Nullable
            String otherwise,

            @Says("what leads on from here") List<ContractStands.WayJson> ways,

            @Says("readings that may be demanded here") List<ContractStands.DemandJson> demands,

            @Says("a demand that is to be answered") ContractStands.@Nullable DemandedJson demanded,

            @Says("left out where nobody may pause it") ContractStands.@Nullable PauseJson pause,

            @Says("what this member may do, and what its node watches")
            List<ContractStands.WaitJson> waits,

            @Says("the readings that it is about") List<ContractStands.StreamJson> streams,
            @Says("what is locked up") List<ContractStands.HeldJson> held,

            @Says("what happened, the newest first, at most 200")
            List<HappenedJson> history) {
        static ContractFullJson of(ContractRecord record, LedgerReader ledger, MemberId self) {
            Contract contract = ContractJson.contract(record, ledger.contracts());
            Values values = record.values(contract);
            String words = ContractJson.words(record, contract, values);
            var stands = new ContractStands(record, contract, values, self);
            State state = ContractJson.state(record, contract);
            return new ContractFullJson(
                    record.number(),
                    contract.title(),
                    contract.about(),
                    record.status().label(),
                    ContractJson.parties(record, stands),
                    hex(record.agreement()),
                    hex(record.code()),
                    Arrays.equals(PlainText.hash(words), record.text()) ? words : null,
                    hex(record.text()),
                    record.replaces() == 0 ? null : record.replaces(),
                    ContractJson.changes(record, words, ledger.contracts()),
                    state == null ? null : state.name(),
                    state == null ? null : state.means(),
                    record.since(),
                    state == null ? null : record.standsAt().entered(),
                    record.timer() == 0 ? null : record.timer(),
                    byClock(record, ledger),
                    stands.otherwise(),
                    stands.ways(),
                    stands.demands(),
                    stands.demanded(),
                    stands.pause(),
                    stands.waits(),
                    stands.streams(),
                    stands.held(),
                    ledger.history(new AccountId.Contract(record.number()).value(), HISTORY).stream()
                            .map(HappenedJson::of)
                            .toList());
        }
    }

    /// From the words of the contract in whose place it comes.
    private static List<ChangeJson> changes(ContractRecord record, String words, ContractReader contracts) {
        if (record.replaces() == 0) {
            return List.of();
        }
        ContractRecord before = contracts.contract(record.replaces()).orElseThrow();
        Contract contract = contract(before, contracts);
        return TextChange.between(words(before, contract, before.values(contract)), words).stream()
                .map(change -> new ChangeJson(change.isNew(), change.line()))
                .toList();
    }

    /// When time moves it on, by the clock: ledger time is behind by as long as the ledger stood still.
    private static @Nullable Long byClock(ContractRecord record, LedgerReader ledger) {
        return record.timer() == 0 ? null : record.timer() + ledger.suspendedMs();
    }

    static Contract contract(ContractRecord record, ContractReader contracts) {
        return ContractCodec.decode(contracts.code(record.code()).orElseThrow());
    }

    static String words(ContractRecord record, Contract contract, Values values) {
        var accounts = new TreeMap<String, String>();
        for (int i = 0; i < contract.parties().size(); i++) {
            accounts.put(
                    contract.parties().get(i).name(), record.accounts().get(i).value());
        }
        return PlainText.of(contract, values, accounts);
    }

    private static @Nullable State state(ContractRecord record, Contract contract) {
        return record.standing() == null
                ? null
                : contract.state(record.standsAt().state());
    }

    /// The party for which this member's node speaks.
    static @Nullable String party(ContractRecord record, Contract contract, MemberId self) {
        OptionalInt at = record.partyOf(self);
        return at.isPresent() ? contract.parties().get(at.getAsInt()).name() : null;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static List<PartyJson> parties(ContractRecord record, ContractStands stands) {
        List<PartyJson> parties = new ArrayList<>();
        for (Contract.Party party : stands.contract().parties()) {
            int index = parties.size();
            parties.add(new PartyJson(
                    party.name(),
                    party.role(),
                    record.accounts().get(index).value(),
                    record.isSignedBy(index),
                    stands.isOwn(party.name())));
        }
        return parties;
    }
}
