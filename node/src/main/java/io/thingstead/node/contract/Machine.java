package io.thingstead.node.contract;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.contract.Contract.Amount;
import io.thingstead.node.contract.Contract.Demand;
import io.thingstead.node.contract.Contract.Effect;
import io.thingstead.node.contract.Contract.Outcome;
import io.thingstead.node.contract.Contract.State;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs a contract that was checked, one step at a time: where it stands, what happens, where it stands then. The same
/// on every member, and in a dry run.
public final class Machine {
    // What steps are called that are no way on of the contract's: no name has a space.
    public static final String SHOWN_IN_PART = "shown in part";
    public static final String DEMANDED = "readings demanded";
    public static final String DELIVERED = "readings delivered";
    public static final String DELIVERED_IN_PART = "readings delivered in part";
    public static final String NOT_DELIVERED = "readings not delivered";
    public static final String PAUSED = "time paused";
    public static final String RESUMED = "time resumed";
    public static final String DEADLINE = "the deadline";
    /// With the number of the contract that came in its place.
    public static final String REPLACED = "replaced by contract ";

    private final Code code;
    private final Contract contract;
    private final Values values;

    public Machine(Code code, Values values) {
        this.code = code;
        this.contract = code.contract();
        this.values = values;
    }

    public Contract contract() {
        return contract;
    }

    public Values values() {
        return values;
    }

    public Standing start(long now) {
        return Standing.start(contract, values, now);
    }

    public boolean hasEnded(Standing at) {
        return contract.state(at.state()).isEnd();
    }

    /// When time alone moves it on next. Not of one that has ended.
    public long due(Standing at) {
        return at.next(contract, values);
    }

    /// The same with nothing left in the deposits.
    public Standing emptied(Standing at) {
        return at.holding(at.held().stream().map(_ -> 0L).toList());
    }

    /// A party signs a way on.
    public Result<Step> sign(Standing at, String way, String party, long now) {
        return transition(at, way, now).flatMap(transition -> {
            if (!(transition.trigger() instanceof Trigger.Signature(List<String> parties))) {
                return Result.no(Refusal.CONTRACT_WAY, "“" + way + "” does not happen by signing");
            }
            if (!parties.contains(party)) {
                return Result.no(
                        Refusal.CONTRACT_PARTY,
                        "“" + way + "” is signed by " + PlainText.list(parties) + ", not by " + party);
            }
            Standing signed = at.signing(way, party);
            boolean all = parties.stream().allMatch(p -> signed.signed().contains(way + "." + p));
            return Result.ok(
                    all
                            ? go(signed, transition, now, new ArrayList<>())
                            : new Step(way, at.state(), signed, List.of()));
        });
    }

    /// A deposit's party pays what a way on asks.
    public Result<Step> pay(Standing at, String way, String party, long now) {
        return transition(at, way, now).flatMap(transition -> {
            if (!(transition.trigger() instanceof Trigger.Payment(String deposit, String amount))) {
                return Result.no(Refusal.CONTRACT_WAY, "“" + way + "” does not happen by paying");
            }
            if (!contract.deposit(deposit).party().equals(party)) {
                return Result.no(
                        Refusal.CONTRACT_PARTY,
                        contract.deposit(deposit).party() + " pays into “" + deposit + "”, not " + party);
            }
            long paid = values.number(contract, amount);
            List<Long> held = new ArrayList<>(at.held());
            int index = contract.indexOfDeposit(deposit).orElseThrow();
            held.set(index, Math.addExact(held.get(index), paid));
            List<Act> acts = new ArrayList<>();
            acts.add(new Act.PaidIn(deposit, paid));
            return Result.ok(go(at.holding(held), transition, now, acts));
        });
    }

    /// A party shows readings.
    public Result<Step> show(Standing at, String way, Shown shown, long now) {
        return transition(at, way, now).flatMap(transition -> {
            if (!(transition.trigger()
                    instanceof Trigger.Evidence(String stream, String text, String lasting, var _))) {
                return Result.no(Refusal.CONTRACT_WAY, "“" + way + "” does not happen by readings");
            }
            if (shown.readings().isEmpty()) {
                return Result.no(Refusal.EVIDENCE_UNFIT, "no reading of “" + stream + "” in these frames");
            }
            if (shown.key() < at.key(stream)) {
                return Result.no(
                        Refusal.EVIDENCE_USED, "frames of “" + stream + "” that a later key signed were shown already");
            }
            Standing by = at.shownBy(stream, shown.key(), name -> isShownBy(at, name, stream));
            if (shown.before() < by.marks().getOrDefault(stream, 0L)) {
                return Result.no(
                        Refusal.EVIDENCE_USED,
                        "frames of “" + stream + "” up to number " + by.marks().get(stream) + " have counted already");
            }
            long wanted = lasting == null ? 0 : values.number(contract, lasting);
            return run(by.runs().get(way), stream, code.guard(stream, text, values), shown, wanted)
                    .map(run -> run.lasted() < wanted
                            ? new Step(SHOWN_IN_PART, by.state(), by.running(way, run), List.of())
                            : go(by.marking(stream, shown.lastFrame()), transition, now, new ArrayList<>()));
        });
    }

