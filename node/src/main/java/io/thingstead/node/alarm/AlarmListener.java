package io.thingstead.node.alarm;

import io.thingstead.node.storage.Batch;

/// Who is told of alarms, in the batch that makes them durable: what it adds there is kept with the alarm or not at
/// all.
public interface AlarmListener {
    AlarmListener NOBODY = new AlarmListener() {
        @Override
        public void raised(Batch batch, Rule rule, Alarm alarm) {}

        @Override
        public void cleared(Batch batch, Rule rule, Alarm alarm) {}

        @Override
        public void kept() {}
    };

    void raised(Batch batch, Rule rule, Alarm alarm);

    void cleared(Batch batch, Rule rule, Alarm alarm);

    /// The batches before are durable.
    void kept();
}
