package io.thingstead.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.thingstead.node.log.AnchorTarget.Anchored;
import io.thingstead.node.log.Log.Opening;
import io.thingstead.node.log.Log.Opening.Lost;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.MemoryStore;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// A store that came back with less, or with something else, than was signed: the log must not go on.
class LogLossTest {
    private final MemoryStore store = new MemoryStore();

    @Test
    void a_log_shorter_than_its_own_checkpoint_is_lost_but_still_read() {
        grow(10);
        store.write(store.newBatch().delete(Column.CONTENT, Rows.leafKey(1, 9)));

        assertThat(open(TestLog.NOT_ANCHORED)).asInstanceOf(type(Lost.class)).satisfies(lost -> {
            assertThat(lost.id()).isEqualTo(TestLog.ID);
            assertThat(lost.localSize()).isEqualTo(9);
            assertThat(lost.signedSize()).isEqualTo(10);
            assertThat(lost.text()).contains("this member signed");
        });
        var left = Log.read(TestLog.ID, TestLog.ORIGIN, store);
        assertThat(left.size()).isEqualTo(9);
        assertThat(left.leaf(8)).isPresent();
        assertThat(left.inclusionProof(8, 9)).isNotEmpty();
    }

    @Test
    void a_log_shorter_than_its_anchor_is_lost() {
        grow(10);

        assertThat(open(new Anchored(11, new byte[32])))
                .asInstanceOf(type(Lost.class))
                .satisfies(lost -> assertThat(lost.text()).contains("the ledger anchored"));
    }

    @Test
    void a_log_with_another_root_than_its_anchor_is_lost() {
        grow(10);
        var root = Log.read(TestLog.ID, TestLog.ORIGIN, store).rootAt(7);

        assertThat(open(new Anchored(7, root))).isInstanceOf(Opening.Opened.class);
        root[0] ^= 1;
        assertThat(open(new Anchored(7, root))).isInstanceOf(Lost.class);
    }

    @Test
    void a_log_whose_content_was_changed_is_lost() {
        grow(10);
        var key = Rows.leafKey(1, 9);
        var row = store.get(Column.CONTENT, key);
        row[row.length - 1] ^= 1;
        store.write(store.newBatch().put(Column.CONTENT, key, row));

        assertThat(open(TestLog.NOT_ANCHORED))
                .asInstanceOf(type(Lost.class))
                .satisfies(lost -> assertThat(lost.localSize()).isEqualTo(lost.signedSize()));
    }

    @Test
    void the_next_log_of_a_member_goes_on_with_the_devices_numbers() {
        var box = new TestDevice("box-7");
        var frame = box.frame(1, 4.0);
        try (var log = TestLog.started(store)) {
            log.submit(frame);
        }
        var second = new LogSettings(
                new io.thingstead.kit.model.LogId(TestLog.ID.member(), 2),
                TestDevice.LEDGER,
                "acme.example/5a5a5a5a/2",
                TestLog.KEY);
        var opened = (Opening.Opened) Log.open(second, store, TestLog.NOT_ANCHORED, trouble -> {});
        try (var log = opened.log()) {
            log.start();
            var next = new CompletableFuture<Answer>();
            var again = new CompletableFuture<Answer>();
            log.sequencer().submit(box.frame(3, 5.0).submission(1, next::complete));
            log.sequencer().submit(frame.submission(1, again::complete));

            assertThat(((Answer.Accepted) TestLog.await(next)).index()).isZero();
            assertThat(((Answer.Accepted) TestLog.await(next)).logNumber()).isEqualTo(2);
            assertThat(((Answer.Accepted) TestLog.await(again)).logNumber()).isEqualTo(1);
            assertThat(((Answer.Accepted) TestLog.await(again)).duplicate()).isTrue();
            assertThat(log.reader().gaps(box.stream())).containsExactly(new NumberRange(2, 2));
            assertThat(log.reader().find(box.id(), 1)).isEmpty();
        }
        assertThat(Log.read(TestLog.ID, TestLog.ORIGIN, store).find(box.id(), 1))
                .hasValue(0);
        assertThat(TestLog.check(store).problems()).isEmpty();
    }

    private void grow(int count) {
        try (var log = TestLog.started(store)) {
            log.submit(Contents.numbered(1, count));
        }
    }

    private Opening open(Anchored anchored) {
        return TestLog.opening(store, anchored, new CompletableFuture<>());
    }
}