    /// The readings that fit, one after the other, in what is shown: they go on with those before, or begin in the
    /// first frame, and last into the last one. Others may stand before them in the first frame, and after them in
    /// the last one once they have lasted: a device sends many readings in a frame, and whoever holds it does not
    /// choose by that what can be shown.
    private Result<Standing.Run> run(
            Standing.@Nullable Run before, String stream, Guard guard, Shown shown, long wanted) {
        Standing.Run run = before != null && before.leadsTo(shown) ? before : null;
        boolean wasEnough = false;
        for (int i = 0; i < shown.readings().size(); i++) {
            Shown.At reading = shown.readings().get(i);
            if (i > 0 && i == shown.lastBegin()) {
                wasEnough = run != null && run.lasted() >= wanted;
            }
            if (guard.fits(reading.least(), reading.most()) == Guard.Fit.ALL) {
                if (run == null && i > 0 && i >= shown.firstEnd()) {
                    return Result.no(
                            Refusal.EVIDENCE_UNFIT, "what fits begins after the first frame: show those alone");
                }
                run = Standing.Run.on(run, reading, shown);
            } else if (run != null && run.lasted() >= wanted && i > shown.lastBegin() && !wasEnough) {
                return Result.ok(run);
            } else if (i < shown.firstEnd()) {
                run = null;
            } else {
                return unfit(stream, reading);
            }
        }
        return run == null ? unfit(stream, shown.readings().getLast()) : Result.ok(run);
    }

    private boolean isShownBy(Standing at, String way, String stream) {
        return contract.state(at.state())
                .transition(way)
                .map(transition -> transition.trigger() instanceof Trigger.Evidence evidence
                        && evidence.stream().equals(stream))
                .orElse(false);
    }

    private Result<Standing.Run> unfit(String stream, Shown.At reading) {
        return Result.no(Refusal.EVIDENCE_UNFIT, inWords(stream, reading) + ", which does not fit");
    }

    private String inWords(String stream, Shown.At reading) {
        TermType.Stream type = (TermType.Stream) contract.typeOf(stream).orElseThrow();
        String least = Numbers.decimalInWords(reading.least(), type.scale());
        return reading.least() == reading.most()
                ? "a reading of “" + stream + "” is " + least + " " + type.unit()
                : "readings of “" + stream + "” are from " + least + " to "
                        + Numbers.decimalInWords(reading.most(), type.scale()) + " " + type.unit();
    }

    /// Whether all readings that this one stands for fit what a way on wants to be shown.
    public boolean fits(Transition transition, Shown.At reading) {
        return transition.trigger() instanceof Trigger.Evidence evidence && fit(evidence, reading) == Guard.Fit.ALL;
    }

    /// From when on a summary counts for a way on, by the device's clock: what it sums up from before does not. After a
    /// pause nobody knows any more when the state was entered: then it counts from the contract's begin.
    ///
    /// @param began ledger time of the contract's begin
    public static long countsFrom(Standing at, Trigger.Evidence evidence, long began) {
        return evidence.isSinceState() && at.pausedBy().isEmpty() ? at.entered() : began;
    }

    /// A party demands the readings of a span. The span lies between the contract's begin and now: nobody is asked for
    /// what cannot be there.
    ///
    /// @param began ledger time of the contract's begin
    public Result<Step> demand(Standing at, String stream, String party, long from, long to, long began, long now) {
        Result<Standing> open = open(at, now);
        if (open instanceof Result.No<Standing>(var refused)) {
            return new Result.No<>(refused);
        }
        List<Demand> demands = contract.state(at.state()).demands();
        int index = -1;
        for (int i = 0; i < demands.size(); i++) {
            if (demands.get(i).stream().equals(stream)) {
                index = i;
            }
        }
        if (index < 0) {
            return Result.no(Refusal.CONTRACT_WAY, "“" + stream + "” cannot be demanded in “" + at.state() + "”");
        }
        if (at.demand() != null || at.asked().contains(party)) {
            return Result.no(
                    Refusal.CONTRACT_WAY,
                    at.demand() != null
                            ? "a demand is to be answered first"
                            : party + " has demanded in this state before");
        }
        if (from > to || from < began || to > now) {
            return Result.no(
                    Refusal.CONTRACT_WAY, "a span lies between the contract’s begin and now, and ends after it begins");
        }
        long due = now + values.number(contract, demands.get(index).within());
        Standing.Asked asked = new Standing.Asked(index, party, from, to, from - 1, 0, due, Shown.UNKNOWN);
        return Result.ok(new Step(DEMANDED, at.state(), at.demanding(asked, party), List.of()));
    }

