package io.thingstead.node.log;

import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// The sequences of the streams that were lately heard of, in memory; the others come back from the store.
/// Confined to the sequencer's thread.
final class Sequences {
    private static final int MOST = 100_000;

    private final StreamDirectory directory;
    private final Map<DeviceStream, Numbered> recent = new LinkedHashMap<>(1024, 0.75f, true);
    private final Set<Numbered> changed = new LinkedHashSet<>();
    private int firstFree;

    /// A stream's number in the store, and its sequence.
    record Numbered(int id, Sequence sequence) {}

    Sequences(StreamDirectory directory) {
        this.directory = directory;
        firstFree = directory.firstFree();
    }

    Numbered of(DeviceStream stream, Batch batch) {
        var known = recent.get(stream);
        if (known != null) return known;
        var id = directory.id(stream);
        var found = id.isPresent() ? restored(id.getAsInt()) : added(stream, batch);
        recent.put(stream, found);
        return found;
    }

    private Numbered restored(int id) {
        return new Numbered(id, directory.sequence(id));
    }

    private Numbered added(DeviceStream stream, Batch batch) {
        int id = firstFree++;
        StreamDirectory.add(stream, id, batch);
        return new Numbered(id, Sequence.unused());
    }

    /// To be told after each frame, so that the batch gets what the number rows do not say.
    void used(Numbered stream) {
        if (stream.sequence().isChanged()) changed.add(stream);
    }

    void write(Batch batch) {
        for (var stream : changed)
            batch.put(
                    Column.SEQUENCE,
                    Rows.sequenceKey(stream.id()),
                    stream.sequence().encode());
        changed.clear();
    }

    /// Forgets what was not used for longest. Only when the batch is durable: the store then knows all of it.
    void trim() {
        var eldest = recent.entrySet().iterator();
        while (recent.size() > MOST) {
            eldest.next();
            eldest.remove();
        }
    }
}
