package io.thingstead.node.log;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sequence numbers of one stream: which were used, which are missing (docs/formats.md §4). Confined to its owner.
///
/// Kept in memory are only the highest number and the open gaps. A lower number outside every gap was either accepted,
/// then the store knows where, or declared as skipped, then it does not.
final class Sequence {
    static final long MOST = (1L << 53) - 1;

    /// Double-signed numbers kept as evidence per stream; one proves as much as a thousand, and a device must not fill
    /// the disk with them.
    private static final int EVIDENCE = 64;

    /// What the numbers alone say about a frame.
    enum Admission {
        /// a new number; it is used from now on
        NEW,
        /// not above the highest and not missing: accepted or skipped before
        OLD,
        /// `p` is not below n, or not at or above the highest number
        BAD_PREVIOUS,
        TOO_MANY_GAPS,
        OUT_OF_RANGE
    }

    private final OpenGaps gaps;
    private long high;
    private int evidence;
    private boolean changed;

    private Sequence(long high, OpenGaps gaps, int evidence) {
        this.high = high;
        this.gaps = gaps;
        this.evidence = evidence;
    }

    static Sequence unused() {
        return new Sequence(0, new OpenGaps(), 0);
    }

    /// @param high the highest accepted number
    /// @param row what [#encode] wrote last, if it ever did
    static Sequence restored(long high, byte @Nullable [] row) {
        if (row == null) return new Sequence(high, new OpenGaps(), 0);
        var in = ByteBuffer.wrap(row);
        return new Sequence(high, OpenGaps.decode(in), (int) VarWriter.get(in));
    }

    long high() {
        return high;
    }

    List<NumberRange> gaps() {
        return gaps.ranges();
    }

    /// @param previous the header `p`, or -1
    Admission admit(long n, long previous) {
        if (n < 1 || n > MOST) return Admission.OUT_OF_RANGE;
        if (previous >= n) return Admission.BAD_PREVIOUS;
        return n > high ? admitAbove(n, previous) : admitBelow(n, previous);
    }

    private Admission admitAbove(long n, long previous) {
        long missingTo = previous < 0 ? n - 1 : previous;
        if (missingTo < high) return Admission.BAD_PREVIOUS;
        if (missingTo > high) {
            if (gaps.count() == OpenGaps.MOST) return Admission.TOO_MANY_GAPS;
            gaps.append(high + 1, missingTo);
            changed = true;
        }
        high = n;
        return Admission.NEW;
    }

    private Admission admitBelow(long n, long previous) {
        if (!gaps.contains(n)) return Admission.OLD;
        // With p, the numbers between p and n were skipped: they are no gap any more.
        long from = previous < 0 ? n : previous + 1;
        if (gaps.countWithout(from, n) > OpenGaps.MOST) return Admission.TOO_MANY_GAPS;
        gaps.remove(from, n);
        changed = true;
        return Admission.NEW;
    }

    /// Whether one more double-signed number is kept.
    boolean keepEvidence() {
        if (evidence == EVIDENCE) return false;
        evidence++;
        changed = true;
        return true;
    }

    /// Whether there is something to write that the number rows do not say.
    boolean isChanged() {
        return changed;
    }

    byte[] encode() {
        changed = false;
        var out = new VarWriter(20 + gaps.count() * 20);
        gaps.encode(out);
        return out.put(evidence).bytes();
    }
}
