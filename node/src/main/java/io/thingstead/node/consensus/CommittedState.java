package io.thingstead.node.consensus;

import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.merkle.StateProof;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LedgerHead;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.StateKeys;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The ledger after one committed block: its head, its state with the values, and what the block did. Its proofs stay
/// right however far the ledger goes on.
///
/// @param header the engine's header for the block, empty where the certificate brings its own
/// @param signed what certifies the block: a signature over the header, or a whole certificate; null until it is there
record CommittedState(
        LedgerHead head,
        StateMap state,
        StateVersion values,
        StoredEvents storedEvents,
        byte[] header,
        byte @Nullable [] signed,
        boolean changesAppHash,
        List<String> changedKeys,
        List<Event> events,
        List<EraRecord.EraMember> voters)
        implements LedgerReader.CertifiedHead {
    /// @param by the members whose signatures count in the certificate
    CommittedState certified(byte[] with, List<EraRecord.EraMember> by) {
        return new CommittedState(
                head, state, values, storedEvents, header, with, changesAppHash, changedKeys, events, by);
    }

    @Override
    public Certificate certificate() {
        return BlockRecord.certificate(header, Objects.requireNonNull(signed, "the block is not certified yet"));
    }

    @Override
    public Optional<LedgerReader.ProvenValue> prove(String stateKey) {
        byte[] value = values.get(stateKey);
        if (value == null) {
            return Optional.empty();
        }
        byte[] key = StateKeys.bytes(stateKey);
        StateProof proof = state.prove(key);
        if (!proof.provesPresence()) {
            throw new IllegalStateException("the store and the state map disagree about " + stateKey);
        }
        return Optional.of(new LedgerReader.ProvenValue(value, proof.encode()));
    }

    @Override
    public Optional<byte[]> proveAbsence(String stateKey) {
        StateProof proof = state.prove(StateKeys.bytes(stateKey));
        return proof.provesPresence() ? Optional.empty() : Optional.of(proof.encode());
    }

    @Override
    public Optional<List<byte[]>> eventPath(long eventNo) {
        return storedEvents.path(eventNo, head.eventsSize());
    }
}
