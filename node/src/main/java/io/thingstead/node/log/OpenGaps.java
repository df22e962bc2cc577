package io.thingstead.node.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The missing sequence numbers of a stream, as ranges in growing order. Confined to its owner.
final class OpenGaps {
    /// docs/formats.md §4
    static final int MOST = 1024;

    private long[] first = new long[0];
    private long[] last = new long[0];
    private int count;

    int count() {
        return count;
    }

    List<NumberRange> ranges() {
        var ranges = new ArrayList<NumberRange>(count);
        for (int i = 0; i < count; i++) ranges.add(new NumberRange(first[i], last[i]));
        return ranges;
    }

    boolean contains(long n) {
        int i = at(n);
        return i < count && first[i] <= n;
    }

    /// Adds a range above all others.
    void append(long from, long to) {
        insert(count, from, to);
    }

    /// How many ranges there would be without `[from, to]`.
    int countWithout(long from, long to) {
        int left = count;
        for (int i = at(from); i < count && first[i] <= to; i++) {
            left--;
            if (first[i] < from) left++;
            if (last[i] > to) left++;
        }
        return left;
    }

    /// Closes the numbers `[from, to]`, as far as they are open.
    void remove(long from, long to) {
        int i = at(from);
        while (i < count && first[i] <= to) {
            long low = first[i];
            long high = last[i];
            delete(i);
            if (low < from) insert(i++, low, from - 1);
            if (high > to) insert(i++, to + 1, high);
        }
    }

    /// The place of the first range that ends at n or later.
    private int at(long n) {
        int found = Arrays.binarySearch(last, 0, count, n);
        return found >= 0 ? found : -found - 1;
    }

    private void insert(int i, long from, long to) {
        if (count == first.length) {
            first = Arrays.copyOf(first, Math.max(4, 2 * count));
            last = Arrays.copyOf(last, Math.max(4, 2 * count));
        }
        System.arraycopy(first, i, first, i + 1, count - i);
        System.arraycopy(last, i, last, i + 1, count - i);
        first[i] = from;
        last[i] = to;
        count++;
    }

    private void delete(int i) {
        count--;
        System.arraycopy(first, i + 1, first, i, count - i);
        System.arraycopy(last, i + 1, last, i, count - i);
    }

    /// Count, then for each range the distance from the end of the one before, and its length.
    void encode(VarWriter out) {
        out.put(count);
        long end = 0;
        for (int i = 0; i < count; i++) {
            out.put(first[i] - end).put(last[i] - first[i]);
            end = last[i];
        }
    }

    static OpenGaps decode(ByteBuffer in) {
        var gaps = new OpenGaps();
        long ranges = VarWriter.get(in);
        long end = 0;
        for (long i = 0; i < ranges; i++) {
            long from = end + VarWriter.get(in);
            end = from + VarWriter.get(in);
            gaps.append(from, end);
        }
        return gaps;
    }
}
