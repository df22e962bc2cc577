package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.StateProof;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.SetLink;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What a ledger knows of a link between two sets of members when a block changes them: everything but the commits.
///
/// @param height of the first block that the next members sign, two above the one that changes them
/// @param before by whom the block before is signed
/// @param eventsSize after the change, with the root of the events and the next members' value and place in the state
public record WaitingLink(
        long height, List<EraMember> before, long eventsSize, byte[] eventsRoot, byte[] validators, byte[] stateProof) {
    public WaitingLink {
        before = List.copyOf(before);
    }

    byte[] encode() {
        return new CborWriter(1_024)
                .array(5)
                .bytes(new ValidatorSet(before).encode())
                .integer(eventsSize)
                .bytes(eventsRoot)
                .bytes(validators)
                .bytes(stateProof)
                .toBytes();
    }

    static WaitingLink decode(long height, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(5);
        var link = new WaitingLink(
                height,
                ValidatorSet.decode(in.readBytes(Integer.MAX_VALUE)).members(),
                in.readUint(),
                in.readBytesOf(32),
                in.readBytes(Integer.MAX_VALUE),
                in.readBytes(Integer.MAX_VALUE));
        in.expectEnd();
        return link;
    }

    /// The whole link, or empty when these commits are not enough.
    ///
    /// @param last of the block before `height`
    /// @param first of the block at `height`
    public Optional<SetLink> with(CometCertificate last, CometCertificate first, String chainId) {
        var old = new MemberSet(before.stream().map(EraMember::forTrust).toList());
        var next = new MemberSet(ValidatorSet.decode(validators).members().stream()
                .map(EraMember::forTrust)
                .toList());
        var link = SetLink.of(
                old.withoutWrongVotes(last),
                next.withoutWrongVotes(first),
                old.members(),
                eventsSize,
                eventsRoot,
                validators,
                StateProof.decode(stateProof).orElseThrow());
        return Optional.of(link).filter(whole -> whole.holds(chainId));
    }

    /// From the outcome of the block at `height - 2`.
    static WaitingLink of(BlockOutcome done, List<EraMember> before) {
        byte[] key = StateKeys.bytes(StateKeys.VALIDATORS);
        return new WaitingLink(
                done.position().height() + VoterSets.BLOCKS_UNTIL_IN_FORCE,
                before,
                done.eventsEdge().size(),
                done.eventsEdge().root(),
                Objects.requireNonNull(done.changed(StateKeys.VALIDATORS), "the members changed"),
                done.state().prove(key).encode());
    }
}
