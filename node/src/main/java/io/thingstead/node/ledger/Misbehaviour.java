package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.MemberId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the engine caught a member at: it voted twice, or lied to those who follow from outside. The engine checked the
/// evidence; the members agreed on it with the block.
///
/// @param address of the engine key that did it, as the engine names it
/// @param height of the block where it happened
/// @param kind 1 two votes in one round, 2 an attack on those who follow from outside
public record Misbehaviour(byte[] address, long height, int kind) {
    /// The event, at the start of the block, and the count in the state; nothing when no member ever voted with this
    /// key.
    void tell(byte[] noTransaction, Draft draft) {
        byte[] engine = draft.get(StateKeys.engine(address));
        if (engine == null) {
            return;
        }
        CborReader in = CborReader.strict(engine);
        in.readArrayOf(1);
        MemberId member = new MemberId(in.readText(32));
        String fault = StateKeys.memberFault(member);
        draft.put(
                fault,
                new CborWriter(16)
                        .array(2)
                        .integer(count(draft.get(fault)) + 1)
                        .integer(draft.nextEventNo())
                        .toBytes());
        draft.happened(
                noTransaction,
                EventType.MEMBER_MISBEHAVED,
                List.of(Draft.subject(member)),
                new CborWriter().array(3).text(member.value()).integer(height).integer(kind));
    }

    /// How often a member misbehaved, by its state value.
    public static long count(byte @Nullable [] value) {
        if (value == null) {
            return 0;
        }
        CborReader in = CborReader.strict(value);
        in.readArrayOf(2);
        return in.readUint();
    }
}
