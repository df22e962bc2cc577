package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.Frontier;
import io.thingstead.kit.merkle.HashSink;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Events of blocks of all sizes, some of them about the same subjects.
class StoredEventsTest {
    private static final long SEED = 7;
    private static final List<String> SUBJECTS = List.of("member/m1", "member/m2", "device/m1:one");

    private final MemoryStore store = new MemoryStore();
    private final StoredEvents stored = new StoredEvents(store);
    private final List<Event> all = new ArrayList<>();
    private final Frontier edge = new Frontier();

    @BeforeEach
    void writeBlocks() {
        Random random = new Random(SEED);
        for (int height = 1; height <= 40; height++) {
            List<Event> events = new ArrayList<>();
            for (int i = random.nextInt(30); i > 0; i--) {
                events.add(event(height, all.size() + events.size(), random.nextInt(3)));
            }
            write(events);
            all.addAll(events);
        }
    }

    private static Event event(long height, long number, int about) {
        // The same subject twice counts once.
        List<String> subjects = List.of("device/m1:" + number, SUBJECTS.get(about), SUBJECTS.get(about));
        byte[] body = new CborWriter().array(1).integer(number).toBytes();
        return new Event(1, height, 1_000 * height, number, new byte[32], EventType.REFUSED, subjects, body);
    }

    private void write(List<Event> events) {
        Batch batch = store.newBatch();
        List<byte[]> leaves = events.stream().map(Event::leaf).toList();
        StoredEvents.put(batch, events, leaves);
        HashSink kept = (level, index, hash) -> {
            if (level >= BlockOutcome.KEPT_FROM_LEVEL) {
                batch.put(Column.EVENT, LedgerRows.eventNode(level, index), hash);
            }
        };
        leaves.forEach(leaf -> edge.append(MerkleTree.leafHash(leaf), kept));
        store.write(batch);
    }

    @Test
    void a_history_page_ends_and_begins_inside_a_block() {
        for (String subject : SUBJECTS) {
            List<Long> expected = all.stream()
                    .filter(event -> event.subjects().contains(subject))
                    .map(Event::number)
                    .toList()
                    .reversed();
            List<Long> paged = new ArrayList<>();
            List<Event> page = stored.history(subject, Long.MAX_VALUE, 7);
            while (!page.isEmpty()) {
                assertThat(page.size()).isLessThanOrEqualTo(7);
                page.forEach(event -> paged.add(event.number()));
                page = stored.history(subject, page.getLast().number(), 7);
            }
            assertThat(paged).as("seed %d, %s", SEED, subject).isEqualTo(expected);
        }
    }

    @Test
    void the_path_of_every_event_leads_to_the_root_though_small_subtrees_are_not_kept() {
        for (Event event : all) {
            List<byte[]> path = stored.path(event.number(), all.size()).orElseThrow();
            assertThat(MerkleVerifier.verifyInclusion(
                            MerkleTree.leafHash(event.leaf()), event.number(), all.size(), path, edge.root()))
                    .as("seed %d, event %d", SEED, event.number())
                    .isTrue();
        }
    }
}
