package io.thingstead.kit.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.Base64Url;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a device kept survives a crash at any moment, and no number is given out twice.
class FrameBufferCrashTest {
    private static final long MAX_BYTES = 4 << 20;

    @TempDir
    Path folder;

    private final Random random = Seeded.random(FrameBufferCrashTest.class);

    private byte[] frame(int length) {
        return Seeded.bytes(random, length);
    }

    private FrameBuffer open(Path file) {
        return FrameBuffer.open(file, MAX_BYTES);
    }

    private Path copyOf(Path file) throws IOException {
        return Files.copy(file, folder.resolve("crashed"), StandardCopyOption.REPLACE_EXISTING);
    }

    /// Every way the last write can be cut short: nothing of it, a part of it, all of it and nobody told.
    @Test
    void a_crash_while_a_frame_is_kept_loses_only_what_was_never_promised() throws IOException {
        Path file = folder.resolve("frames");
        byte[] first = frame(100);
        byte[] second = frame(80);
        try (FrameBuffer buffer = open(file)) {
            buffer.append(1, first);
            long promised = Files.size(file);
            buffer.append(2, second);
            byte[] whole = Files.readAllBytes(file);
            for (int length = (int) promised; length <= whole.length; length++) {
                for (boolean zeros : new boolean[] {false, true}) {
                    byte[] left = Arrays.copyOf(Arrays.copyOf(whole, length), zeros ? whole.length : length);
                    Path crashed = Files.write(folder.resolve("crashed"), left);
                    boolean isWhole = length == whole.length;
                    try (FrameBuffer again = open(crashed)) {
                        assertThat(again.last()).as("cut at %s", length).isEqualTo(isWhole ? 2 : 1);
                        assertThat(again.oldest(9).getFirst().frame()).isEqualTo(first);
                        again.append(again.last() + 1, second);
                    }
                    try (FrameBuffer again = open(crashed)) {
                        assertThat(again.last()).isEqualTo(isWhole ? 3 : 2);
                    }
                }
            }
        }
    }

    @Test
    void random_lives_with_crashes_keep_every_promise() throws IOException {
        Path file = folder.resolve("frames");
        TreeMap<Long, byte[]> waiting = new TreeMap<>();
        long last = 0;
        int compactions = 0;
        FrameBuffer buffer = open(file);
        for (int step = 0; step < 2_000; step++) {
            int what = random.nextInt(100);
            if (what < 50) {
                byte[] frame = frame(1 + random.nextInt(3_000));
                last += 1 + random.nextInt(3);
                assertThat(buffer.append(last, frame)).isTrue();
                waiting.put(last, frame);
            } else if (what < 97 && !waiting.isEmpty()) {
                long n = random.nextBoolean() ? waiting.firstKey() : waiting.lastKey();
                long before = Files.size(file);
                buffer.done(n);
                waiting.remove(n);
                if (Files.size(file) < before) compactions++;
            } else {
                Path crashed = copyOf(file);
                buffer.close();
                buffer = open(crashed);
                assertThat(buffer.last()).isEqualTo(last);
                for (var kept : waiting.entrySet()) {
                    assertThat(buffer.oldest(Integer.MAX_VALUE))
                            .anyMatch(w -> w.n() == kept.getKey() && Arrays.equals(w.frame(), kept.getValue()));
                }
                // What was acknowledged may come again.
                for (var again : buffer.oldest(Integer.MAX_VALUE)) {
                    if (!waiting.containsKey(again.n())) buffer.done(again.n());
                }
                buffer.close();
                Files.move(crashed, file, StandardCopyOption.REPLACE_EXISTING);
                buffer = open(file);
                for (var again : buffer.oldest(Integer.MAX_VALUE)) {
                    if (!waiting.containsKey(again.n())) buffer.done(again.n());
                }
            }
        }
        buffer.close();
        assertThat(compactions).isPositive();
    }

    @Test
    void the_newest_number_stays_used_when_its_frame_went_first_and_the_file_was_compacted() {
        Path file = folder.resolve("frames");
        try (FrameBuffer buffer = open(file)) {
            for (long n = 1; n <= 100; n++) buffer.append(n, frame(2_000));
            for (long n = 100; n > 20; n--) buffer.done(n);
            assertThat(file.toFile().length()).isLessThan(100_000);
        }
        try (FrameBuffer again = open(file)) {
            assertThat(again.last()).isEqualTo(100);
        }
    }

