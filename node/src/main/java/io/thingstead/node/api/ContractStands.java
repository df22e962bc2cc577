package io.thingstead.node.api;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.Contract.Demand;
import io.thingstead.node.contract.Contract.State;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.contract.Values;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.openapi.Says;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where a contract stands: what leads on from there, who may do it, and what waits for this member.
record ContractStands(ContractRecord record, Contract contract, Values values, MemberId self) {

    record WayJson(
            String name,
            @Says("signature, payment or evidence") String by,
            @Says("the parties that may do it; empty: any") List<String> parties,

            @Says("what the readings must show") @Nullable String shows,

            @Says("the state that follows") String to,
            @Says("what makes it happen, in plain words") String when,
            @Says("what happens then, in plain words") String then,
            @Says("who has signed it already") List<String> signed,

            @Says("the parties for which this member may do it now")
            List<String> may,

            @Says("the stream that is looked at") @Nullable String stream,

            @Says("for how long readings must fit, in ms") @Nullable
            Long lastingMs,

            @Says("for how long readings were shown that fit, in ms") @Nullable
            Long shownMs) {}

    record HeldJson(
            String deposit,
            String party,
            @Says("what is there now") String amount,
            @Says("what was agreed on") String agreed) {}

    record StreamJson(
            String name,
            String device,
            String reading,
            String unit,
            @Says("the party whose node takes its readings") String holder,
            @Says("whether that is this member") boolean own,

            @Says("number of the last frame that counted") @Nullable
            Long lastFrame) {}

    record DemandJson(
            String stream,
            @Says("who delivers it") String holder,
            @Says("how long that one has, in ms") long withinMs,

            @Says("what happens where it does not, in plain words")
            String missing,

            @Says("the parties for which this member may demand it now")
            List<String> may) {}

    record DemandedJson(
            String stream,
            @Says("the party that demands") String party,
            @Says("who delivers it") String holder,
            @Says("as devices tell time") long fromMs,
            long toMs,

            @Says("up to where it was delivered; left out: nothing was") @Nullable
            Long reachedMs,

            @Says("ledger time") long dueMs,
            @Says("whether this member is to deliver it") boolean own) {}

    record PauseJson(
            @Says("who may pause it, each once") List<String> parties,

            @Says("since when it is paused, ledger time") @Nullable
            Long sinceMs,

            @Says("how long at most, in ms") long mostMs,

            @Says("the parties for which this member may pause it now")
            List<String> mayPause,

            @Says("and for which it may let its time go on") List<String> mayResume) {}

    /// What is to be done by this member, or watched by its node.
    record WaitJson(
            @Says("sign: the contract; step: a way on to be signed; pay; deliver: what was demanded; show: its node"
                    + " shows readings by itself as soon as they fit")
            String kind,

            @Says("the party that this member is") String party,
            @Says("the way on") @Nullable String way,
            @Says("in plain words") String words) {}

    private boolean isRunning() {
        return record.status() == ContractRecord.Status.RUNNING;
    }

    private @Nullable State state() {
        return record.standing() == null
                ? null
                : contract.state(record.standsAt().state());
    }

    boolean isOwn(String party) {
        return record.account(contract, party).isOf(self);
    }

    /// The parties whose accounts are this member's, or its devices'.
    List<String> own() {
        return contract.parties().stream()
                .map(Contract.Party::name)
                .filter(this::isOwn)
                .toList();
    }

    private TermType.Stream stream(String name) {
        return (TermType.Stream) contract.typeOf(name).orElseThrow();
    }

    private String holder(String stream) {
        return ((TermType.Device) contract.typeOf(stream(stream).device()).orElseThrow()).heldBy();
    }

    private String device(String stream) {
        return values.text(contract, stream(stream).device());
    }

    private boolean isHeldHere(String stream) {
        return DeviceId.parse(device(stream))
                .map(device -> device.member().equals(self))
                .orElse(false);
    }

