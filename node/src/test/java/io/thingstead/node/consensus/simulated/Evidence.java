package io.thingstead.node.consensus.simulated;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.consensus.simulated.Message.Precommit;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.Misbehaviour;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Two precommits of one member in one round for different blocks.
record Evidence(Precommit one, Precommit other, EraMember by) {
    private static final int TWO_VOTES = 1;

    Misbehaviour misbehaviour() {
        return new Misbehaviour(MemberSet.address(by.engineKey()), one.height(), TWO_VOTES);
    }

    String name() {
        return by.member() + "/" + one.height() + "/" + one.round();
    }

    byte[] leaf() {
        return Sha256.of(name().getBytes(StandardCharsets.UTF_8));
    }

    /// Anybody can check it: both are signed by the member.
    boolean holds() {
        return one.height() == other.height()
                && one.round() == other.round()
                && one.from().equals(by.member())
                && other.from().equals(by.member())
                && !Objects.equals(one.block(), other.block())
                && one.isSignedBy(by)
                && other.isSignedBy(by);
    }
}
