package io.thingstead.node.mirror;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.Held;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a member tells the others of one log: the statement of what it holds of it, the checkpoints that it cosigned
/// lately, and the newest ones that it saw, so that two faces shown to two members meet.
///
/// @param statement a COSE_Sign1 of kind `held`, or null where nothing is held
/// @param cosigned signed notes with its cosignature, for the log's owner; none of its own logs
record HeldEntry(LogId log, byte @Nullable [] statement, List<byte[]> cosigned, List<byte[]> notes) {
    static final int MAX_ENTRIES = 100;
    static final int MAX_NOTES = 4;
    static final int MAX_COSIGNED = 16;
    /// Of an answer.
    static final int MAX_BYTES = 1 << 20;
    /// Of an entry: an answer ends before its last entry could go over [#MAX_BYTES].
    private static final int MAX_ENTRY = 64 + Held.MAX_BYTES + (MAX_NOTES + MAX_COSIGNED) * (LogNotes.MAX_BYTES + 4);

    HeldEntry {
        cosigned = List.copyOf(cosigned);
        notes = List.copyOf(notes);
    }

    /// As many of the entries, from the first on, as an answer takes.
    static byte[] encode(List<HeldEntry> entries) {
        CborWriter items = new CborWriter(1_024);
        int count = 0;
        int bytes = 8;
        for (HeldEntry entry : entries) {
            if (count == MAX_ENTRIES || bytes > MAX_BYTES - MAX_ENTRY) break;
            byte[] item = entry.encode();
            items.raw(item);
            bytes += item.length;
            count++;
        }
        return new CborWriter(bytes).array(count).raw(items.toBytes()).toBytes();
    }

    private byte[] encode() {
        CborWriter out = new CborWriter(512).array(5).text(log.member().value()).integer(log.number());
        if (statement == null) out.nil();
        else out.bytes(statement);
        out.array(cosigned.size());
        cosigned.forEach(out::bytes);
        out.array(notes.size());
        notes.forEach(out::bytes);
        return out.toBytes();
    }

    /// Throws [Misanswer] when the bytes are not of that form.
    static List<HeldEntry> decode(byte[] bytes) {
        try {
            CborReader in = CborReader.strict(bytes);
            int count = in.readArray(MAX_ENTRIES);
            List<HeldEntry> entries = new ArrayList<>(count);
            for (int i = 0; i < count; i++) entries.add(read(in));
            in.expectEnd();
            return entries;
        } catch (CborMalformed e) {
            throw new Misanswer("what it says that it holds has not the form: " + e.getMessage());
        }
    }

    private static HeldEntry read(CborReader in) {
        in.readArrayOf(5);
        MemberId member = MemberId.parse(in.readText(32)).orElseThrow(() -> new CborMalformed("not a member"));
        long number = in.readUint();
        if (number < 1 || number > LogId.MAX_NUMBER) throw new CborMalformed("not a log number");
        byte[] statement = null;
        if (in.nextIsNull()) in.readNull();
        else statement = in.readBytes(Held.MAX_BYTES);
        return new HeldEntry(new LogId(member, number), statement, notes(in, MAX_COSIGNED), notes(in, MAX_NOTES));
    }

    private static List<byte[]> notes(CborReader in, int most) {
        int count = in.readArray(most);
        List<byte[]> notes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) notes.add(in.readBytes(LogNotes.MAX_BYTES));
        return notes;
    }
}
