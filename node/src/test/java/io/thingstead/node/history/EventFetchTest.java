package io.thingstead.node.history;

import static io.thingstead.node.consensus.TestChain.LOG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.Report;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.consensus.EventPart;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventSpan;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.FaultyStore.Fault;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A member that came back by a snapshot has what happened meanwhile fetched, whoever lies to it, and then knows and
/// proves what one knows that was never away.
class EventFetchTest {
    private static final MemberId SELF = new MemberId("away");
    private static final MemberId HONEST = new MemberId("honest");
    private static final MemberId LIAR = new MemberId("liar");

    private final MemoryStore.Disk disk = new MemoryStore.Disk();
    private final Absence absence = new Absence(new MemoryStore(disk));
    private final List<MemberId> asked = new ArrayList<>();
    private final Map<MemberId, UnaryOperator<MemberAnswer>> members = new LinkedHashMap<>();

    @AfterEach
    void close() {
        absence.close();
    }

    /// Was there for some readings, is away for more, comes back, and is there for the last.
    private void goAway(int before, int missed, int after) {
        absence.readings(before);
        absence.follow();
        absence.readings(missed);
        absence.comeBack();
        absence.readings(after);
        absence.follow();
    }

    /// Parts of at most this many events, so that there are several.
    private OtherMembers others(int leaves) {
        var route = new EventRoute(absence.chain.ledger().history());
        return (member, path, maxBytes) -> {
            asked.add(member);
            String[] numbers = path.substring(EventRoute.PREFIX.length()).split("/");
            long from = Long.parseLong(numbers[0]);
            MemberAnswer answer = route.answer(SELF, from + "/" + numbers[1]);
            if (answer.isOk() && leaves < EventPart.MAX_LEAVES) {
                answer = MemberAnswer.ok(MemberAnswer.BYTES, shortened(part(answer), from, numbers[1], leaves));
            }
            answer = members.get(member).apply(answer);
            if (answer.body().length > maxBytes) {
                throw new MemberUnreachable(member, "it answers too much");
            }
            return answer;
        };
    }

    private byte[] shortened(EventPart part, long from, String size, int leaves) {
        long to = Math.min(from + leaves, Long.parseLong(size));
        // The proof that the honest member gives for that many.
        return new EventPart(
                        part.leaves().subList(0, (int) (to - from)),
                        absence.chain
                                .ledger()
                                .history()
                                .proof(to, Long.parseLong(size))
                                .orElseThrow())
                .encode();
    }

    private static EventPart part(MemberAnswer answer) {
        return EventPart.decode(answer.body()).orThrow();
    }

    private EventFetch fetch(int leaves) {
        return new EventFetch(absence.away.history(), others(leaves), () -> List.copyOf(members.keySet()), failure -> {
            throw new AssertionError(failure);
        });
    }

    private void assertNothingIsMissing() {
        LedgerReader whole = absence.chain.reader();
        LedgerReader back = absence.away.reader();
        assertThat(back.missingEvents()).isEmpty();
        long size = whole.head().eventsSize();
        assertThat(back.head().eventsSize()).isEqualTo(size);
        assertThat(leaves(back.events(0, (int) size))).isEqualTo(leaves(whole.events(0, (int) size)));
        for (String subject : List.of("device/acme:box", "log/acme/1", "member/acme", "device/acme:beside-9")) {
            assertThat(leaves(back.history(subject, 1_000))).isEqualTo(leaves(whole.history(subject, 1_000)));
        }
        for (long i = 0; i < size; i++) {
            assertThat(back.certified().orElseThrow().eventPath(i))
                    .usingRecursiveComparison()
                    .isEqualTo(whole.certified().orElseThrow().eventPath(i));
        }
        for (long i = 0; i < absence.readings(); i++) {
            assertThat(back.anchorCovering(LOG, i).orElseThrow().leaf())
                    .isEqualTo(whole.anchorCovering(LOG, i).orElseThrow().leaf());
            assertThat(verdict(i)).contains(Verdict.PROVEN_BY_ONE_MEMBER);
        }
    }

    private static List<String> leaves(List<Event> events) {
        return events.stream()
                .map(event -> HexFormat.of().formatHex(event.leaf()))
                .toList();
    }

    private Optional<Verdict> verdict(long index) {
        return switch (absence.proofs().prove(index)) {
            case Result.Ok<byte[]>(byte[] file) -> {
                Report report = ProofVerifier.verify(
                        file,
                        absence.chain.reader().trust(absence.chain.nextTime()).write());
                yield Optional.of(report.verdict());
            }
            case Result.No<byte[]>(Refused why) -> {
                assertThat(why.code()).isEqualTo(Refusal.PROOF_HISTORY);
                yield Optional.empty();
            }
        };
    }

