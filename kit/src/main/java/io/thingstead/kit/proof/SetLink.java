package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.merkle.StateProof;
import io.thingstead.kit.proof.TrustFile.EraMember;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A link within an era: the last block that one set of members signed, which names the next set, and the first block
/// that the next set signed, which names the block before. So each set vouches for the other. The next set's names are
/// those in the state under the first of these blocks.
///
/// @param last the last block of the members before
/// @param first the first block of those after
/// @param before who signed `last`, without names
/// @param eventsSize with `eventsRoot` and `proof`, what leads from `validators` to the app hash in `last`
/// @param validators the value at the state key `validators`, of which `after` was read
public record SetLink(
        CometCertificate last,
        CometCertificate first,
        List<EraMember> before,
        long eventsSize,
        byte[] eventsRoot,
        byte[] validators,
        List<EraMember> after,
        StateProof proof)
        implements TrustLink {
    static final int KIND = 1;

    private static final byte[] STATE_KEY = "validators".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_VALUE = 65_536;

    public SetLink {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /// @param validators the value at the state key `validators` after the block that `last` follows
    public static SetLink of(
            CometCertificate last,
            CometCertificate first,
            List<EraMember> before,
            long eventsSize,
            byte[] eventsRoot,
            byte[] validators,
            StateProof proof) {
        return new SetLink(last, first, before, eventsSize, eventsRoot, validators, readValidators(validators), proof);
    }

    static SetLink readRest(CborReader in, byte[] link) {
        var last = comet(in);
        var first = comet(in);
        int count = TrustLink.readCount(in);
        var before = new ArrayList<EraMember>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(2);
            var key = TrustLink.readEngineKey(in);
            before.add(new EraMember(TrustLink.unnamed(key), key, SectionCbor.uint(in)));
        }
        long eventsSize = SectionCbor.uint(in);
        var eventsRoot = SectionCbor.hash(in);
        var validators = in.readBytes(MAX_VALUE);
        var proof = StateProof.decode(Arrays.copyOfRange(link, in.position(), link.length))
                .filter(StateProof::provesPresence)
                .orElseThrow(() -> new CborMalformed("not a state proof of presence"));
        return of(last, first, before, eventsSize, eventsRoot, validators, proof);
    }

    private static CometCertificate comet(CborReader in) {
        if (Certificate.read(in.readBytes(MAX_BYTES)) instanceof CometCertificate certificate) return certificate;
        throw new CborMalformed("not a certificate of several members");
    }

    private static List<EraMember> readValidators(byte[] value) {
        var in = CborReader.strict(value);
        var members = TrustLink.readMembers(in);
        in.expectEnd();
        return members;
    }

    @Override
    public long height() {
        return first.height();
    }

    /// Whether both sets have signed, each names the other, and the names stand in the state.
    public boolean holds(String chainId) {
        var next = new MemberSet(after);
        return first.height() == last.height() + 1
                && Arrays.equals(first.header().lastBlockHash(), last.headerHash())
                && Arrays.equals(last.header().nextValidatorsHash(), next.hash())
                && Arrays.equals(appHash(), last.appHash())
                && new MemberSet(before).certifies(last, chainId)
                && next.certifies(first, chainId);
    }

    /// Computed from what is shown, never taken from it.
    private byte[] appHash() {
        var stateRoot = proof.rootFor(STATE_KEY, StateMap.valueHash(validators));
        return AppHash.of(last.rulesVersion(), eventsSize, eventsRoot, stateRoot);
    }

    @Override
    public byte[] encode() {
        var out = new CborWriter(4_096)
                .array(8)
                .integer(KIND)
                .bytes(last.encode())
                .bytes(first.encode())
                .array(before.size());
        before.forEach(
                member -> out.array(2).bytes(member.engineKey().coseKey()).integer(member.power()));
        return out.integer(eventsSize)
                .bytes(eventsRoot)
                .bytes(validators)
                .raw(proof.encode())
                .toBytes();
    }
}
