package io.thingstead.node.api;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.Contract.State;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import io.thingstead.node.contract.ContractCodec;
import io.thingstead.node.contract.Finding;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.contract.Values;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.contract.ContractReader;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.openapi.Says;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
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

            @Says("the parties, in their order") List<String> parties) {}

    /// A contract in a list.
    record ShortJson(
            long number,
            String title,
            @Says("draft, running, ended or withdrawn") String status,

            @Says("of one that has begun") @Nullable String state,

            @Says("the party that this member is in it") @Nullable
            String party,

            @Says("when time moves it on, ledger time in ms") @Nullable
            Long dueMs) {
        static ShortJson of(ContractRecord record, ContractReader contracts, MemberId self) {
            Contract contract = contract(record, contracts);
            return new ShortJson(
                    record.number(),
                    contract.title(),
                    record.status().label(),
                    ContractJson.state(record),
                    ContractJson.party(record, contract, self),
                    record.timer() == 0 ? null : record.timer());
        }
    }

    record PartyJson(
            String name,
            String role,
            String account,
            @Says("whether it has signed") boolean signed) {}

    record WayJson(
            String name,
            @Says("signature, payment or evidence") String by,
            @Says("the parties that may do it; empty: any") List<String> parties,

            @Says("what the readings must show") @Nullable String shows,

            @Says("the state that follows") String to) {}

    record HeldJson(String deposit, String party, String amount) {}

    record HappenedJson(long event, long timeMs, String type, String words) {}

    record ContractFullJson(
            long number,
            String title,
            String status,
            List<PartyJson> parties,
            @Says("what each party signs by, hex") String agreement,

            @Says("SHA-256 of the contract without its values, hex")
            String contract,

            @Says("in plain words; left out where they do not have the hash that is signed") @Nullable
            String words,

            @Says("the hash of the words that is signed, hex")
            String textHash,

            @Nullable String state,

            @Says("what it means to be there") @Nullable String means,

            @Says("since when, ledger time in ms") @Nullable Long sinceMs,

            @Says("when time moves it on, ledger time in ms") @Nullable
            Long dueMs,

            @Says("what leads on from here") List<WayJson> ways,
            @Says("what is locked up") List<HeldJson> held,
            @Says("what happened, the newest first") List<HappenedJson> history) {
        static ContractFullJson of(ContractRecord record, LedgerReader ledger) {
            ContractReader contracts = ledger.contracts();
            Contract contract = ContractJson.contract(record, contracts);
            Values values = record.values(contract);
            String words = ContractJson.words(record, contract, values);
            boolean runs = record.status() == ContractRecord.Status.RUNNING;
            State state = record.standing() == null
                    ? null
                    : contract.state(record.standsAt().state());
            return new ContractFullJson(
                    record.number(),
                    contract.title(),
                    record.status().label(),
                    ContractJson.parties(record, contract),
                    hex(record.agreement()),
                    hex(record.code()),
                    Arrays.equals(PlainText.hash(words), record.text()) ? words : null,
                    hex(record.text()),
                    state == null ? null : state.name(),
                    state == null ? null : state.means(),
                    record.since(),
                    record.timer() == 0 ? null : record.timer(),
                    state == null || !runs ? List.of() : ContractJson.ways(contract, state),
                    state == null ? List.of() : ContractJson.held(contract, record.standsAt()),
                    ContractJson.history(record, ledger));
        }
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

    private static @Nullable String state(ContractRecord record) {
        return record.standing() == null ? null : record.standsAt().state();
    }

    /// The party for which this member's node speaks.
    static @Nullable String party(ContractRecord record, Contract contract, MemberId self) {
        OptionalInt at = record.partyOf(self);
        return at.isPresent() ? contract.parties().get(at.getAsInt()).name() : null;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static List<PartyJson> parties(ContractRecord record, Contract contract) {
        List<PartyJson> parties = new ArrayList<>();
        for (int i = 0; i < contract.parties().size(); i++) {
            Contract.Party party = contract.parties().get(i);
            parties.add(new PartyJson(
                    party.name(), party.role(), record.accounts().get(i).value(), record.isSignedBy(i)));
        }
        return parties;
    }

    private static List<WayJson> ways(Contract contract, State state) {
        return state.transitions().stream().map(way -> way(contract, way)).toList();
    }

    private static WayJson way(Contract contract, Transition way) {
        String to = way.outcome().target();
        return switch (way.trigger()) {
            case Trigger.Signature(List<String> parties) -> new WayJson(way.name(), "signature", parties, null, to);
            case Trigger.Payment(String deposit, var _) ->
                new WayJson(
                        way.name(), "payment", List.of(contract.deposit(deposit).party()), null, to);
            case Trigger.Evidence(var _, String guard, String lasting, boolean isSinceState) ->
                new WayJson(
                        way.name(),
                        "evidence",
                        List.of(),
                        guard
                                + (lasting == null ? "" : ", for " + lasting)
                                + (isSinceState ? ", measured in this state" : ""),
                        to);
        };
    }

    private static List<HeldJson> held(Contract contract, Standing at) {
        List<HeldJson> held = new ArrayList<>();
        for (int i = 0; i < contract.deposits().size(); i++) {
            Contract.Deposit deposit = contract.deposits().get(i);
            if (contract.typeOf(deposit.amount()).orElseThrow()
                    instanceof Contract.TermType.Money(String asset, int decimals)) {
                held.add(new HeldJson(
                        deposit.name(),
                        deposit.party(),
                        PlainText.money(at.held().get(i), asset, decimals)));
            }
        }
        return held;
    }

    private static List<HappenedJson> history(ContractRecord record, LedgerReader ledger) {
        return ledger.history(new AccountId.Contract(record.number()).value(), HISTORY).stream()
                .map(ContractJson::step)
                .toList();
    }

    private static HappenedJson step(Event event) {
        return new HappenedJson(event.number(), event.blockTime(), event.type().label(), event.inWords());
    }
}