    @Test
    void what_happened_meanwhile_is_fetched_and_all_readings_are_provable_again() {
        goAway(5, 12, 4);
        EventSpan gap = absence.away.history().missing().getFirst();
        LedgerReader back = absence.away.reader();
        assertThat(back.event(gap.from())).isEmpty();
        for (long i = 5; i < 17; i++) {
            assertThat(back.anchorCovering(LOG, i)).as("not a later anchor").isEmpty();
            assertThat(verdict(i)).isEmpty();
        }
        assertThat(verdict(18)).as("since it is back").contains(Verdict.PROVEN_BY_ONE_MEMBER);
        assertThat(back.history("log/acme/1", 1_000)).isNotEmpty();
        members.put(HONEST, answer -> answer);
        EventFetch fetch = fetch(5);
        while (fetch.fetch()) {
            // The ledger goes on meanwhile.
            absence.readings(1);
            absence.follow();
        }
        assertThat(asked).hasSize((int) ((gap.size() + 4) / 5));
        assertNothingIsMissing();
        absence.reopen(new MemoryStore(disk));
        assertThat(absence.away.history().missing()).isEmpty();
    }

    @Test
    void two_absences_leave_two_gaps_and_both_are_filled() {
        goAway(3, 7, 2);
        absence.readings(9);
        absence.comeBack();
        assertThat(absence.away.history().missing()).hasSize(2);
        members.put(HONEST, answer -> answer);
        EventFetch fetch = fetch(4);
        while (fetch.fetch()) {}
        assertNothingIsMissing();
    }

    @Test
    void a_newcomer_fetches_all_from_the_beginning() {
        absence.readings(20);
        absence.comeBack();
        assertThat(absence.away.history().missing().getFirst().from()).isZero();
        members.put(HONEST, answer -> answer);
        EventFetch fetch = fetch(EventPart.MAX_LEAVES);
        while (fetch.fetch()) {}
        assertThat(asked).hasSize(1);
        assertNothingIsMissing();
    }

    @Test
    void whoever_lies_is_found_at_once_and_another_one_asked() {
        Map<String, UnaryOperator<MemberAnswer>> lies = new LinkedHashMap<>();
        lies.put("another leaf", changed((leaves, proof) -> leaves.set(1, flipped(leaves.get(1)))));
        lies.put("a leaf less", changed((leaves, proof) -> leaves.remove(1)));
        lies.put("the last one less", changed((leaves, proof) -> leaves.removeLast()));
        lies.put("two in another order", changed((leaves, proof) -> leaves.add(leaves.remove(0))));
        lies.put("one twice", changed((leaves, proof) -> leaves.add(leaves.getLast())));
        lies.put("no leaf", changed((leaves, proof) -> leaves.clear()));
        lies.put("another proof", changed((leaves, proof) -> proof.set(0, flipped(proof.getFirst()))));
        lies.put("no proof", changed((leaves, proof) -> proof.clear()));
        lies.put("a longer proof", changed((leaves, proof) -> proof.add(new byte[32])));
        lies.put("more than there are", changed((leaves, proof) -> {
            while (leaves.size() < 900) leaves.add(new byte[] {(byte) 0x80});
        }));
        lies.put("a thousand and one", answer -> tooMany());
        lies.put("nothing", answer -> MemberAnswer.ok(MemberAnswer.BYTES, new byte[0]));
        lies.put("too many bytes", answer -> MemberAnswer.ok(MemberAnswer.BYTES, new byte[EventPart.MAX_BYTES + 1]));
        lies.put("a thousand nested arrays", answer -> MemberAnswer.ok(MemberAnswer.BYTES, nested()));
        lies.put("not here", answer -> MemberAnswer.no(404, "not here"));
        lies.put("not now", answer -> MemberAnswer.no(503, "not now"));
        lies.put("not reached", answer -> {
            throw new MemberUnreachable(LIAR, "away");
        });
        goAway(2, 9, 1);
        List<EventSpan> missing = absence.away.history().missing();
        lies.forEach((name, lie) -> {
            members.clear();
            members.put(LIAR, lie);
            assertThat(fetch(5).fetch()).as(name).isFalse();
            assertThat(absence.away.history().missing()).as(name).isEqualTo(missing);
        });
        members.clear();
        members.put(LIAR, lies.get("another leaf"));
        members.put(HONEST, answer -> answer);
        asked.clear();
        EventFetch fetch = fetch(4);
        while (fetch.fetch()) {}
        assertThat(asked.subList(0, 2)).containsExactly(LIAR, HONEST);
        assertThat(asked.subList(1, asked.size())).as("never the liar again").containsOnly(HONEST);
        assertNothingIsMissing();
    }

