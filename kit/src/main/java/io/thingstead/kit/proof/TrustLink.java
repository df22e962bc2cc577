package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.TrustFile.EraMember;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// One step from the members that vote to those who vote next (`docs/formats.md` §8): more than two thirds of both have
/// signed it, so that whoever knows the ones may know the others.
public sealed interface TrustLink permits SetLink, EraLink {
    /// The most links that stand together in one file.
    int MAX_TOGETHER = 64;

    int MAX_MEMBERS = 1_000;
    int MAX_BYTES = 131_072;

    /// The height from which on the next members vote.
    long height();

    byte[] encode();

    /// Throws [CborMalformed].
    static TrustLink read(byte[] link) {
        var in = CborReader.strict(link);
        int elements = in.readArray(8);
        long kind = SectionCbor.uint(in);
        if (kind == SetLink.KIND && elements == 8) return SetLink.readRest(in, link);
        if (kind == EraLink.KIND && elements == 5) return EraLink.readRest(in);
        throw new CborMalformed("an unknown kind of link");
    }

    static Result<TrustLink> decode(byte[] link) {
        try {
            return Result.ok(read(link));
        } catch (CborMalformed e) {
            return Result.no(Refusal.PROOF_UNREADABLE, "link: " + e.getMessage());
        }
    }

    /// The section `links` of a proof.
    static List<TrustLink> readSection(byte[] section) {
        var in = CborReader.strict(section);
        int count = in.readArray(MAX_TOGETHER);
        if (count == 0) throw new CborMalformed("no link");
        var links = new ArrayList<TrustLink>(count);
        for (int i = 0; i < count; i++) links.add(read(in.readBytes(MAX_BYTES)));
        in.expectEnd();
        return links;
    }

    static byte[] section(List<TrustLink> links) {
        var out = new CborWriter(4_096).array(links.size());
        links.forEach(link -> out.bytes(link.encode()));
        return out.toBytes();
    }

    static VerifyingKey readEngineKey(CborReader in) {
        if (!(VerifyingKey.decode(in.readBytesOf(40)) instanceof Result.Ok<VerifyingKey>(var key))
                || key.algorithm() != Algorithm.ED25519) {
            throw new CborMalformed("an engine key that is not an Ed25519 COSE_Key");
        }
        return key;
    }

    /// Members with their names.
    static List<EraMember> readMembers(CborReader in) {
        int count = readCount(in);
        var members = new ArrayList<EraMember>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(3);
            members.add(new EraMember(SectionCbor.member(in), readEngineKey(in), SectionCbor.uint(in)));
        }
        return members;
    }

    static int readCount(CborReader in) {
        int count = in.readArray(MAX_MEMBERS);
        if (count == 0) throw new CborMalformed("no members");
        return count;
    }

    /// Stands for the name of a member of which nothing but the engine key is known.
    static MemberId unnamed(VerifyingKey engineKey) {
        return new MemberId("key-" + HexFormat.of().formatHex(MemberSet.address(engineKey), 0, 8));
    }

    static boolean isUnnamed(EraMember member) {
        return member.member().equals(unnamed(member.engineKey()));
    }
}
