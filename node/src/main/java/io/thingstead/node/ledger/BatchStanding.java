package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.MemberId;

/// How far a member's batches are, and how full its two buckets: each batch pours its bytes and signatures in, ledger
/// time drains them, and what would flow over waits (`docs/formats.md` §7).
///
/// @param sequence of its last batch, 0 before the first
/// @param bytes level of the bucket of bytes at `time`
/// @param signatures level of the bucket of signatures at `time`
/// @param time block time of its last batch
record BatchStanding(long sequence, long bytes, long signatures, long time) {
    static final long BYTES_PER_MS = 1_000;
    static final long MAX_BYTES = 8_000_000;
    static final long SIGNATURES_PER_MS = 3;
    static final long MAX_SIGNATURES = 12_000;

    private static final BatchStanding NONE = new BatchStanding(0, 0, 0, 0);

    static BatchStanding of(MemberId member, Draft draft) {
        byte[] value = draft.get(StateKeys.batch(member));
        return value == null ? NONE : decode(value);
    }

    /// With one more batch at this time.
    BatchStanding after(MemberBatch batch, int size, long now) {
        long passed = Math.min(now - time, MAX_BYTES);
        return new BatchStanding(
                batch.sequence(),
                Math.max(0, bytes - BYTES_PER_MS * passed) + size,
                Math.max(0, signatures - SIGNATURES_PER_MS * passed) + batch.signatures(),
                now);
    }

    boolean flowsOver() {
        return bytes > MAX_BYTES || signatures > MAX_SIGNATURES;
    }

    byte[] encode() {
        return new CborWriter(32)
                .array(4)
                .integer(sequence)
                .integer(bytes)
                .integer(signatures)
                .integer(time)
                .toBytes();
    }

    static BatchStanding decode(byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(4);
        BatchStanding read = new BatchStanding(in.readUint(), in.readUint(), in.readUint(), in.readUint());
        in.expectEnd();
        return read;
    }
}
