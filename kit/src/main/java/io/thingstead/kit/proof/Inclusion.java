package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.LogId;
import java.util.List;

/// Section `inclusion`: where in which log the leaf stands, with the path to the root of that size.
public record Inclusion(LogId log, long index, long treeSize, List<byte[]> path) {
    public Inclusion {
        path = List.copyOf(path);
    }

    static Inclusion read(byte[] section) {
        var in = CborReader.strict(section);
        in.readArrayOf(5);
        var inclusion =
                new Inclusion(SectionCbor.log(in), SectionCbor.uint(in), SectionCbor.uint(in), SectionCbor.path(in));
        in.expectEnd();
        return inclusion;
    }

    byte[] encode() {
        var out = new CborWriter(64 + path.size() * 34)
                .array(5)
                .text(log.member().value())
                .integer(log.number())
                .integer(index)
                .integer(treeSize);
        SectionCbor.writePath(out, path);
        return out.toBytes();
    }
}
