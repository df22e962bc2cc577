package io.thingstead.node.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.log.Sequence.Admission;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The sequence rules against a model that keeps every single number.
class SequenceProperties {
    /// Three sets of numbers and the rules as the formats document words them.
    private static final class Model {
        private final TreeSet<Long> missing = new TreeSet<>();
        private long high;

        Admission admit(long n, long p) {
            if (p >= n) return Admission.BAD_PREVIOUS;
            if (n > high) {
                if (p >= 0 && p < high) return Admission.BAD_PREVIOUS;
                var added = new TreeSet<>(missing);
                for (long i = high + 1; i < n; i++) if (p < 0 || i <= p) added.add(i);
                if (ranges(added).size() > 1024) return Admission.TOO_MANY_GAPS;
                missing.addAll(added);
                high = n;
                return Admission.NEW;
            }
            if (!missing.contains(n)) return Admission.OLD;
            var left = new TreeSet<>(missing);
            left.remove(n);
            if (p >= 0) left.removeIf(i -> i > p && i < n);
            if (ranges(left).size() > 1024) return Admission.TOO_MANY_GAPS;
            missing.retainAll(left);
            return Admission.NEW;
        }

        static List<NumberRange> ranges(TreeSet<Long> numbers) {
            var ranges = new ArrayList<NumberRange>();
            for (long n : numbers) {
                if (!ranges.isEmpty() && ranges.getLast().last() == n - 1)
                    ranges.set(
                            ranges.size() - 1, new NumberRange(ranges.getLast().first(), n));
                else ranges.add(new NumberRange(n, n));
            }
            return ranges;
        }
    }

    @Test
    void agrees_with_a_model_that_keeps_every_number() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        int frames = 0;
        for (int round = 0; round < 300; round++) {
            var model = new Model();
            var sequence = Sequence.unused();
            int reach = 1 + random.nextInt(40);
            for (int i = 0; i < 100; i++, frames++) {
                long n = random.nextInt(4) == 0 ? model.high + 1 : 1 + random.nextInt((int) model.high + reach);
                long p = random.nextInt(3) > 0 ? -1 : random.nextInt(3) == 0 ? model.high : random.nextLong(n + 2);
                assertThat(sequence.admit(n, p)).as("%d after %d", n, p).isEqualTo(model.admit(n, p));
                assertThat(sequence.high()).isEqualTo(model.high);
                assertThat(sequence.gaps()).isEqualTo(Model.ranges(model.missing));
                if (random.nextInt(10) == 0) sequence = Sequence.restored(sequence.high(), sequence.encode());
            }
        }
        System.out.println(frames + " frames");
    }

    @Test
    void agrees_with_the_model_near_the_limit_of_gaps() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var model = new Model();
        var sequence = Sequence.unused();
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            boolean late = i > 1100 && random.nextInt(4) == 0;
            long n = late ? 1 + random.nextInt((int) model.high) : model.high + 2 + random.nextInt(4);
            long p = random.nextInt(20) == 0 ? random.nextLong(n) : -1;
            var admission = sequence.admit(n, p);
            assertThat(admission).as("%d after %d", n, p).isEqualTo(model.admit(n, p));
            assertThat(sequence.gaps()).isEqualTo(Model.ranges(model.missing));
            if (admission == Admission.TOO_MANY_GAPS) refused++;
        }
        assertThat(refused).isPositive();
        System.out.println(refused + " refused for too many gaps");
    }
}
