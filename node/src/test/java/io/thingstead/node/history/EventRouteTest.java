package io.thingstead.node.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Result;
import io.thingstead.node.consensus.EventPart;
import io.thingstead.node.ledger.EventSpan;
import io.thingstead.node.storage.MemoryStore;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What members answer each other about events: what is here, nothing else, and never more than fits.
class EventRouteTest {
    private static final MemberId ASKING = new MemberId("asking");

    private final Absence absence = new Absence(new MemoryStore());

    @AfterEach
    void close() {
        absence.close();
    }

    @Test
    void it_answers_what_is_here() {
        absence.readings(10);
        long size = absence.chain.reader().head().eventsSize();
        var route = new EventRoute(absence.chain.ledger().history());
        for (long from = 0; from < size; from++) {
            var answer = route.answer(ASKING, from + "/" + size);
            assertThat(answer.status()).isEqualTo(200);
            EventPart part = EventPart.decode(answer.body()).orThrow();
            assertThat(part.leaves()).hasSize((int) (size - from));
            assertThat(part.leaves().getFirst())
                    .isEqualTo(absence.chain.reader().event(from).orElseThrow().leaf());
            assertThat(part.proof()).as("the whole tree needs none").isEmpty();
        }
        for (String path : List.of(
                "",
                "0",
                "0/",
                "/5",
                "0/0",
                "-1/5",
                "00/5",
                "5/5",
                "6/5",
                "0/5/6",
                "0x0/5",
                size + "/" + (size + 1),
                "0/" + (size + 1),
                "0/999999999999999",
                "999999999999999/999999999999999",
                "0/99999999999999999999")) {
            assertThat(route.answer(ASKING, path).status()).as(path).isEqualTo(404);
        }
    }

    @Test
    void a_member_that_lacks_events_itself_says_so() {
        absence.readings(3);
        absence.follow();
        absence.readings(5);
        absence.comeBack();
        EventSpan gap = absence.away.history().missing().getFirst();
        long size = absence.away.reader().head().eventsSize();
        var route = new EventRoute(absence.away.history());
        assertThat(route.answer(ASKING, "0/" + gap.from()).status()).isEqualTo(200);
        assertThat(route.answer(ASKING, "0/" + gap.to()).status()).isEqualTo(404);
        assertThat(route.answer(ASKING, gap.from() + "/" + size).status()).isEqualTo(404);
        assertThat(route.answer(ASKING, gap.to() + "/" + size).status()).isEqualTo(200);
    }

    @Test
    void mutated_answers_are_refused_or_lead_to_the_certified_tree_and_nothing_is_thrown() {
        Random random = Seeded.random(EventRouteTest.class);
        absence.readings(2);
        absence.follow();
        absence.readings(6);
        absence.comeBack();
        EventSpan gap = absence.away.history().missing().getFirst();
        var route = new EventRoute(absence.chain.ledger().history());
        byte[] good = route.answer(ASKING, gap.from() + "/" + gap.to()).body();
        int decoded = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = Mutations.of(good, random);
            if (Arrays.equals(mutated, good)) {
                continue;
            }
            if (EventPart.decode(mutated) instanceof Result.Ok<EventPart>(EventPart part)) {
                decoded++;
                assertThat(absence.away.history().take(gap, part)).isPresent();
            }
        }
        System.out.println(decoded + " decoded");
        assertThat(decoded).isPositive();
        assertThat(absence.away.history().take(gap, EventPart.decode(good).orThrow()))
                .isEmpty();
    }
}
