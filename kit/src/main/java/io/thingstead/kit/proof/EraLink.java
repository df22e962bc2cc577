package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.proof.TrustFile.Era;
import io.thingstead.kit.proof.TrustFile.EraMember;
import io.thingstead.kit.proof.TrustFile.KnownSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A link into the next era: the old era's last certificate, the new era's record, which names the app hash in it, and
/// the signatures of both eras' members under the record.
///
/// @param record the era's record as the ledger's state holds it, of which `era` was read
/// @param byOld signatures of those who voted at `certificate`
/// @param byNew signatures of those who vote in the new era
public record EraLink(Certificate certificate, byte[] record, Era era, List<Approval> byOld, List<Approval> byNew)
        implements TrustLink {
    static final int KIND = 2;

    private static final byte[] DOMAIN = "ts-era/1\0".getBytes(StandardCharsets.US_ASCII);
    private static final int SIGNATURE_BYTES = 64;

    /// A member's signature with its engine key, at its place in the set.
    public record Approval(int index, byte[] signature) {}

    public EraLink {
        byOld = List.copyOf(byOld);
        byNew = List.copyOf(byNew);
    }

    public static EraLink of(Certificate certificate, byte[] record, List<Approval> byOld, List<Approval> byNew) {
        return new EraLink(certificate, record, readRecord(record), byOld, byNew);
    }

    static EraLink readRest(CborReader in) {
        var certificate = Certificate.read(in.readBytes(MAX_BYTES));
        var record = in.readBytes(MAX_BYTES);
        var link = of(certificate, record, readApprovals(in), readApprovals(in));
        in.expectEnd();
        return link;
    }

    private static List<Approval> readApprovals(CborReader in) {
        int count = in.readArray(MAX_MEMBERS);
        var approvals = new ArrayList<Approval>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(2);
            int index = in.readUint(MAX_MEMBERS - 1);
            if (i > 0 && index <= approvals.getLast().index) throw new CborMalformed("approvals out of order");
            approvals.add(new Approval(index, in.readBytesOf(SIGNATURE_BYTES)));
        }
        return approvals;
    }

    private static Era readRecord(byte[] record) {
        var in = CborReader.strict(record);
        in.readArrayOf(7);
        long number = SectionCbor.uint(in);
        var engine = in.readText(32);
        var chainId = in.readText(64);
        long initialHeight = SectionCbor.uint(in);
        long firstEvent = SectionCbor.uint(in);
        var previousAppHash = SectionCbor.hash(in);
        var members = TrustLink.readMembers(in);
        in.expectEnd();
        var set = new KnownSet(initialHeight, members);
        return new Era(number, engine, chainId, initialHeight, firstEvent, previousAppHash, List.of(set));
    }

    @Override
    public long height() {
        return era.initialHeight();
    }

    /// What members of both eras sign with their engine keys.
    public static byte[] toSign(LedgerId ledger, byte[] record) {
        var head = new CborWriter(64).array(2).bytes(ledger.bytes()).toBytes();
        var message = Arrays.copyOf(DOMAIN, DOMAIN.length + head.length + record.length);
        System.arraycopy(head, 0, message, DOMAIN.length, head.length);
        System.arraycopy(record, 0, message, DOMAIN.length + head.length, record.length);
        return message;
    }

    /// Whether the era follows the other one, and more than two thirds of the members of both have signed that.
    public boolean holds(LedgerId ledger, Era old) {
        var signers = new MemberSet(old.membersAt(certificate.height()));
        var message = toSign(ledger, record);
        return era.isComet()
                && era.chainId().equals("ts-" + ledger.hex().substring(0, 8) + "-" + era.number())
                && era.initialHeight() > old.initialHeight()
                && certificate.height() >= old.initialHeight()
                && certificate.height() < era.initialHeight()
                && Arrays.equals(certificate.appHash(), era.previousAppHash())
                && signers.certifies(certificate, ledger, old)
                && signers.approves(message, byOld)
                && new MemberSet(era.members()).approves(message, byNew);
    }

    /// Finds the signatures' places in a set: those of members in it that verify.
    public static List<Approval> approvals(List<EraMember> members, byte[] message, List<byte[]> signatures) {
        var approvals = new ArrayList<Approval>();
        var set = new MemberSet(members).members();
        for (int i = 0; i < set.size(); i++) {
            var key = set.get(i).engineKey();
            int index = i;
            signatures.stream()
                    .filter(signature -> signature.length == SIGNATURE_BYTES && key.verify(message, signature))
                    .findFirst()
                    .ifPresent(signature -> approvals.add(new Approval(index, signature)));
        }
        return approvals;
    }

    @Override
    public byte[] encode() {
        var out = new CborWriter(2_048)
                .array(5)
                .integer(KIND)
                .bytes(certificate.encode())
                .bytes(record);
        for (var approvals : List.of(byOld, byNew)) {
            out.array(approvals.size());
            approvals.forEach(approval -> out.array(2).integer(approval.index).bytes(approval.signature));
        }
        return out.toBytes();
    }
}
