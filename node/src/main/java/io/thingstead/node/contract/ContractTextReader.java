package io.thingstead.node.contract;

import io.thingstead.node.contract.Contract.Deposit;
import io.thingstead.node.contract.Contract.Party;
import io.thingstead.node.contract.Contract.Pause;
import io.thingstead.node.contract.Contract.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A contract's text into a contract, `docs/contracts.md`: every fault with its place and what to do about it.
final class ContractTextReader {
    static final int MAX_WORDS = 500;

    private final Form form = new Form();
    private final Map<String, String> given;
    private final List<Party> parties = new ArrayList<>();
    private final Map<String, String> accounts = new LinkedHashMap<>();
    private final List<Deposit> deposits = new ArrayList<>();
    private final List<State> states = new ArrayList<>();

    private ContractTextReader(Map<String, String> given) {
        this.given = given;
    }

    static boolean isName(String text) {
        return Form.isName(text);
    }

    static ContractFile read(String text, Map<String, String> given) {
        try {
            return new ContractTextReader(given).contract(Source.read(text));
        } catch (Source.Malformed e) {
            return ContractFile.unreadable(List.of(e.finding()));
        }
    }

    private ContractFile contract(Source source) {
        Map<String, Source.Entry> all = form.fields(
                source,
                Spot.NOWHERE,
                "",
                "A contract",
                "thingstead",
                "title",
                "about",
                "parties",
                "terms",
                "deposits",
                "start",
                "states",
                "terminate",
                "pause");
        Spot top = new Spot(1, 1);
        String version = form.text(all, "thingstead", top, "The version of the language", 40);
        if (!version.isEmpty() && !version.equals("contract/" + ContractCodec.LANGUAGE)) {
            form.wrong(
                    "check.version",
                    form.spots().at(".thingstead"),
                    "the language “" + version + "” is not known",
                    "Write thingstead: contract/" + ContractCodec.LANGUAGE + ".");
        }
        String title = form.text(all, "title", top, "The title", MAX_WORDS);
        String about = form.text(all, "about", top, "What it is about", MAX_WORDS);
        form.named(all.get("parties"), "parties", "parties", Contract.MAX_PARTIES, this::party);
        TermReader terms = new TermReader(form, given);
        form.named(all.get("terms"), "terms", "terms", Contract.MAX_TERMS, terms::term);
        form.named(all.get("deposits"), "deposits", "deposits", Contract.MAX_DEPOSITS, this::deposit);
        StateReader reader = new StateReader(form, deposits, all.get("terminate"));
        form.named(
                all.get("states"),
                "states",
                "states",
                Contract.MAX_STATES,
                (name, entry) -> states.add(reader.state(name, entry)));
        String start = form.text(all, "start", top, "The name of the state in which it starts", 40);
        startFirst(start);
        Contract contract =
                new Contract(title, about, parties, terms.terms(), deposits, states, pause(all.get("pause")));
        Values values = terms.values();
        unknownGiven(contract);
        return new ContractFile(contract, values, accounts, form.spots(), form.findings());
    }

    private void party(String name, Source.Entry entry) {
        String path = "parties." + name;
        Map<String, Source.Entry> parts = form.fields(entry.value(), entry.at(), path, "A party", "role", "account");
        parties.add(new Party(name, form.text(parts, "role", entry.at(), "What " + name + " does (role)", MAX_WORDS)));
        String account = given.getOrDefault(name, form.textOr(parts, "account", "The account", 100, ""));
        if (!account.isEmpty()) {
            accounts.put(name, account);
        }
    }

    private void deposit(String name, Source.Entry entry) {
        Map<String, Source.Entry> parts =
                form.fields(entry.value(), entry.at(), "deposits." + name, "A deposit", "by", "amount");
        deposits.add(new Deposit(
                name,
                form.text(parts, "by", entry.at(), "Who pays the deposit (by)", 40),
                form.text(parts, "amount", entry.at(), "The deposit's amount", 40)));
    }

    private void startFirst(String start) {
        for (int i = 0; i < states.size(); i++) {
            if (states.get(i).name().equals(start)) {
                states.addFirst(states.remove(i));
                return;
            }
        }
        if (!start.isEmpty()) {
            form.wrong(
                    "check.unknown-state",
                    form.spots().at(".start"),
                    "it starts in “" + start + "”, and there is no such state",
                    meant(start, states.stream().map(State::name).toList()));
        }
    }

    static String meant(String name, List<String> names) {
        String near = Form.nearest(name, names);
        return !near.isEmpty()
                ? "Did you mean “" + near + "”?"
                : names.isEmpty() ? "Add it." : "There are: " + String.join(", ", names) + ".";
    }

    private @Nullable Pause pause(Source.@Nullable Entry entry) {
        if (entry == null) {
            return null;
        }
        Map<String, Source.Entry> parts = form.fields(entry.value(), entry.at(), "pause", "A pause", "by", "at_most");
        return new Pause(
                form.names(parts, "by", entry.at(), "Who may pause (by)"),
                form.text(parts, "at_most", entry.at(), "How long a pause lasts at most (at_most)", 40));
    }

    private void unknownGiven(Contract contract) {
        List<String> names = new ArrayList<>();
        contract.parties().forEach(p -> names.add(p.name()));
        contract.terms().forEach(t -> names.add(t.name()));
        given.keySet().stream()
                .filter(name -> !names.contains(name))
                .forEach(name -> form.wrong(
                        "check.unknown-word",
                        Spot.NOWHERE,
                        "a value was given for “" + name + "”, which is neither a term nor a party",
                        meant(name, names)));
    }
}
