package io.thingstead.node.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.node.ingest.SigningDevice;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// However a sequence of frames is garbled, each byte of it belongs to exactly one item, and good frames before the
/// damage stay whole.
class FrameSequenceFuzz {
    private static final int ROUNDS = 20_000;
    private static final int MOST = 10;

    private final Random random = Seeded.random(FrameSequenceFuzz.class);
    private final SigningDevice device =
            SigningDevice.of("box", new LedgerId(Seeded.bytes(random, 32)), Algorithm.ED25519);

    private static byte[] joined(List<byte[]> items) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        items.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private List<byte[]> frames() {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 1 + random.nextInt(MOST); i > 0; i--) {
            byte[] payload = SigningDevice.burst(1 + random.nextInt(40));
            byte[] frame = device.signer().sign(1 + random.nextInt(100), payload);
            frames.add(random.nextBoolean() ? frame : joined(List.of(new byte[] {(byte) 0xd2}, frame)));
        }
        return frames;
    }

    @Test
    void frames_one_after_another_come_apart_as_they_were() {
        for (int round = 0; round < 200; round++) {
            List<byte[]> frames = frames();
            assertThat(FrameSequence.split(joined(frames), MOST))
                    .usingRecursiveComparison()
                    .isEqualTo(frames);
        }
    }

    @Test
    void more_than_the_most_is_told_by_one_more() {
        List<byte[]> frames = new ArrayList<>();
        for (int n = 1; n <= 3 * MOST; n++) frames.add(device.frame(n));
        assertThat(FrameSequence.split(joined(frames), MOST)).hasSize(MOST + 1);
    }

    @Test
    void damage_stays_where_it_is() {
        List<byte[]> frames = frames();
        byte[] whole = joined(frames);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] garbled = java.util.Arrays.copyOf(
                    whole, random.nextInt(4) == 0 ? random.nextInt(whole.length + 1) : whole.length);
            int damage = garbled.length;
            for (int flips = random.nextInt(3); flips > 0 && garbled.length > 0; flips--) {
                int at = random.nextInt(garbled.length);
                garbled[at] = (byte) random.nextInt(256);
                damage = Math.min(damage, at);
            }
            List<byte[]> items = FrameSequence.split(garbled, garbled.length + 1);
            assertThat(joined(items)).isEqualTo(garbled);
            int end = 0;
            for (int i = 0; i < frames.size() && (end += frames.get(i).length) <= damage; i++) {
                assertThat(items.get(i)).isEqualTo(frames.get(i));
            }
        }
    }
}
