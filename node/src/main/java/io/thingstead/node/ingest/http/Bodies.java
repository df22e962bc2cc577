package io.thingstead.node.ingest.http;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Reads the bodies of requests: each within its bound and its time, and all together within the room there is for
/// them.
/// A body takes room as its bytes come, so who announces much and sends nothing keeps nobody out.
final class Bodies {
    private static final int ROOM_BYTES = 64 << 20;
    private static final int PART_BYTES = 16_384;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Semaphore room;
    private final LongSupplier nanoClock;

    Bodies() {
        this(ROOM_BYTES, System::nanoTime);
    }

    Bodies(int roomBytes, LongSupplier nanoClock) {
        this.room = new Semaphore(roomBytes);
        this.nanoClock = nanoClock;
    }

    /// Reads a body and lets it be used; its room is free again afterwards.
    ///
    /// @param tooLarge the code for a body over `most` bytes
    void read(InputStream in, int most, Refusal tooLarge, Consumer<Result<byte[]>> use) {
        Reading reading = new Reading();
        try {
            use.accept(reading.read(in, most, tooLarge));
        } finally {
            room.release(reading.taken);
        }
    }

    private final class Reading {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private int taken;

        Result<byte[]> read(InputStream in, int most, Refusal tooLarge) {
            long endNanos = nanoClock.getAsLong() + MOST_NANOS;
            byte[] part = new byte[PART_BYTES];
            try {
                for (int length = in.read(part); length >= 0; length = in.read(part)) {
                    if (body.size() + length > most) {
                        return Result.no(tooLarge, "at most " + most + " bytes");
                    }
                    if (!room.tryAcquire(length)) {
                        return Result.no(Refusal.BUSY, "too much is being sent here: send it again later");
                    }
                    taken += length;
                    if (nanoClock.getAsLong() - endNanos > 0) {
                        return Result.no(Refusal.REQUEST_MALFORMED, "the body took more than a minute to come");
                    }
                    body.write(part, 0, length);
                }
            } catch (IOException e) {
                // It ended early, or its chunks are not chunks: there may be nobody left to tell.
                return Result.no(Refusal.REQUEST_MALFORMED, "the body did not come whole");
            }
            return Result.ok(body.toByteArray());
        }
    }
}
