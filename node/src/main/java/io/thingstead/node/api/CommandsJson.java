package io.thingstead.node.api;

import io.thingstead.kit.model.LogId;
import io.thingstead.node.command.CommandChanges.Changed;
import io.thingstead.node.command.CommandRecord;
import java.util.List;

/// Shows commands as the log and the ledger have them now.
final class CommandsJson {
    private static final int MOST_CHANGED = 50;

    private final Api api;

    CommandsJson(Api api) {
        this.api = api;
    }

    CommandJson of(CommandRecord record) {
        return CommandJson.of(record, api.nowMs().getAsLong(), this::isAnchored);
    }

    /// Those that changed, the newest of too many.
    List<CommandJson> changed(List<Changed> changed) {
        return changed.subList(Math.max(0, changed.size() - MOST_CHANGED), changed.size()).stream()
                .flatMap(each -> api.commands().find(each.device(), each.number()).stream())
                .map(this::of)
                .toList();
    }

    private boolean isAnchored(CommandRecord.Place place) {
        if (place.log() == api.log().id().number())
            return place.index() < api.live().anchored();
        var closed = api.ledger().log(new LogId(api.member(), place.log()));
        return closed != null && place.index() < closed.size();
    }
}
