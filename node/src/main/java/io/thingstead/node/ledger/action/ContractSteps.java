package io.thingstead.node.ledger.action;

import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.contract.ContractMoves;
import org.jspecify.annotations.Nullable;

/// Hands what parties do with a running contract on to it, with who asks and what is attached.
final class ContractSteps {
    private ContractSteps() {}

    private static ContractMoves moves(Draft draft, Action.Request request, long contract, String party) {
        return new ContractMoves(draft, request.transaction(), request.signers(), contract, party);
    }

    static @Nullable Refused step(
            Draft draft, Action.Request request, long contract, String party, StepContract.Kind kind, String way) {
        ContractMoves moves = moves(draft, request, contract, party);
        return switch (kind) {
            case SIGN -> moves.sign(way);
            case PAY -> moves.pay(way);
            case PAUSE -> moves.pause();
            case RESUME -> moves.resume();
        };
    }

    static @Nullable Refused show(
            Draft draft, Action.Request request, long contract, String party, @Nullable String way, byte[] commitment) {
        ContractMoves moves = moves(draft, request, contract, party);
        byte[] attached = request.attached(commitment);
        return way == null ? moves.deliver(attached, commitment) : moves.show(way, attached, commitment);
    }

    static @Nullable Refused demand(
            Draft draft, Action.Request request, long contract, String party, String stream, long from, long to) {
        return moves(draft, request, contract, party).demand(stream, from, to);
    }
}
