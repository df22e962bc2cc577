package io.thingstead.node.contract;

import io.thingstead.node.contract.Contract.Amount;
import io.thingstead.node.contract.Contract.Deposit;
import io.thingstead.node.contract.Contract.Effect;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Contract.Trigger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether every amount is there when it is paid, whatever course the contract takes, and nothing stays locked up at
/// its end. What a deposit holds is followed as the least and the most that it may be.
final class MoneyCheck {
    private final Contract contract;
    private final Values values;
    private final Spots spots;
    private final Ways ways;
    private final Map<Ways.Node, List<Held>> held = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> told = new LinkedHashSet<>();

    /// What a deposit may hold in a node, and how it came to the least and to the most.
    record Held(
            long least,
            long most,
            @Nullable Course toLeast,
            @Nullable Course toMost) {
        Held or(Held other) {
            return new Held(
                    Math.min(least, other.least),
                    Math.max(most, other.most),
                    least <= other.least ? toLeast : other.toLeast,
                    most >= other.most ? toMost : other.toMost);
        }

        Held by(String step) {
            return new Held(least, most, new Course(step, toLeast), new Course(step, toMost));
        }
    }

    /// The steps so far, the last first.
    record Course(String step, @Nullable Course before) {
        static String words(@Nullable Course last) {
            List<String> steps = new ArrayList<>();
            for (Course at = last; at != null && steps.size() < 12; at = at.before) {
                steps.addFirst(at.step);
            }
            return steps.isEmpty() ? "at once" : "by way of " + String.join(" → ", steps);
        }
    }

    MoneyCheck(Contract contract, Values values, Spots spots, Ways ways) {
        this.contract = contract;
        this.values = values;
        this.spots = spots;
        this.ways = ways;
    }

    List<Finding> findings() {
        if (ways.tooMany()) {
            findings.add(Finding.error(
                    "check.too-complex",
                    spots.at("states"),
                    "there are more than " + Ways.MAX_NODES + " courses that this could take",
                    "Let fewer ways on repeat (times), or less often."));
            return findings;
        }
        List<Held> start = new ArrayList<>();
        for (Deposit deposit : contract.deposits()) {
            long amount = values.number(contract, deposit.amount());
            start.add(new Held(amount, amount, null, null));
        }
        held.put(ways.forward().getFirst(), start);
        for (Ways.Node node : ways.forward()) {
            List<Held> here = held.get(node);
            if (here == null) {
                throw new IllegalStateException("every node follows one before it");
            }
            if (node.state.isEnd()) {
                end(node, here);
            }
            node.steps.forEach(step -> step(step, here));
        }
        return findings;
    }

    private void step(Ways.Step step, List<Held> before) {
        List<Held> after = new ArrayList<>(before);
        if (step.trigger() instanceof Trigger.Payment(String deposit, String amount)) {
            int at = contract.indexOfDeposit(deposit).orElseThrow();
            Held now = after.get(at);
            long paid = values.number(contract, amount);
            if (now.most > Numbers.MAX - paid) {
                tell("check.too-much", step.path(), "“" + deposit + "” could come to more than 2^53", "Pay less in.");
            } else {
                after.set(at, new Held(now.least + paid, now.most + paid, now.toLeast, now.toMost));
            }
        }
        List<Effect> effects = step.outcome().effects();
        for (int i = 0; i < effects.size(); i++) {
            effect(effects.get(i), step.path() + ".effects." + i, after);
        }
        List<Held> arrived = after.stream().map(h -> h.by(step.name())).toList();
        held.merge(step.target(), arrived, (known, other) -> {
            List<Held> joined = new ArrayList<>();
            for (int i = 0; i < known.size(); i++) {
                joined.add(known.get(i).or(other.get(i)));
            }
            return joined;
        });
    }

    private void effect(Effect effect, String path, List<Held> held) {
        switch (effect) {
            case Effect.Release(String deposit, var _) -> {
                int at = contract.indexOfDeposit(deposit).orElseThrow();
                held.set(at, new Held(0, 0, held.get(at).toLeast, held.get(at).toMost));
            }
            case Effect.Pay(Amount amount, String deposit, var _, var _) -> {
                int at = contract.indexOfDeposit(deposit).orElseThrow();
                Held now = held.get(at);
                long least = least(contract, values, amount);
                long most = most(contract, values, amount);
                if (most < 1) {
                    tell("check.nothing", path, "this comes to nothing", "Raise the percentage or the amount.");
                }
                if (now.least < most) {
                    tell(
                            "check.not-covered",
                            path,
                            "“" + deposit + "” may hold only " + money(deposit, now.least) + " here, and up to "
                                    + money(deposit, most) + " is paid from it, " + Course.words(now.toLeast),
                            "Pay less, let the deposit be larger, or pay it on another way.");
                }
                held.set(
                        at,
                        new Held(
                                Math.max(0, now.least - most), Math.max(0, now.most - least), now.toLeast, now.toMost));
            }
            default -> {}
        }
    }

    private void end(Ways.Node node, List<Held> here) {
        for (int i = 0; i < here.size(); i++) {
            if (here.get(i).most > 0) {
                String deposit = contract.deposits().get(i).name();
                tell(
                        "check.leak",
                        "states." + node.state.name(),
                        "up to " + money(deposit, here.get(i).most) + " of “" + deposit
                                + "” stay locked up for ever when it ends in “" + node.state.name() + "”, "
                                + Course.words(here.get(i).toMost),
                        "Say who gets it on the way there: “- release: " + deposit + "” gives it back to "
                                + contract.deposits().get(i).party() + ".");
            }
        }
    }

    /// Each fault once, however many courses lead to it.
    private void tell(String code, String path, String text, String mend) {
        if (told.add(code + " " + path)) {
            findings.add(Finding.error(code, spots.at(path), text, mend));
        }
    }

    private String money(String deposit, long amount) {
        return contract.typeOf(contract.deposit(deposit).amount()).orElseThrow()
                        instanceof TermType.Money(String asset, int decimals)
                ? PlainText.money(amount, asset, decimals)
                : Long.toString(amount);
    }

    static long least(Contract contract, Values values, Amount amount) {
        return amount instanceof Amount.Metered(String rate, var _, String atMost)
                ? Math.min(values.number(contract, rate), values.number(contract, atMost))
                : most(contract, values, amount);
    }

    static long most(Contract contract, Values values, Amount amount) {
        return switch (amount) {
            case Amount.OfTerm(String term) -> values.number(contract, term);
            case Amount.Percent(int hundredths, String term) -> percent(values.number(contract, term), hundredths);
            case Amount.Metered(var _, var _, String atMost) -> values.number(contract, atMost);
        };
    }

    /// Rounded down, without overflow: both factors are below 2^53 and 2^14.
    static long percent(long amount, int hundredths) {
        return Math.multiplyExact(amount / 10_000, hundredths) + amount % 10_000 * hundredths / 10_000;
    }
}