    List<WayJson> ways() {
        State state = state();
        return state == null || !isRunning()
                ? List.of()
                : state.transitions().stream().map(this::way).toList();
    }

    /// Nothing is done while it is paused, or where it happened as often as it may.
    private boolean isOpen(Transition way) {
        Standing at = record.standsAt();
        return at.pausedAt() == null
                && (way.times() == 0 || at.gone().getOrDefault(at.state() + "." + way.name(), 0) < way.times());
    }

    private boolean hasSigned(Transition way, String party) {
        return record.standsAt().signed().contains(way.name() + "." + party);
    }

    /// The parties that may sign or pay it, with those that have not yet.
    private List<String> parties(Transition way) {
        return switch (way.trigger()) {
            case Trigger.Signature(List<String> parties) -> parties;
            case Trigger.Payment(String deposit, var _) ->
                List.of(contract.deposit(deposit).party());
            case Trigger.Evidence _ -> List.of();
        };
    }

    private List<String> may(Transition way) {
        return isOpen(way)
                ? parties(way).stream()
                        .filter(party -> isOwn(party) && !hasSigned(way, party))
                        .toList()
                : List.of();
    }

    /// The first of this member's parties that may sign or pay the way now; without a way, that may stop the time or
    /// let
    /// it go on.
    Optional<String> actsAs(@Nullable String way) {
        State state = state();
        if (state == null || !isRunning()) {
            return Optional.empty();
        }
        if (way == null) {
            PauseJson pause = pause();
            return pause == null
                    ? Optional.empty()
                    : Stream.concat(pause.mayPause.stream(), pause.mayResume.stream())
                            .findFirst();
        }
        return state.transitions().stream()
                .filter(one -> one.name().equals(way))
                .flatMap(one -> may(one).stream())
                .findFirst();
    }

    private WayJson way(Transition way) {
        List<String> parties = parties(way);
        List<String> signed =
                parties.stream().filter(party -> hasSigned(way, party)).toList();
        String by = "evidence";
        String shows = null;
        String stream = null;
        Long lasting = null;
        Long shown = null;
        switch (way.trigger()) {
            case Trigger.Signature _ -> by = "signature";
            case Trigger.Payment _ -> by = "payment";
            case Trigger.Evidence(String of, String guard, String term, boolean isSinceState) -> {
                shows = guard
                        + (term == null ? "" : ", for " + term)
                        + (isSinceState ? ", since it is “" + record.standsAt().state() + "”" : "");
                stream = of;
                lasting = term == null ? null : values.number(contract, term);
                shown = term == null
                        ? null
                        : Optional.ofNullable(record.standsAt().runs().get(way.name()))
                                .map(Standing.Run::lasted)
                                .orElse(0L);
            }
        }
        return new WayJson(
                way.name(),
                by,
                parties,
                shows,
                way.outcome().target(),
                PlainText.happens(contract, values, way),
                PlainText.follows(contract, values, way.outcome()),
                signed,
                may(way),
                stream,
                lasting,
                shown);
    }

    /// What happens at the deadline, in plain words.
    @Nullable
    String otherwise() {
        State state = state();
        return state == null || !isRunning() || state.otherwise() == null
                ? null
                : PlainText.follows(contract, values, state.otherwise());
    }

    List<HeldJson> held() {
        if (record.standing() == null) {
            return List.of();
        }
        List<Long> held = record.standsAt().held();
        List<HeldJson> all = new ArrayList<>();
        for (int i = 0; i < contract.deposits().size(); i++) {
            Contract.Deposit deposit = contract.deposits().get(i);
            if (contract.typeOf(deposit.amount()).orElseThrow() instanceof TermType.Money(String asset, int decimals)) {
                all.add(new HeldJson(
                        deposit.name(),
                        deposit.party(),
                        PlainText.money(held.get(i), asset, decimals),
                        PlainText.value(contract, values, deposit.amount())));
            }
        }
        return all;
    }

