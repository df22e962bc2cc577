package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.StateKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lets another organisation in: its keys and where it is reached come onto the ledger. It does not vote yet: it takes
/// its seat itself, once it has caught up.
public record AddMember(RegisterMember member, Endpoint endpoint) implements Proposal {
    static final int KIND = 1;

    static AddMember readFields(CborReader in) {
        return new AddMember(RegisterMember.readFields(in), Endpoint.read(in));
    }

    @Override
    public void write(CborWriter out) {
        out.array(6).integer(KIND);
        member.writeFields(out);
        endpoint.write(out);
    }

    private MemberId id() {
        return member.member();
    }

    @Override
    public List<String> subjects() {
        return List.of(Draft.subject(id()));
    }

    @Override
    public @Nullable Refused objection(Draft draft) {
        Refused objection = member.objection(MemberKeysCheck.ALL, draft);
        return objection == null ? SetEndpoint.objection(endpoint) : objection;
    }

    @Override
    public void carryOut(byte[] transaction, Draft draft) {
        draft.put(StateKeys.endpoint(id()), endpoint.encode());
        member.register(transaction, draft);
    }

    @Override
    public String inWords() {
        return "Add " + id() + " (" + member.domain() + ") as a member";
    }

    @Override
    public List<String> inWords(LedgerReader ledger) {
        int now = ledger.validators().size();
        List<String> keys = member.keys().stream()
                .map(k -> k.role().label() + " " + k.key().thumbprint().hex().substring(0, 16))
                .toList();
        return List.of(
                inWords() + ".",
                "Its node is reached at " + endpoint.node() + ", its engine at " + endpoint.engine() + ".",
                "Its keys: " + String.join(", ", keys)
                        + ". Compare them with what it tells you itself, not only with what was handed to you.",
                "It may read the ledger and hand in transactions at once, and votes as soon as it has taken its seat.",
                Proposal.tolerance(now, now + 1));
    }
}
