package io.thingstead.node.contract;

import io.thingstead.node.contract.Contract.State;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/// Whether guards mean something, and never two of them fit the same reading: else whoever hands in the evidence would
/// choose the outcome.
final class GuardCheck {
    private final Code code;
    private final Contract contract;
    private final Values values;
    private final Spots spots;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Optional<Long>> both = new LinkedHashMap<>();

    /// A way on by evidence, with its guard.
    private record Way(Transition transition, String stream, String text, Guard guard, String path) {}

    GuardCheck(Code code, Values values, Spots spots) {
        this.code = code;
        this.contract = code.contract();
        this.values = values;
        this.spots = spots;
    }

    List<Finding> findings() {
        for (State state : contract.states()) {
            List<Way> ways = new ArrayList<>();
            for (Transition transition : state.transitions()) {
                if (transition.trigger() instanceof Trigger.Evidence evidence) {
                    way(transition, evidence, NameCheck.way(state, transition) + ".when", ways);
                }
            }
            for (int i = 0; i < ways.size(); i++) {
                for (int j = i + 1; j < ways.size(); j++) {
                    bothFit(ways.get(i), ways.get(j));
                }
            }
            signatures(state);
        }
        return findings;
    }

    private void way(Transition transition, Trigger.Evidence evidence, String path, List<Way> ways) {
        Guard.Compiled result = code.compiled(evidence.stream(), evidence.guard());
        result.fault()
                .ifPresent(fault -> findings.add(Finding.error(
                        fault.code(), spots.at(path).plus(Math.max(0, fault.column())), fault.text(), fault.mend())));
        result.code().ifPresent(ready -> {
            Guard guard = ready.with(contract, values);
            ways.add(new Way(transition, evidence.stream(), evidence.stream() + " " + evidence.guard(), guard, path));
            SortedSet<Long> corners = guard.corners();
            if (corners.stream().noneMatch(guard::fits)) {
                findings.add(Finding.error(
                        "check.guard-never",
                        spots.at(path),
                        "no reading of “" + evidence.stream() + "” ever fits this",
                        "Look at the signs < and >, and at the values of the terms."));
            } else if (corners.stream().allMatch(guard::fits)) {
                findings.add(Finding.note(
                        "check.guard-always",
                        spots.at(path),
                        "every reading of “" + evidence.stream() + "” fits this",
                        "That is right where any reading will do."));
            }
        });
    }

    private void bothFit(Way one, Way other) {
        if (!one.stream.equals(other.stream)) {
            return;
        }
        both.computeIfAbsent(one.text + "\n" + other.text, _ -> meeting(one, other))
                .ifPresent(corner -> findings.add(Finding.error(
                        "check.ambiguous",
                        spots.at(other.path),
                        "“" + one.transition.name() + "” and “" + other.transition.name()
                                + "” both fit when " + one.stream + " is " + inWords(one.stream, corner)
                                + ": whoever hands in the reading would choose",
                        "Let one begin where the other ends, as < and >=.")));
    }

    /// A reading that fits both, if there is one.
    private static Optional<Long> meeting(Way one, Way other) {
        SortedSet<Long> corners = one.guard.corners();
        corners.addAll(other.guard.corners());
        return corners.stream()
                .filter(corner -> one.guard.fits(corner) && other.guard.fits(corner))
                .findFirst();
    }

    /// Two ways on by the same signatures are a choice that whoever signs has, and says so by the way's name; the same
    /// way twice is not.
    private void signatures(State state) {
        List<Transition> payments = state.transitions().stream()
                .filter(t -> t.trigger() instanceof Trigger.Payment)
                .toList();
        for (int i = 0; i < payments.size(); i++) {
            for (int j = i + 1; j < payments.size(); j++) {
                if (payments.get(i).trigger().equals(payments.get(j).trigger())) {
                    findings.add(Finding.error(
                            "check.ambiguous",
                            spots.at(NameCheck.way(state, payments.get(j))),
                            "“" + payments.get(i).name() + "” and “"
                                    + payments.get(j).name() + "” both fit the same payment",
                            "Let them be paid into different deposits, or take one out."));
                }
            }
        }
    }

    private String inWords(String stream, long value) {
        return contract.typeOf(stream).orElseThrow() instanceof TermType.Stream(var _, var _, String unit, int scale)
                ? Numbers.decimalInWords(value, scale) + " " + unit
                : Long.toString(value);
    }
}