    private interface Lie {
        void about(List<byte[]> leaves, List<byte[]> proof);
    }

    private static UnaryOperator<MemberAnswer> changed(Lie lie) {
        return answer -> {
            List<byte[]> leaves = new ArrayList<>(part(answer).leaves());
            List<byte[]> proof = new ArrayList<>(part(answer).proof());
            lie.about(leaves, proof);
            return MemberAnswer.ok(MemberAnswer.BYTES, new EventPart(leaves, proof).encode());
        };
    }

    private static byte[] flipped(byte[] bytes) {
        byte[] flipped = bytes.clone();
        flipped[flipped.length / 2] ^= 1;
        return flipped;
    }

    private static MemberAnswer tooMany() {
        List<byte[]> leaves = new ArrayList<>();
        for (int i = 0; i <= EventPart.MAX_LEAVES; i++) {
            leaves.add(new byte[0]);
        }
        return MemberAnswer.ok(MemberAnswer.BYTES, new EventPart(leaves, List.of()).encode());
    }

    private static byte[] nested() {
        byte[] nested = new byte[1_000];
        Arrays.fill(nested, (byte) 0x81);
        return nested;
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_crash_at_any_write_leaves_a_part_there_whole_or_not_at_all(Fault fault) {
        goAway(3, 8, 1);
        members.put(HONEST, answer -> answer);
        int crashes = 0;
        while (!absence.away.history().missing().isEmpty()) {
            EventSpan gap = absence.away.history().missing().getFirst();
            absence.reopen(new FaultyStore(new MemoryStore(disk), fault, 1));
            assertThatThrownBy(() -> fetch(3).fetch()).isInstanceOf(StoreException.class);
            crashes++;
            absence.reopen(new MemoryStore(disk));
            boolean kept = fault == Fault.BEFORE_IT_IS_ACKNOWLEDGED;
            List<EventSpan> left = absence.away.history().missing();
            long expected = kept ? Math.min(gap.from() + 3, gap.to()) : gap.from();
            assertThat(left.isEmpty() ? gap.to() : left.getFirst().from()).isEqualTo(expected);
            if (!kept) {
                assertThat(absence.away.reader().event(gap.from())).isEmpty();
                assertThat(fetch(3).fetch()).isTrue();
            }
        }
        assertThat(crashes).isGreaterThan(3);
        absence.readings(1);
        absence.follow();
        assertNothingIsMissing();
    }

    /// The parts of a snapshot stand in memory until the last one; that one changes all at once.
    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_crash_in_the_middle_of_a_snapshot_leaves_the_ledger_where_it_was_or_where_the_snapshot_is(Fault fault) {
        absence.readings(3);
        absence.follow();
        absence.readings(5);
        var before = absence.away.info();
        absence.reopen(new FaultyStore(new MemoryStore(disk), fault, 1));
        assertThatThrownBy(absence::takeSnapshot).isInstanceOf(StoreException.class);
        assertThat(absence.away.history().missing())
                .as("nothing is shown that may be lost")
                .isEmpty();

        absence.away = StoredLedger.open(new MemoryStore(disk));
        if (fault == Fault.BEFORE_IT_IS_PERSISTED) {
            assertThat(absence.away.info()).usingRecursiveComparison().isEqualTo(before);
            assertThat(absence.away.history().missing()).isEmpty();
            absence.takeSnapshot();
        }
        assertThat(absence.away.info().appHash())
                .isEqualTo(absence.chain.ledger().info().appHash());
        assertThat(absence.away.history().missing()).hasSize(1);
        absence.readings(1);
        absence.follow();
        members.put(HONEST, answer -> answer);
        EventFetch fetch = fetch(6);
        while (fetch.fetch()) {}
        assertNothingIsMissing();
    }

    @Test
    void it_fetches_by_itself_what_a_snapshot_left_out_while_it_runs() throws Exception {
        members.put(HONEST, answer -> answer);
        var failed = new CountDownLatch(1);
        try (var fetch = new EventFetch(
                absence.away.history(), others(7), () -> List.copyOf(members.keySet()), _ -> failed.countDown())) {
            fetch.start();
            absence.readings(4);
            absence.follow();
            absence.readings(30);
            absence.comeBack();
            assertThat(absence.away.history().missing()).isNotEmpty();
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!absence.away.history().missing().isEmpty()) {
                assertThat(System.nanoTime()).isLessThan(until);
                Thread.sleep(10);
            }
        }
        assertThat(failed.getCount()).isOne();
        assertNothingIsMissing();
    }
}
