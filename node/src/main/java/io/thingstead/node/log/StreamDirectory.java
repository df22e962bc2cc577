package io.thingstead.node.log;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// The small numbers under which rows name a stream, and what is known of each: highest number, open gaps.
/// Reads from the store what is durable; for any thread.
final class StreamDirectory {
    private static final int MOST = 10_000;

    private final Store store;
    private final Map<Integer, DeviceStream> recent = new LinkedHashMap<>(2 * MOST, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, DeviceStream> eldest) {
            return size() > MOST;
        }
    };

    StreamDirectory(Store store) {
        this.store = store;
    }

    OptionalInt id(DeviceStream stream) {
        var row = store.get(Column.STREAM, Rows.streamByKey(stream));
        return row == null
                ? OptionalInt.empty()
                : OptionalInt.of(ByteBuffer.wrap(row).getInt());
    }

    /// The lowest number that no stream has.
    int firstFree() {
        var last = store.last(Column.STREAM, Rows.streamById(0), Rows.afterStreamsById());
        return last == null ? 0 : Rows.streamId(last.key()) + 1;
    }

    static void add(DeviceStream stream, int id, Batch batch) {
        batch.put(
                Column.STREAM,
                Rows.streamByKey(stream),
                ByteBuffer.allocate(4).putInt(id).array());
        batch.put(Column.STREAM, Rows.streamById(id), Rows.stream(stream));
        // Commands are not of the device: they are found by their own index.
        if (!stream.isCommands()) batch.put(Column.STREAM, Rows.streamByDevice(stream.device(), id), new byte[0]);
    }

    DeviceStream stream(int id) {
        synchronized (recent) {
            var known = recent.get(id);
            if (known != null) return known;
        }
        var row = store.get(Column.STREAM, Rows.streamById(id));
        if (row == null) throw Rows.corrupt("stream " + id + " is missing");
        var stream = Rows.stream(row);
        synchronized (recent) {
            recent.put(id, stream);
        }
        return stream;
    }

    /// All streams of a device, oldest first.
    List<Integer> ofDevice(DeviceId device) {
        var prefix = Rows.streamsOfDevice(device);
        var to = prefix.clone();
        to[to.length - 1]++;
        var ids = new ArrayList<Integer>();
        try (var scan = store.scan(Column.STREAM, prefix, to)) {
            while (scan.next()) ids.add(Rows.lastInt(scan.key()));
        }
        return ids;
    }

    /// Highest number and open gaps, as far as they are durable.
    Sequence sequence(int id) {
        var last = store.last(Column.NUMBER, Rows.numberKey(id, 0), Rows.numberKey(id, -1L));
        if (last == null) return Sequence.unused();
        return Sequence.restored(Rows.numberOf(last.key()), store.get(Column.SEQUENCE, Rows.sequenceKey(id)));
    }
}
