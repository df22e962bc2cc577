package io.thingstead.node.ingest.http;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.command.CommandOutlet;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Requests that wait for commands: so many in all and of each device. Of a device's the newest goes first, since those
/// before it may be of connections that are gone. For any thread.
final class Waiters {
    static final int MOST_OF_DEVICE = 4;

    private final int most;
    private final Map<DeviceId, ArrayDeque<Waiter>> waiting = new HashMap<>();
    private int count;

    Waiters(int most) {
        this.most = most;
    }

    /// A place, which is to be left; null when all are taken. Of too many of one device the oldest waits no more.
    synchronized @Nullable Waiter enter(DeviceId device) {
        if (count >= most) {
            return null;
        }
        count++;
        var own = waiting.computeIfAbsent(device, _ -> new ArrayDeque<>());
        Waiter waiter = new Waiter(device);
        own.addLast(waiter);
        if (own.size() > MOST_OF_DEVICE) {
            Waiter oldest = own.removeFirst();
            oldest.isDisplaced = true;
            oldest.wake();
        }
        return waiter;
    }

    synchronized void leave(Waiter waiter) {
        count--;
        var own = waiting.get(waiter.device);
        if (own == null) {
            return;
        }
        own.remove(waiter);
        if (own.isEmpty()) {
            waiting.remove(waiter.device);
        } else {
            own.getLast().wake();
        }
    }

    synchronized boolean isNewest(Waiter waiter) {
        var own = waiting.get(waiter.device);
        return own != null && own.peekLast() == waiter;
    }

    /// One request.
    static final class Waiter implements CommandOutlet {
        private final DeviceId device;
        private final Semaphore news = new Semaphore(0);
        private volatile boolean isDisplaced;

        private Waiter(DeviceId device) {
            this.device = device;
        }

        @Override
        public void wake() {
            news.release();
        }

        boolean isDisplaced() {
            return isDisplaced;
        }

        /// What came until now is looked at next.
        void forget() {
            news.drainPermits();
        }

        void await(long nanos) throws InterruptedException {
            var _ = news.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        }
    }
}