    @Test
    void a_half_written_compaction_leaves_the_old_file() throws IOException {
        Path file = folder.resolve("frames");
        FaultyChannel.Disk disk = new FaultyChannel.Disk();
        try (FrameBuffer buffer =
                FrameBuffer.open(file, MAX_BYTES, path -> new FaultyChannel(FrameFile.channel(path), disk))) {
            for (long n = 1; n <= 60; n++) buffer.append(n, frame(2_000));
            disk.roomBytes = 500;
            assertThatThrownBy(() -> {
                        for (long n = 1; n <= 59; n++) buffer.done(n);
                    })
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("cannot compact");
        }
        try (FrameBuffer again = open(file)) {
            assertThat(again.last()).isEqualTo(60);
            assertThat(again.size()).isEqualTo(60);
        }
    }

    @Test
    void a_full_disk_refuses_a_frame_and_hides_nothing_that_comes_later() {
        Path file = folder.resolve("frames");
        FaultyChannel.Disk disk = new FaultyChannel.Disk();
        try (FrameBuffer buffer =
                FrameBuffer.open(file, MAX_BYTES, path -> new FaultyChannel(FrameFile.channel(path), disk))) {
            buffer.append(1, frame(100));
            disk.roomBytes = 50;
            assertThatThrownBy(() -> buffer.append(2, frame(100))).isInstanceOf(UncheckedIOException.class);
            assertThat(buffer.last()).isEqualTo(1);
            disk.roomBytes = Long.MAX_VALUE;
            disk.failsToSync = true;
            assertThatThrownBy(() -> buffer.append(2, frame(100))).isInstanceOf(UncheckedIOException.class);
            disk.failsToSync = false;
            buffer.append(2, frame(40));
            buffer.append(3, frame(40));
        }
        try (FrameBuffer again = open(file)) {
            assertThat(again.last()).isEqualTo(3);
            assertThat(again.size()).isEqualTo(3);
        }
    }

    @Test
    void damage_before_the_last_record_is_said_and_changes_nothing() throws IOException {
        Path file = folder.resolve("frames");
        try (FrameBuffer buffer = open(file)) {
            for (long n = 1; n <= 5; n++) buffer.append(n, frame(50));
        }
        byte[] whole = Files.readAllBytes(file);
        byte[] damaged = whole.clone();
        damaged[40] ^= 1;
        Files.write(file, damaged);
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("damaged at byte 16, and numbers behind it may be used: restore it from a copy, or"
                        + " give the device a new key and an empty buffer");
        assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
        Files.write(file, whole);
        try (FrameBuffer again = open(file)) {
            assertThat(again.size()).isEqualTo(5);
        }
    }