    List<StreamJson> streams() {
        List<StreamJson> all = new ArrayList<>();
        for (Contract.Term term : contract.terms()) {
            if (term.type() instanceof TermType.Stream type) {
                Long last = record.standing() == null
                        ? null
                        : record.standsAt().marks().get(term.name());
                all.add(new StreamJson(
                        term.name(),
                        device(term.name()),
                        type.reading(),
                        type.unit(),
                        holder(term.name()),
                        isHeldHere(term.name()),
                        last));
            }
        }
        return all;
    }

    List<DemandJson> demands() {
        State state = state();
        if (state == null || !isRunning()) {
            return List.of();
        }
        Standing at = record.standsAt();
        boolean open = at.demand() == null && at.pausedAt() == null;
        List<String> may =
                own().stream().filter(party -> !at.asked().contains(party)).toList();
        List<DemandJson> all = new ArrayList<>();
        for (Demand demand : state.demands()) {
            all.add(new DemandJson(
                    demand.stream(),
                    holder(demand.stream()),
                    values.number(contract, demand.within()),
                    PlainText.follows(contract, values, demand.missing()),
                    open ? may : List.of()));
        }
        return all;
    }

    @Nullable
    DemandedJson demanded() {
        State state = state();
        Standing.Asked asked =
                state == null || !isRunning() ? null : record.standsAt().demand();
        if (state == null || asked == null) {
            return null;
        }
        String stream = state.demands().get(asked.index()).stream();
        return new DemandedJson(
                stream,
                asked.party(),
                holder(stream),
                asked.from(),
                asked.to(),
                asked.reached() < asked.from() ? null : asked.reached(),
                asked.due(),
                isHeldHere(stream));
    }

    @Nullable
    PauseJson pause() {
        Contract.Pause pause = contract.pause();
        if (pause == null || !isRunning()) {
            return null;
        }
        Standing at = record.standsAt();
        List<String> own = pause.parties().stream().filter(this::isOwn).toList();
        return new PauseJson(
                pause.parties(),
                at.pausedAt(),
                values.number(contract, pause.atMost()),
                at.pausedAt() != null
                        ? List.of()
                        : own.stream()
                                .filter(party -> !at.pausedBy().contains(party))
                                .toList(),
                at.pausedAt() == null ? List.of() : own);
    }

    List<WaitJson> waits() {
        List<WaitJson> waits = new ArrayList<>();
        if (record.status() == ContractRecord.Status.DRAFT) {
            for (int i = 0; i < contract.parties().size(); i++) {
                String party = contract.parties().get(i).name();
                if (!record.isSignedBy(i) && isOwn(party)) {
                    waits.add(new WaitJson("sign", party, null, "sign it as " + party));
                }
            }
        }
        State state = state();
        if (state == null || !isRunning()) {
            return waits;
        }
        DemandedJson demanded = demanded();
        if (demanded != null && demanded.own) {
            waits.add(new WaitJson(
                    "deliver",
                    demanded.holder,
                    null,
                    "deliver the readings “" + demanded.stream + "” that " + demanded.party + " demands"));
        }
        for (Transition way : state.transitions()) {
            may(way).forEach(party -> waits.add(waits(way, party)));
            if (way.trigger() instanceof Trigger.Evidence(String stream, var _, var _, var _)
                    && isHeldHere(stream)
                    && isOpen(way)) {
                waits.add(new WaitJson(
                        "show",
                        holder(stream),
                        way.name(),
                        "its node watches “" + stream + "” for “" + way.name() + "”"));
            }
        }
        return waits;
    }

    private WaitJson waits(Transition way, String party) {
        return way.trigger() instanceof Trigger.Payment(String deposit, String amount)
                ? new WaitJson(
                        "pay",
                        party,
                        way.name(),
                        "may pay " + PlainText.value(contract, values, amount) + " into “" + deposit + "” (“"
                                + way.name() + "”)")
                : new WaitJson("step", party, way.name(), "may sign “" + way.name() + "” as " + party);
    }
}
