package io.thingstead.node.alarm;

import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The channels that the file of rules declares, durable as it last could be read. Changed under the lock of [Alarms];
/// read by any thread.
public final class Channels {
    private static final Logger LOG = LoggerFactory.getLogger(Channels.class);

    private volatile Declared declared = Declared.NOTHING;

    /// A channel as it was written, and what that means.
    record Written(ChannelText text, Channel channel) {}

    /// What the file says of channels.
    ///
    /// @param page where people look at alarms
    record Declared(Map<String, Written> channels, @Nullable String page) {
        static final Declared NOTHING = new Declared(Map.of(), null);
    }

    private record Page(String page) {}

    public Channels(Store store) {
        Map<String, Written> known = new TreeMap<>();
        try (var scan = store.scan(Column.ALARM, AlarmRows.firstChannel(), AlarmRows.afterChannels())) {
            while (scan.next()) {
                String name = AlarmRows.nameOfChannel(scan.key());
                ChannelText text = AlarmRows.read(scan.value(), ChannelText.class);
                switch (ChannelReader.read(name, text)) {
                    case Result.Ok<Channel>(Channel channel) -> known.put(name, new Written(text, channel));
                    case Result.No<Channel>(Refused refused) ->
                        LOG.warn("the channel {} is not used: {}", name, refused.text());
                }
            }
        }
        byte[] page = store.get(Column.ALARM, AlarmRows.page());
        declared = new Declared(known, page == null ? null : AlarmRows.read(page, Page.class).page);
    }

    public Optional<Channel> find(String name) {
        return Optional.ofNullable(declared.channels.get(name)).map(Written::channel);
    }

    /// By name.
    public Collection<Channel> all() {
        return declared.channels.values().stream().map(Written::channel).toList();
    }

    /// Where people look at alarms, for who is told of one; absent when nobody said it.
    public @Nullable String page() {
        return declared.page;
    }

    boolean isDeclared(Declared other) {
        return declared.equals(other);
    }

    void put(Batch batch, Declared next) {
        for (String gone : declared.channels.keySet()) {
            if (!next.channels.containsKey(gone)) batch.delete(Column.ALARM, AlarmRows.channel(gone));
        }
        next.channels.forEach(
                (name, written) -> batch.put(Column.ALARM, AlarmRows.channel(name), AlarmRows.json(written.text)));
        if (next.page == null) batch.delete(Column.ALARM, AlarmRows.page());
        else batch.put(Column.ALARM, AlarmRows.page(), AlarmRows.json(new Page(next.page)));
    }

    /// After its batch is durable.
    void kept(Declared next) {
        declared = next;
    }

    /// The first of these that is no channel.
    Optional<String> unknown(List<String> names) {
        return names.stream().filter(name -> find(name).isEmpty()).findFirst();
    }
}
