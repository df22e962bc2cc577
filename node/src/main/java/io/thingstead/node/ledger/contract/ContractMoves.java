package io.thingstead.node.ledger.contract;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.contract.Contract.Trigger;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.contract.Step;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.contract.ContractRecord.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a party does with a running contract. Each method answers why not, or null: it happened.
public final class ContractMoves {
    private final Draft draft;
    private final byte[] transaction;
    private final List<Thumbprint> signers;
    private final long number;
    private final String party;

    /// @param party that asks, by its name in the contract
    public ContractMoves(Draft draft, byte[] transaction, List<Thumbprint> signers, long number, String party) {
        this.draft = draft;
        this.transaction = transaction;
        this.signers = List.copyOf(signers);
        this.number = number;
        this.party = party;
    }

    private interface Move {
        Result<Step> from(Contracts.Running running, Standing at, long now);
    }

    private @Nullable Refused take(byte @Nullable [] evidence, Move move) {
        Result<Contracts.Running> found = Contracts.find(draft, number, Status.RUNNING)
                .flatMap(running ->
                        Contracts.party(draft, signers, running, party).map(_ -> running));
        return switch (found) {
            case Result.No<Contracts.Running>(Refused refused) -> refused;
            case Result.Ok<Contracts.Running>(Contracts.Running running) ->
                switch (move.from(running, running.record().standsAt(), Contracts.now(draft, running))) {
                    case Result.No<Step>(Refused refused) -> refused;
                    case Result.Ok<Step>(Step step) ->
                        Contracts.follow(draft, transaction, running, step, party, evidence, false);
                };
        };
    }

    public @Nullable Refused sign(String way) {
        return take(null, (running, at, now) -> running.machine().sign(at, way, party, now));
    }

    public @Nullable Refused pay(String way) {
        return take(null, (running, at, now) -> running.machine().pay(at, way, party, now));
    }

    public @Nullable Refused pause() {
        return take(null, (running, at, now) -> running.machine().pause(at, party, now));
    }

    public @Nullable Refused resume() {
        return take(null, (running, at, now) -> running.machine().resume(at, party, now));
    }

    public @Nullable Refused demand(String stream, long from, long to) {
        return take(
                null,
                (running, at, now) -> running.machine()
                        .demand(at, stream, party, from, to, running.record().since(), now));
    }

    public @Nullable Refused show(String way, byte[] attached, byte[] commitment) {
        return take(commitment, (running, at, now) -> {
            var transition =
                    running.contract().state(at.state()).transition(way).orElse(null);
            if (transition == null || !(transition.trigger() instanceof Trigger.Evidence evidence)) {
                return Result.no(
                        Refusal.CONTRACT_WAY, "no way “" + way + "” leads out of “" + at.state() + "” by readings");
            }
            return new EvidenceCheck(draft, running)
                    .showing(transition, evidence, attached)
                    .flatMap(shown -> running.machine().show(at, way, shown, now));
        });
    }

    public @Nullable Refused deliver(byte[] attached, byte[] commitment) {
        return take(commitment, (running, at, now) -> {
            Standing.Asked asked = at.demand();
            if (asked == null) {
                return Result.no(Refusal.CONTRACT_WAY, "nothing is demanded");
            }
            String stream = running.contract().state(at.state()).demands().get(asked.index()).stream();
            return new EvidenceCheck(draft, running)
                    .answering(stream, attached)
                    .flatMap(shown -> running.machine().deliver(at, shown, now));
        });
    }
}
