package io.thingstead.node.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Many bodies at once take no more memory than there is for them.
class BodiesTest {
    private static final int ROOM = 1_000;
    private static final int MOST = 600;

    private final AtomicLong nanos = new AtomicLong();
    private final Bodies bodies = new Bodies(ROOM, nanos::get);

    private static InputStream body(int length) {
        return new ByteArrayInputStream(new byte[length]);
    }

    /// What a body becomes: its length, or the code it is refused with.
    private List<Object> read(InputStream in) {
        List<Object> became = new ArrayList<>();
        bodies.read(
                in,
                MOST,
                Refusal.FRAME_TOO_LARGE,
                result -> became.add(
                        switch (result) {
                            case Result.Ok<byte[]>(byte[] bytes) -> bytes.length;
                            case Result.No<byte[]>(Refused refused) -> refused.code();
                        }));
        return became;
    }

    @Test
    void a_body_up_to_its_bound_is_read() {
        assertThat(read(body(MOST))).containsExactly(MOST);
        assertThat(read(body(0))).containsExactly(0);
        assertThat(read(body(MOST + 1))).containsExactly(Refusal.FRAME_TOO_LARGE);
    }

    @Test
    void when_others_fill_the_room_a_body_is_refused_for_now_and_taken_later() {
        bodies.read(body(MOST), MOST, Refusal.FRAME_TOO_LARGE, first -> {
            assertThat(first.isOk()).isTrue();
            assertThat(read(body(ROOM - MOST))).containsExactly(ROOM - MOST);
            assertThat(read(body(ROOM - MOST + 1))).containsExactly(Refusal.BUSY);
        });
        for (int i = 0; i < 10; i++) assertThat(read(body(MOST))).containsExactly(MOST);
    }

    @Test
    void a_body_that_is_refused_or_breaks_off_leaves_its_room() {
        for (int i = 0; i < 10; i++) {
            assertThat(read(body(MOST + 1))).containsExactly(Refusal.FRAME_TOO_LARGE);
            assertThat(read(new InputStream() {
                        private int left = MOST / 2;

                        @Override
                        public int read() throws IOException {
                            if (left-- <= 0) throw new IOException("gone");
                            return 0;
                        }
                    }))
                    .containsExactly(Refusal.REQUEST_MALFORMED);
        }
        assertThat(read(body(MOST))).containsExactly(MOST);
    }

    @Test
    void a_body_that_drips_is_ended_after_a_minute() {
        assertThat(read(new InputStream() {
                    @Override
                    public int read() {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public int read(byte[] part, int from, int length) {
                        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
                        return 1;
                    }
                }))
                .containsExactly(Refusal.REQUEST_MALFORMED);
        assertThat(nanos.get()).isEqualTo(TimeUnit.SECONDS.toNanos(61));
    }
}