    /// Whoever holds the device answers a demand, wholly or the next part of it.
    public Result<Step> deliver(Standing at, Shown shown, long now) {
        Standing.Asked asked = at.demand();
        if (asked == null) {
            return Result.no(Refusal.CONTRACT_WAY, "nothing is demanded");
        }
        if (now >= asked.due()) {
            return Result.no(Refusal.CONTRACT_LATE, "the time to deliver is over");
        }
        if (shown.readings().isEmpty()) {
            return Result.no(Refusal.EVIDENCE_UNFIT, "no reading of what is demanded in these frames");
        }
        Demand demand = contract.state(at.state()).demands().get(asked.index());
        boolean begins = asked.frame() == 0
                ? shown.readings().getFirst().begin() <= asked.from() || shown.before() == 0
                : shown.before() == asked.frame() && shown.key() == at.deliveredKey(demand.stream());
        if (!begins) {
            return Result.no(
                    Refusal.EVIDENCE_GAP,
                    asked.frame() == 0
                            ? "the first reading is later than the span that is demanded"
                            : "the next part begins after frame " + asked.frame());
        }
        long next = shown.countOn(asked.next());
        if (next == Shown.BROKEN) {
            return Result.no(
                    Refusal.EVIDENCE_GAP, "the next part begins with measurement " + asked.next() + " of the device");
        }
        Optional<Refused> hiding = hiding(at, shown.readings());
        if (hiding.isPresent()) {
            return new Result.No<>(hiding.get());
        }
        long reached = shown.readings().getLast().end();
        boolean whole = reached >= asked.to();
        Standing.Asked left = new Standing.Asked(
                asked.index(), asked.party(), asked.from(), asked.to(), reached, shown.lastFrame(), asked.due(), next);
        // Whoever reads what was delivered gets as long to show what it found.
        Standing after = whole
                ? at.delivered(null, Math.max(at.due(), now + values.number(contract, demand.within())))
                        .deliveredBy(demand.stream(), 0)
                : at.delivered(left, at.due()).deliveredBy(demand.stream(), shown.key());
        return Result.ok(new Step(whole ? DELIVERED : DELIVERED_IN_PART, at.state(), after, List.of()));
    }

    /// Why these readings do not answer what is demanded, though they are all of it: a summary of which some fit a way
    /// on, and some do not, hides what they would show. Else whoever holds the device could sum up so much that
    /// nothing can be shown.
    public Optional<Refused> hiding(Standing at, List<Shown.At> readings) {
        Standing.Asked asked = at.demand();
        State state = contract.state(at.state());
        if (asked == null) {
            return Optional.empty();
        }
        String stream = state.demands().get(asked.index()).stream();
        for (Shown.At reading : readings) {
            boolean isAsked = reading.end() >= asked.from() && reading.begin() <= asked.to();
            if (!isAsked || !reading.isSummary()) {
                continue;
            }
            for (Transition transition : state.transitions()) {
                if (transition.trigger() instanceof Trigger.Evidence evidence
                        && evidence.stream().equals(stream)
                        && fit(evidence, reading) == Guard.Fit.SOME) {
                    return Optional.of(new Refused(
                            Refusal.EVIDENCE_UNFIT,
                            inWords(stream, reading) + ": whether they fit “" + transition.name()
                                    + "” the summary does not say"));
                }
            }
        }
        return Optional.empty();
    }

    private Guard.Fit fit(Trigger.Evidence evidence, Shown.At reading) {
        return code.guard(evidence.stream(), evidence.guard(), values).fits(reading.least(), reading.most());
    }

    public Result<Step> pause(Standing at, String party, long now) {
        if (contract.pause() == null || !contract.pause().parties().contains(party)) {
            return Result.no(Refusal.CONTRACT_PARTY, party + " may not pause it");
        }
        if (at.pausedBy().contains(party)) {
            return Result.no(Refusal.CONTRACT_WAY, party + " has paused it before");
        }
        return open(at, now).map(open -> new Step(PAUSED, at.state(), open.paused(now, party), List.of()));
    }

