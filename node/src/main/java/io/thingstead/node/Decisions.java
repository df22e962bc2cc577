package io.thingstead.node;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.api.MemberDecisions;
import io.thingstead.node.consortium.ConsortiumException;
import io.thingstead.node.consortium.JoinRequest;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.AddMember;
import io.thingstead.node.ledger.action.Approve;
import io.thingstead.node.ledger.action.ChangeEngineKey;
import io.thingstead.node.ledger.action.ChangeRules;
import io.thingstead.node.ledger.action.Proposal;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.ledger.action.RemoveMember;
import io.thingstead.node.ledger.action.Withdraw;
import java.util.List;
import java.util.Optional;

/// Speaks for the member when the members decide: its node signs with the identity key what a person of the member
/// chose.
public record Decisions(MemberCore core) implements MemberDecisions {
    @Override
    public Result<Long> propose(Wanted wanted) {
        return switch (proposal(wanted)) {
            case Result.No<Proposal>(Refused refused) -> new Result.No<>(refused);
            case Result.Ok<Proposal>(Proposal proposal) -> propose(proposal);
        };
    }

    private Result<Long> propose(Proposal proposal) {
        TransactionResult result = core.registrar().submit(List.of(new Propose(core.member(), proposal)), keys());
        Optional<Refused> refused = result.firstRefusal();
        return refused.isPresent()
                ? new Result.No<>(refused.get())
                : result.events().stream()
                        .filter(event -> event.type() == EventType.DECISION_PROPOSED)
                        .findFirst()
                        .map(event -> {
                            CborReader body = CborReader.strict(event.body());
                            body.readArrayOf(4);
                            return Result.ok(body.readUint());
                        })
                        .orElseThrow();
    }

    private Result<Proposal> proposal(Wanted wanted) {
        return switch (wanted) {
            case Wanted.Add(byte[] request) -> add(request);
            case Wanted.Remove(var member) -> Result.ok(new RemoveMember(member));
            case Wanted.EngineKey() -> Result.ok(engineKey());
            case Wanted.Rules(long version, long height) -> Result.ok(new ChangeRules(version, height));
        };
    }

    private Result<Proposal> add(byte[] request) {
        try {
            JoinRequest read = JoinRequest.parse(request);
            return Result.ok(new AddMember(read.registration(ledger()), read.endpoint()));
        } catch (ConsortiumException e) {
            return Result.no(Refusal.REQUEST_MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    /// The new key is made on this machine, and kept beside the old one until the members have decided.
    private Proposal engineKey() {
        SigningKey next = core.engineKeys().next();
        return new ChangeEngineKey(
                core.member(),
                next.key(),
                Possession.sign(RegisterMember.subject(core.member(), KeyRole.ENGINE), ledger(), next));
    }

    @Override
    public Result<byte[]> invite() {
        if (core.standing().isRemoved()) {
            return Result.no(
                    Refusal.MEMBER_REMOVED,
                    core.member() + " was removed from the ledger: ask one of its members for the invite");
        }
        return core.ledger().era(core.ledger().head().era()).isSolo()
                ? Result.no(
                        Refusal.ERA_SOLO,
                        "this ledger has one member: found one of several with `thingstead consortium found`")
                : Result.ok(core.invite().toBytes());
    }

    private LedgerId ledger() {
        return core.registrar().ledger();
    }

    private List<Signer> keys() {
        return List.of(core.keys().of(KeyRole.IDENTITY));
    }

    @Override
    public Optional<Refused> approve(long decision) {
        return ask(new Approve(core.member(), decision));
    }

    @Override
    public Optional<Refused> withdraw(long decision) {
        return ask(new Withdraw(core.member(), decision));
    }

    private Optional<Refused> ask(Action action) {
        return core.registrar().submit(List.of(action), keys()).firstRefusal();
    }
}
