package io.thingstead.bench;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The connections of a whole fleet, driven by the calling thread alone: a hundred threads that wake for every frame
/// took a third of what two cores can do, and measured themselves.
final class MqttLoad implements AutoCloseable {
    /// Frames of one connection that may wait for their acknowledgement.
    private static final int WINDOW = 400;
    private static final int TICK_MS = 1;
    /// Frames that a flooding connection gathers for one write.
    private static final int PER_WRITE = 64;

    private final Selector selector;
    private final List<MqttSender> senders = new ArrayList<>();

    /// When a connection's frames are due.
    private interface Schedule {
        /// How many of the run's frames a connection should have sent by now.
        int due(int connection, long now);

        /// When the run's frame was due.
        long dueAt(int connection, int frame, long now);

        long waitMs();

        /// How many frames make a write worth while, unless they are the last.
        int perWrite();
    }

    private MqttLoad(Selector selector) {
        this.selector = selector;
    }

    /// Connects every device of the fleet.
    ///
    /// @param from for each device how many of its frames are sent already
    static MqttLoad connect(int port, Fleet fleet, int... from) throws IOException {
        MqttLoad load = new MqttLoad(Selector.open());
        try {
            for (int i = 0; i < fleet.members().size(); i++) {
                MqttSender sender = new MqttSender(port, fleet, fleet.members().get(i), from.length == 0 ? 0 : from[i]);
                load.senders.add(sender);
                sender.channel().register(load.selector, SelectionKey.OP_READ, sender);
            }
            return load;
        } catch (IOException e) {
            load.close();
            throw e;
        }
    }

    /// How many of a device's frames are acknowledged, those sent before included.
    int acknowledged(int device) {
        return senders.get(device).acknowledged();
    }

    /// Every device sends its next `each` frames, as fast as they are acknowledged; returns when all are.
    Latencies flood(int each) throws IOException {
        return drive(each, new Schedule() {
            @Override
            public int due(int connection, long now) {
                return each;
            }

            @Override
            public long dueAt(int connection, int frame, long now) {
                return now;
            }

            @Override
            public long waitMs() {
                return 0;
            }

            @Override
            public int perWrite() {
                return PER_WRITE;
            }
        });
    }

    /// Every device sends its next `each` frames, all together at a pace, evenly spread.
    Latencies pace(int each, int perSecond) throws IOException {
        long gap = TimeUnit.SECONDS.toNanos(1) * senders.size() / perSecond;
        long start = System.nanoTime() + gap;
        return drive(each, new Schedule() {
            @Override
            public int due(int connection, long now) {
                return Math.clamp((now - dueAt(connection, 0, now)) / gap + 1, 0, each);
            }

            @Override
            public long dueAt(int connection, int frame, long now) {
                return start + gap * connection / senders.size() + gap * frame;
            }

            @Override
            public long waitMs() {
                return TICK_MS;
            }

            @Override
            public int perWrite() {
                return 1;
            }
        });
    }

    private Latencies drive(int each, Schedule schedule) throws IOException {
        Latencies latencies = new Latencies(each * senders.size());
        int[] first = senders.stream().mapToInt(MqttSender::sent).toArray();
        long left = (long) each * senders.size();
        while (left > 0) {
            send(first, schedule);
            selector.select(schedule.waitMs());
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isReadable()) {
                    MqttSender sender = (MqttSender) key.attachment();
                    int before = sender.acknowledged();
                    sender.readAcknowledgements(latencies::add);
                    left -= sender.acknowledged() - before;
                }
            }
            selector.selectedKeys().clear();
        }
        return latencies;
    }

    private void send(int[] first, Schedule schedule) throws IOException {
        for (int i = 0; i < senders.size(); i++) {
            MqttSender sender = senders.get(i);
            long now = System.nanoTime();
            int due = first[i] + schedule.due(i, now);
            int upTo = Math.min(due, sender.acknowledged() + WINDOW);
            boolean isWorthWhile = upTo == due || upTo - sender.sent() >= schedule.perWrite();
            while (isWorthWhile
                    && sender.sent() < upTo
                    && sender.put(schedule.dueAt(i, sender.sent() - first[i], now))) {}
            int interest = sender.flush() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
            SelectionKey key = sender.channel().keyFor(selector);
            if (key.interestOps() != interest) key.interestOps(interest);
        }
    }

    @Override
    public void close() throws IOException {
        for (MqttSender sender : senders) sender.close();
        selector.close();
    }
}
