package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The few shapes that recur in the sections of a proof, read with the limits of `docs/formats.md` §9.
final class SectionCbor {
    private static final long MAX_LOG_NUMBER = 0xFFFF_FFFFL;

    private SectionCbor() {}

    /// A uint that every language holds exactly.
    static long uint(CborReader in) {
        long value = in.readUint();
        if (value > SmallJson.MAX_NUMBER) throw new CborMalformed("number over 2^53 - 1");
        return value;
    }

    static @Nullable Long uintOrNull(CborReader in) {
        if (!in.nextIsNull()) return uint(in);
        in.readNull();
        return null;
    }

    static void writeUintOrNull(CborWriter out, @Nullable Long value) {
        if (value == null) {
            out.nil();
        } else {
            out.integer(value);
        }
    }

    static byte[] hash(CborReader in) {
        return in.readBytesOf(MerkleTree.HASH_BYTES);
    }

    static List<byte[]> path(CborReader in) {
        int count = in.readArray(MerkleTree.MAX_PATH);
        var path = new ArrayList<byte[]>(count);
        for (int i = 0; i < count; i++) path.add(hash(in));
        return path;
    }

    static void writePath(CborWriter out, List<byte[]> path) {
        out.array(path.size());
        path.forEach(out::bytes);
    }

    static MemberId member(CborReader in) {
        return MemberId.parse(in.readText(32)).orElseThrow(() -> new CborMalformed("not a member's name"));
    }

    static LogId log(CborReader in) {
        var member = member(in);
        long number = uint(in);
        if (number < 1 || number > MAX_LOG_NUMBER) throw new CborMalformed("log number out of range");
        return new LogId(member, number);
    }
}