    /// Whatever stands in the file, it opens with numbers that were given out, or says that it cannot.
    @Test
    void random_files_are_read_or_refused() throws IOException {
        Path file = folder.resolve("frames");
        try (FrameBuffer buffer = open(file)) {
            for (long n = 1; n <= 20; n++) buffer.append(n, frame(30));
        }
        byte[] whole = Files.readAllBytes(file);
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] mutated = Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int flips = random.nextInt(4); flips > 0 && mutated.length > 0; flips--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            Path strange = Files.write(folder.resolve("strange"), mutated);
            try (FrameBuffer buffer = open(strange)) {
                assertThat(buffer.size()).isLessThanOrEqualTo(20);
            } catch (UncheckedIOException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void a_second_owner_is_refused() {
        Path file = folder.resolve("frames");
        try (FrameBuffer _ = open(file)) {
            assertThatThrownBy(() -> open(file))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasRootCauseInstanceOf(java.nio.channels.OverlappingFileLockException.class);
        }
    }

    @Test
    void a_frame_larger_than_the_file_can_give_back_is_never_kept() {
        Path file = folder.resolve("frames");
        try (FrameBuffer buffer = open(file)) {
            assertThatThrownBy(() -> buffer.append(1, frame(65_537))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> buffer.append(1, new byte[0])).isInstanceOf(IllegalArgumentException.class);
            buffer.append(1, frame(65_536));
        }
        try (FrameBuffer again = open(file)) {
            assertThat(again.size()).isEqualTo(1);
        }
    }

    @Test
    void after_a_restart_only_what_waits_is_sent_again() {
        Path file = folder.resolve("frames");
        try (FrameBuffer buffer = open(file)) {
            for (long n = 1; n <= 5; n++) buffer.append(n, frame(50));
            for (long n = 2; n <= 5; n++) buffer.done(n);
        }
        try (FrameBuffer again = open(file)) {
            assertThat(again.oldest(9)).extracting(FrameBuffer.Waiting::n).containsExactly(1L);
            assertThat(again.last()).isEqualTo(5);
            again.done(1);
        }
        try (FrameBuffer again = open(file)) {
            assertThat(again.size()).isZero();
            assertThat(again.last()).isEqualTo(5);
        }
    }

    @Test
    void a_buffer_on_a_full_disk_closes_and_keeps_what_it_promised() {
        Path file = folder.resolve("frames");
        FaultyChannel.Disk disk = new FaultyChannel.Disk();
        try (FrameBuffer buffer =
                FrameBuffer.open(file, MAX_BYTES, path -> new FaultyChannel(FrameFile.channel(path), disk))) {
            for (long n = 1; n <= 3; n++) buffer.append(n, frame(50));
            buffer.done(1);
            disk.roomBytes = 10;
        }
        try (FrameBuffer again = open(file)) {
            assertThat(again.last()).isEqualTo(3);
            assertThat(again.oldest(9)).extracting(FrameBuffer.Waiting::n).contains(2L, 3L);
        }
    }

    @Test
    void a_refused_frame_leaves_the_buffer_for_a_file_that_people_read() throws IOException {
        Path file = folder.resolve("frames");
        byte[] frame = frame(40);
        try (FrameBuffer buffer = open(file)) {
            buffer.append(1, frame);
            buffer.append(2, frame(40));
            buffer.refuse(1, "key.revoked", "the key\nis\trevoked");
            buffer.refuse(1, "key.revoked", "said again");
            assertThat(buffer.size()).isEqualTo(1);
            assertThat(Files.readAllLines(buffer.refusedFile()))
                    .containsExactly("1\tkey.revoked\t" + Base64Url.encode(frame) + "\tthe key is revoked");
        }
    }

    @Test
    void after_a_crash_while_it_was_set_aside_a_refused_frame_is_in_one_place_at_least() throws IOException {
        Path file = folder.resolve("frames");
        byte[] frame = frame(40);
        Path refused;
        byte[] crashed;
        try (FrameBuffer buffer = open(file)) {
            refused = buffer.refusedFile();
            buffer.append(1, frame);
            crashed = Files.readAllBytes(file);
            buffer.refuse(1, "key.revoked", "");
        }
        byte[] line = Files.readAllBytes(refused);
        for (int length = 0; length <= line.length; length++) {
            Files.write(file, crashed);
            Files.write(refused, Arrays.copyOf(line, length));
            try (FrameBuffer again = open(file)) {
                assertThat(again.size()).isEqualTo(1);
                again.refuse(1, "key.revoked", "");
            }
            assertThat(Files.readAllLines(refused))
                    .last()
                    .isEqualTo("1\tkey.revoked\t" + Base64Url.encode(frame) + "\t");
        }
    }

    @Test
    void refused_frames_take_no_more_than_twice_the_buffers_room() throws IOException {
        Path file = folder.resolve("frames");
        try (FrameBuffer buffer = FrameBuffer.open(file, 10_000)) {
            for (long n = 1; n <= 100; n++) {
                buffer.append(n, frame(600));
                buffer.refuse(n, "frame.time", "too late");
            }
            assertThat(Files.size(buffer.refusedFile())).isLessThanOrEqualTo(10_000);
            assertThat(Files.readAllLines(buffer.refusedFile()))
                    .last()
                    .asString()
                    .startsWith("100\t");
            assertThat(folder.resolve("frames.refused.older")).exists();
        }
    }
}
