package io.thingstead.node.upgrade;

import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.upgrade.UpgradeException.Code;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/// From version 1 to 2: contents of the log may be erased. What says so has a column of its own, by which a program
/// that takes an erased content for a damaged one refuses the store.
final class ErasableContents implements Step {
    /// What version 1 had. Never changes; what came since holds nothing that a program of that time works with.
    private static final Set<Column> FIRST = EnumSet.of(
            Column.CONTENT,
            Column.TILE,
            Column.NUMBER,
            Column.SEQUENCE,
            Column.STREAM,
            Column.EVIDENCE,
            Column.CHECKPOINT,
            Column.STATE,
            Column.EVENT,
            Column.EVENT_INDEX,
            Column.BLOCK,
            Column.MIRROR,
            Column.MIRRORED_CONTENT,
            Column.LINK,
            Column.TOKEN,
            Column.COMMAND,
            Column.META);

    @Override
    public String inWords() {
        return "contents of the log can be erased";
    }

    /// Opening the store makes the column that is missing.
    @Override
    public void up(Path folder) {
        open(folder).close();
    }

    @Override
    public void down(Path folder) {
        try (var store = open(folder);
                var rows = store.scan(Column.RETENTION, new byte[0], null)) {
            if (rows.next())
                throw new UpgradeException(
                        Code.USED,
                        "how long contents are kept was set, or contents were erased, which the older program takes for"
                                + " damage: it cannot work on this data folder");
        }
        // A crash between: the columns are made again, and dropped by the next try.
        RocksStore.dropColumns(store(folder), EnumSet.complementOf(EnumSet.copyOf(FIRST)));
    }

    private static Path store(Path folder) {
        return folder.resolve("store");
    }

    private static RocksStore open(Path folder) {
        return RocksStore.open(store(folder), e -> {
            throw new IllegalStateException("the store could not be written", e);
        });
    }
}
