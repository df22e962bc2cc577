package io.thingstead.node.contract;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Where a running contract stands. Times are the ledger's, in ms.
///
/// @param entered when the state was entered
/// @param event that entered it; 0: not on a ledger
/// @param due when its deadline is
/// @param held what is left of each deposit, in the contract's order
/// @param gone how often each bounded way was gone, by `state.way`
/// @param signed who signed a way that needs others too, in this state, as `way.party`
/// @param marks the number of the last frame that counted, by stream; and of later keys of its device, see [#key]
/// @param runs what was shown in part, by way
/// @param asked who demanded readings in this state
/// @param demand that is to be answered, or null
/// @param pausedAt since when it is paused, or null
/// @param pausedBy who paused it before
public record Standing(
        String state,
        long entered,
        long event,
        long due,
        List<Long> held,
        SortedMap<String, Integer> gone,
        SortedSet<String> signed,
        SortedMap<String, Long> marks,
        SortedMap<String, Run> runs,
        SortedSet<String> asked,
        @Nullable Asked demand,
        @Nullable Long pausedAt,
        SortedSet<String> pausedBy) {
    private static final int MAX_ENTRIES = 4_096;
    private static final int MAX_KEY = 80;
    /// After a stream's name: the event by which the key came whose frames were shown last.
    private static final String SHOWN_KEY = "@";
    /// The same of what was delivered so far.
    private static final String DELIVERED_KEY = "?";

    /// A demand that is to be answered.
    ///
    /// @param index which of the state's demands
    /// @param party that asked
    /// @param from the span's begin, as devices tell time
    /// @param to its end
    /// @param reached up to where it was delivered, as the device says; below `from`: nothing was
    /// @param frame the number of the last frame delivered, 0: none was
    /// @param next the number of the measurement that comes next, where a summary was delivered; 0: none was
    public record Asked(int index, String party, long from, long to, long reached, long frame, long due, long next) {}

    /// Readings that fit, without a gap so far.
    ///
    /// @param first time of the first one, as the device says
    /// @param last time of the last one
    /// @param frame number of the last one's frame
    /// @param next the number of the measurement that comes next, where a summary is among them; 0: none is
    public record Run(long first, long last, long frame, long notBefore, long notAfter, long next) {
        /// Whether what is shown goes on where it ended.
        boolean leadsTo(Shown shown) {
            return frame == shown.before() && shown.countOn(next) != Shown.BROKEN;
        }

        /// One reading more, of what is shown.
        ///
        /// @param before null: it is the first one
        static Run on(@Nullable Run before, Shown.At reading, Shown shown) {
            return before == null
                    ? new Run(
                            reading.begin(),
                            reading.end(),
                            shown.lastFrame(),
                            shown.notBefore(),
                            shown.notAfter(),
                            reading.countOn(Shown.UNKNOWN))
                    : new Run(
                            before.first,
                            reading.end(),
                            shown.lastFrame(),
                            before.notBefore,
                            shown.notAfter(),
                            reading.countOn(before.next));
        }

        /// By the device's time, and never longer than by the ledger's.
        public long lasted() {
            return Math.min(last - first, notAfter - notBefore);
        }
    }

    public Standing {
        held = List.copyOf(held);
    }

    static Standing start(Contract contract, Values values, long now) {
        List<Long> held = new ArrayList<>();
        contract.deposits().forEach(d -> held.add(values.number(contract, d.amount())));
        return new Standing(
                contract.start(),
                now,
                0,
                dueOf(contract, values, contract.start(), now),
                held,
                new TreeMap<>(),
                new TreeSet<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeSet<>(),
                null,
                null,
                new TreeSet<>());
    }

    private static long dueOf(Contract contract, Values values, String state, long now) {
        String deadline = contract.state(state).deadline();
        return deadline == null ? now : now + values.number(contract, deadline);
    }

    Standing entering(Contract contract, Values values, String next, long now) {
        return new Standing(
                next,
                now,
                0,
                dueOf(contract, values, next, now),
                held,
                gone,
                new TreeSet<>(),
                marks,
                new TreeMap<>(),
                new TreeSet<>(),
                null,
                null,
                pausedBy);
    }

    /// The same, on a ledger: an event that is known already stays.
    public Standing enteredBy(long now) {
        return event > 0
                ? this
                : new Standing(
                        state, entered, now, due, held, gone, signed, marks, runs, asked, demand, pausedAt, pausedBy);
    }

    Standing holding(List<Long> nowHeld) {
        return new Standing(
                state, entered, event, due, nowHeld, gone, signed, marks, runs, asked, demand, pausedAt, pausedBy);
    }

    Standing going(String way) {
        SortedMap<String, Integer> more = new TreeMap<>(gone);
        more.merge(state + "." + way, 1, Integer::sum);
        return new Standing(
                state, entered, event, due, held, more, signed, marks, runs, asked, demand, pausedAt, pausedBy);
    }

    Standing signing(String way, String party) {
        SortedSet<String> more = new TreeSet<>(signed);
        more.add(way + "." + party);
        return new Standing(
                state, entered, event, due, held, gone, more, marks, runs, asked, demand, pausedAt, pausedBy);
    }

    Standing marking(String stream, long frame) {
        SortedMap<String, Long> more = new TreeMap<>(marks);
        more.put(stream, frame);
        return new Standing(
                state, entered, event, due, held, gone, signed, more, runs, asked, demand, pausedAt, pausedBy);
    }

    /// The event by which the key came whose frames of a stream were shown last; 0: it was there when the contract
    /// began. Each key numbers its frames from 1 on.
    public long key(String stream) {
        return marks.getOrDefault(stream + SHOWN_KEY, 0L);
    }

    /// The same of frames that were delivered in part.
    long deliveredKey(String stream) {
        return marks.getOrDefault(stream + DELIVERED_KEY, 0L);
    }

    /// Frames of a later key are shown: what an earlier one showed in part goes on no more.
    Standing shownBy(String stream, long key, Predicate<String> isWayOfStream) {
        if (key <= key(stream)) {
            return this;
        }
        SortedMap<String, Long> marked = new TreeMap<>(marks);
        marked.remove(stream);
        marked.put(stream + SHOWN_KEY, key);
        SortedMap<String, Run> left = new TreeMap<>(runs);
        left.keySet().removeIf(isWayOfStream);
        return new Standing(
                state, entered, event, due, held, gone, signed, marked, left, asked, demand, pausedAt, pausedBy);
    }

    /// Frames of this key are delivered, and there are more to come.
    Standing deliveredBy(String stream, long key) {
        if (key == deliveredKey(stream)) {
            return this;
        }
        SortedMap<String, Long> marked = new TreeMap<>(marks);
        if (key == 0) {
            marked.remove(stream + DELIVERED_KEY);
        } else {
            marked.put(stream + DELIVERED_KEY, key);
        }
        return new Standing(
                state, entered, event, due, held, gone, signed, marked, runs, asked, demand, pausedAt, pausedBy);
    }

    Standing running(String way, Run run) {
        SortedMap<String, Run> more = new TreeMap<>(runs);
        more.put(way, run);
        return new Standing(
                state, entered, event, due, held, gone, signed, marks, more, asked, demand, pausedAt, pausedBy);
    }

    Standing demanding(Asked now, String party) {
        SortedSet<String> more = new TreeSet<>(asked);
        more.add(party);
        return new Standing(state, entered, event, due, held, gone, signed, marks, runs, more, now, pausedAt, pausedBy);
    }

    Standing delivered(@Nullable Asked left, long newDue) {
        return new Standing(
                state, entered, event, newDue, held, gone, signed, marks, runs, asked, left, pausedAt, pausedBy);
    }

    Standing paused(long now, String party) {
        SortedSet<String> more = new TreeSet<>(pausedBy);
        more.add(party);
        return new Standing(state, entered, event, due, held, gone, signed, marks, runs, asked, demand, now, more);
    }

    /// On again: what was due is due later by as long as it was paused.
    Standing resumed(long now) {
        long by = pausedAt == null ? 0 : now - pausedAt;
        Asked later = demand == null
                ? null
                : new Asked(
                        demand.index,
                        demand.party,
                        demand.from,
                        demand.to,
                        demand.reached,
                        demand.frame,
                        demand.due + by,
                        demand.next);
        return new Standing(
                state, entered + by, event, due + by, held, gone, signed, marks, runs, asked, later, null, pausedBy);
    }

    /// When time alone moves it on next, unless it has ended.
    long next(Contract contract, Values values) {
        if (pausedAt != null && contract.pause() != null) {
            return pausedAt + values.number(contract, contract.pause().atMost());
        }
        return demand == null ? due : demand.due;
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(256).array(13);
        out.text(state).integer(entered).integer(event).integer(due).array(held.size());
        held.forEach(out::integer);
        out.array(2 * gone.size());
        gone.forEach((key, times) -> out.text(key).integer(times));
        texts(out, signed);
        out.array(2 * marks.size());
        marks.forEach((stream, frame) -> out.text(stream).integer(frame));
        out.array(runs.size());
        runs.forEach((way, run) -> {
            counted(out, 6, run.next)
                    .text(way)
                    .integer(run.first)
                    .integer(run.last)
                    .integer(run.frame)
                    .integer(run.notBefore)
                    .integer(run.notAfter);
            next(out, run.next);
        });
        texts(out, asked);
        if (demand == null) {
            out.nil();
        } else {
            counted(out, 7, demand.next)
                    .integer(demand.index)
                    .text(demand.party)
                    .integer(demand.from)
                    .integer(demand.to)
                    .integer(demand.reached)
                    .integer(demand.frame)
                    .integer(demand.due);
            next(out, demand.next);
        }
        if (pausedAt == null) {
            out.nil();
        } else {
            out.integer(pausedAt);
        }
        texts(out, pausedBy);
        return out.toBytes();
    }

    /// The number of the measurement that comes next stands last, where one is known.
    private static CborWriter counted(CborWriter out, int parts, long next) {
        return out.array(next == Shown.UNKNOWN ? parts : parts + 1);
    }

    private static void next(CborWriter out, long next) {
        if (next != Shown.UNKNOWN) {
            out.integer(next);
        }
    }

    private static boolean isCounted(CborReader in, int parts) {
        int count = in.readArray(parts + 1);
        if (count < parts) {
            throw new CborMalformed("an array of " + parts + " is too short");
        }
        return count > parts;
    }

    private static long next(CborReader in, boolean counted) {
        return counted ? in.readUint() : Shown.UNKNOWN;
    }

    private static void texts(CborWriter out, SortedSet<String> texts) {
        out.array(texts.size());
        texts.forEach(out::text);
    }

    public static Standing decode(byte[] bytes) {
        CborReader in = CborReader.strict(bytes);
        in.readArrayOf(13);
        String state = in.readText(MAX_KEY);
        long entered = in.readInteger();
        long event = in.readUint();
        long due = in.readInteger();
        List<Long> held = new ArrayList<>();
        for (int left = in.readArray(Contract.MAX_DEPOSITS); left > 0; left--) {
            held.add(in.readUint());
        }
        SortedMap<String, Integer> gone = new TreeMap<>();
        for (int left = in.readArray(MAX_ENTRIES); left > 0; left -= 2) {
            gone.put(in.readText(MAX_KEY), in.readUint(Contract.MAX_TIMES));
        }
        SortedSet<String> signed = texts(in);
        SortedMap<String, Long> marks = new TreeMap<>();
        for (int left = in.readArray(MAX_ENTRIES); left > 0; left -= 2) {
            marks.put(in.readText(MAX_KEY), in.readUint());
        }
        SortedMap<String, Run> runs = new TreeMap<>();
        for (int left = in.readArray(Contract.MAX_TRANSITIONS); left > 0; left--) {
            boolean counted = isCounted(in, 6);
            runs.put(
                    in.readText(MAX_KEY),
                    new Run(
                            in.readInteger(),
                            in.readInteger(),
                            in.readUint(),
                            in.readInteger(),
                            in.readInteger(),
                            next(in, counted)));
        }
        Standing read = new Standing(
                state,
                entered,
                event,
                due,
                held,
                gone,
                signed,
                marks,
                runs,
                texts(in),
                demand(in),
                number(in),
                texts(in));
        in.expectEnd();
        return read;
    }

    private static SortedSet<String> texts(CborReader in) {
        SortedSet<String> texts = new TreeSet<>();
        for (int left = in.readArray(MAX_ENTRIES); left > 0; left--) {
            texts.add(in.readText(MAX_KEY));
        }
        return texts;
    }

    private static @Nullable Long number(CborReader in) {
        if (in.nextIsNull()) {
            in.readNull();
            return null;
        }
        return in.readInteger();
    }

    private static @Nullable Asked demand(CborReader in) {
        if (in.nextIsNull()) {
            in.readNull();
            return null;
        }
        boolean counted = isCounted(in, 7);
        return new Asked(
                in.readUint(Contract.MAX_TRANSITIONS),
                in.readText(MAX_KEY),
                in.readInteger(),
                in.readInteger(),
                in.readInteger(),
                in.readUint(),
                in.readInteger(),
                next(in, counted));
    }
}
