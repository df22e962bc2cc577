package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.LedgerId;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The members that vote on blocks, in CometBFT's order: by power, the largest first, then by address.
public final class MemberSet {
    private static final int ADDRESS_BYTES = 20;
    private static final BigInteger THREE = BigInteger.valueOf(3);
    private static final Comparator<TrustFile.EraMember> ORDER = Comparator.comparingLong(
                    (TrustFile.EraMember member) -> -member.power())
            .thenComparing(member -> address(member.engineKey()), Arrays::compareUnsigned);

    private final List<TrustFile.EraMember> members;

    public MemberSet(List<TrustFile.EraMember> members) {
        this.members = members.stream().sorted(ORDER).toList();
    }

    public List<TrustFile.EraMember> members() {
        return members;
    }

    /// How CometBFT names a member: the first 20 bytes of the hash of its engine key.
    public static byte[] address(VerifyingKey engineKey) {
        return Arrays.copyOf(Sha256.of(engineKey.point()), ADDRESS_BYTES);
    }

    /// What headers hold as the hash of the set: the root of the tree over keys and powers.
    public byte[] hash() {
        return MerkleTree.root(members.stream()
                .map(member -> MerkleTree.leafHash(new CometBytes()
                        .message(1, new CometBytes().bytes(1, member.engineKey().point()))
                        .number(2, member.power())
                        .toBytes()))
                .toList());
    }

    /// Whether this set made the block final: it is the set that the header names, every vote is one of its members'
    /// and verifies, and together they have more than two thirds of the power.
    public boolean certifies(CometCertificate certificate, String chainId) {
        var header = certificate.header();
        return header.chainId().equals(chainId)
                && Arrays.equals(header.validatorsHash(), hash())
                && certificate.votes().stream().allMatch(vote -> isRight(certificate, vote))
                && isEnough(certificate.votes().stream().map(vote -> members.get(vote.index())));
    }

    private boolean isEnough(Stream<TrustFile.EraMember> voters) {
        return sum(voters).multiply(THREE).compareTo(sum(members.stream()).multiply(BigInteger.TWO)) > 0;
    }

    /// Whether this set, whose era it is, made the block final, whatever the era's engine.
    boolean certifies(Certificate certificate, LedgerId ledger, TrustFile.Era era) {
        return switch (certificate) {
            case SoloCertificate solo ->
                era.isSolo()
                        && members.size() == 1
                        && solo.header().ledger().equals(ledger)
                        && solo.header().era() == era.number()
                        && solo.header().isSignedBy(members.getFirst().engineKey(), solo.signature());
            case CometCertificate comet -> era.isComet() && certifies(comet, era.chainId());
        };
    }

    /// Whether every signature is one of a member, and together they have more than two thirds of the power.
    boolean approves(byte[] message, List<EraLink.Approval> approvals) {
        return approvals.stream()
                        .allMatch(approval -> approval.index() < members.size()
                                && members.get(approval.index()).engineKey().verify(message, approval.signature()))
                && isEnough(approvals.stream().map(approval -> members.get(approval.index())));
    }

    /// The certificate without votes that do not verify here: CometBFT itself is laxer about signatures (ZIP-215).
    public CometCertificate withoutWrongVotes(CometCertificate certificate) {
        return new CometCertificate(
                certificate.rulesVersion(),
                certificate.header(),
                certificate.round(),
                certificate.partsTotal(),
                certificate.partsHash(),
                certificate.votes().stream()
                        .filter(vote -> isRight(certificate, vote))
                        .toList());
    }

    private boolean isRight(CometCertificate certificate, CometCertificate.Vote vote) {
        return vote.index() < members.size()
                && members.get(vote.index()).engineKey().verify(certificate.signBytes(vote), vote.signature());
    }

    private static BigInteger sum(Stream<TrustFile.EraMember> of) {
        return of.map(member -> BigInteger.valueOf(member.power())).reduce(BigInteger.ZERO, BigInteger::add);
    }
}