    public Result<Step> resume(Standing at, String party, long now) {
        if (at.pausedAt() == null) {
            return Result.no(Refusal.CONTRACT_WAY, "it is not paused");
        }
        if (contract.pause() == null || !contract.pause().parties().contains(party)) {
            return Result.no(Refusal.CONTRACT_PARTY, party + " may not resume it");
        }
        return Result.ok(new Step(RESUMED, at.state(), at.resumed(now), List.of()));
    }

    /// What time alone does once [#due] has come.
    public Step timeOver(Standing at, long now) {
        if (at.pausedAt() != null) {
            return new Step(RESUMED, at.state(), at.resumed(now), List.of());
        }
        State state = contract.state(at.state());
        Standing.Asked asked = at.demand();
        if (asked != null) {
            return follow(at, NOT_DELIVERED, state.demands().get(asked.index()).missing(), now, new ArrayList<>());
        }
        Outcome otherwise = state.otherwise();
        if (otherwise == null) {
            throw new IllegalStateException("it has ended");
        }
        return follow(at, DEADLINE, otherwise, now, new ArrayList<>());
    }

    private Result<Standing> open(Standing at, long now) {
        if (hasEnded(at)) {
            return Result.no(Refusal.CONTRACT_WAY, "it has ended");
        }
        if (at.pausedAt() != null) {
            return Result.no(Refusal.CONTRACT_WAY, "it is paused");
        }
        return now < due(at)
                ? Result.ok(at)
                : Result.no(Refusal.CONTRACT_LATE, "the deadline of “" + at.state() + "” is over");
    }

    private Result<Transition> transition(Standing at, String way, long now) {
        return open(at, now).flatMap(_ -> {
            @Nullable
            Transition transition = contract.state(at.state()).transition(way).orElse(null);
            if (transition == null) {
                return Result.no(Refusal.CONTRACT_WAY, "there is no way “" + way + "” out of “" + at.state() + "”");
            }
            int gone = at.gone().getOrDefault(at.state() + "." + way, 0);
            return transition.times() > 0 && gone >= transition.times()
                    ? Result.no(Refusal.CONTRACT_WAY, "“" + way + "” has happened " + gone + " times, the most it may")
                    : Result.ok(transition);
        });
    }

    private Step go(Standing at, Transition transition, long now, List<Act> acts) {
        Standing counted = transition.times() > 0 ? at.going(transition.name()) : at;
        return follow(counted, transition.name(), transition.outcome(), now, acts);
    }

    private Step follow(Standing at, String way, Outcome outcome, long now, List<Act> acts) {
        List<Long> held = new ArrayList<>(at.held());
        for (Effect effect : outcome.effects()) {
            switch (effect) {
                case Effect.Pay(Amount amount, String deposit, String party, Effect.Pay.Why why) -> {
                    int index = contract.indexOfDeposit(deposit).orElseThrow();
                    long paid = amount(amount, now - at.entered());
                    if (paid > held.get(index)) {
                        throw new IllegalStateException("a contract that was checked pays what it has");
                    }
                    held.set(index, held.get(index) - paid);
                    acts.add(new Act.Paid(deposit, party, paid, why));
                }
                case Effect.Release(String deposit, String party) -> {
                    int index = contract.indexOfDeposit(deposit).orElseThrow();
                    if (held.get(index) > 0) {
                        acts.add(new Act.Released(deposit, party, held.get(index)));
                        held.set(index, 0L);
                    }
                }
                case Effect.Start(String device) -> acts.add(new Act.Started(device));
                case Effect.Stop(String device) -> acts.add(new Act.Stopped(device));
                case Effect.Grant(String device, String party) -> acts.add(new Act.Granted(device, party));
                case Effect.Notify(String party, String text) -> acts.add(new Act.Told(party, text));
            }
        }
        return new Step(way, at.state(), at.holding(held).entering(contract, values, outcome.target(), now), acts);
    }

    private long amount(Amount amount, long elapsedMs) {
        if (!(amount instanceof Amount.Metered(String rate, String per, String atMost))) {
            return MoneyCheck.most(contract, values, amount);
        }
        long unit = values.number(contract, per);
        long begun = Math.max(1, Math.ceilDiv(Math.max(0, elapsedMs), unit));
        long most = values.number(contract, atMost);
        long each = values.number(contract, rate);
        return begun > most / each ? most : Math.min(most, begun * each);
    }
}
