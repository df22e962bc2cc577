package io.thingstead.node.mirror;

import io.thingstead.kit.merkle.TilePath;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.OtherMembers;
import java.util.HashMap;
import java.util.Map;

/// A log as a member gives it out below `/log/<origin>/`: its owner, or one that mirrors it. What comes has the form
/// that was asked for, and no more bytes; whether it is true is for the caller to find out.
///
/// Throws `MemberUnreachable` or [Misanswer]. Made for one step: hash tiles are asked for once.
final class LogSource {
    private static final int ENTRY = 33;
    private static final int FRAMED = 2 + ENTRY;
    private static final int MAX_TILES = 256;

    private final OtherMembers others;
    private final MemberId member;
    private final String path;
    private final Map<TilePath, byte[]> tiles = new HashMap<>();

    LogSource(OtherMembers others, MemberId member, String origin) {
        this.others = others;
        this.member = member;
        this.path = "/log/" + origin + "/";
    }

    MemberId member() {
        return member;
    }

    byte[] checkpoint() {
        return ask("checkpoint", LogNotes.MAX_SERVED);
    }

    /// The commitments of the first `width` leaves of a tile.
    byte[] commitments(long tile, int width) {
        String file = TilePath.entries(tile, width).format();
        byte[] bundle = ask(file, width * FRAMED);
        if (bundle.length != width * FRAMED) throw new Misanswer(file + " has the wrong length");
        byte[] commitments = new byte[width * MirrorRows.HASH];
        for (int i = 0; i < width; i++) {
            int at = i * FRAMED;
            if (bundle[at] != 0 || bundle[at + 1] != ENTRY || bundle[at + 2] != 1)
                throw new Misanswer(file + " has an entry that is none");
            System.arraycopy(bundle, at + 3, commitments, i * MirrorRows.HASH, MirrorRows.HASH);
        }
        return commitments;
    }

    byte[] hashes(TilePath tile) {
        byte[] known = tiles.get(tile);
        if (known != null) return known;
        if (tiles.size() == MAX_TILES) throw new Misanswer("too many tiles for one step");
        byte[] bytes = ask(tile.format(), tile.width() * MirrorRows.HASH);
        if (bytes.length != tile.width() * MirrorRows.HASH)
            throw new Misanswer(tile.format() + " has the wrong length");
        tiles.put(tile, bytes);
        return bytes;
    }

    private byte[] ask(String file, int maxBytes) {
        MemberAnswer answer = others.ask(member, path + file, maxBytes);
        if (!answer.isOk()) throw new Misanswer("%s answers %d to %s".formatted(member, answer.status(), file));
        if (answer.body().length > maxBytes) throw new Misanswer(file + " is too long");
        return answer.body();
    }
}
