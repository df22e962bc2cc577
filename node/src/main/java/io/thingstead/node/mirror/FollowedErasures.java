package io.thingstead.node.mirror;

import io.thingstead.kit.model.LogId;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.KeyRange;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/// Erases at this member what another one erased of its log and had granted: list by list, in the order of that
/// member. On the thread of the log's follower.
final class FollowedErasures {
    private final Store store;
    private final GrantedContents contents;
    private volatile Consumer<List<KeyRange>> purge = _ -> {};

    FollowedErasures(Store store, GrantedContents contents) {
        this.store = store;
        this.contents = contents;
    }

    /// @param takes what was deleted off the disk
    void purgeBy(Consumer<List<KeyRange>> takes) {
        purge = takes;
    }

    /// Asks for the next list, where contents of the log are kept here. True: there may be more.
    boolean step(OtherMembers others, LogId log) {
        if (!contents.keepsOf(log)) return false;
        byte[] key = ContentRows.erasures(log);
        byte[] row = store.get(Column.MIRRORED_CONTENT, key);
        long done = row == null ? 0 : ByteBuffer.wrap(row).getLong();
        MemberAnswer answer = others.ask(log.member(), "/erased/" + log.number() + "/" + done, ErasedList.MAX_BYTES);
        if (!answer.isOk()) return false; // of a version that erases nothing
        ErasedList list = ErasedList.decode(answer.body());
        if (list.leaves().isEmpty()) return false;
        if (list.serial() != done + 1)
            throw new Misanswer("list " + list.serial() + " of what it erased after " + done);
        for (long leaf : list.leaves()) contents.erase(log, leaf);
        purge.accept(List.of(new KeyRange(
                Column.MIRRORED_CONTENT,
                ContentRows.content(log, list.leaves().getFirst()),
                ContentRows.content(log, list.leaves().getLast()))));
        // A crash before: the list is asked for again, and its bytes are taken off the disk again.
        store.write(store.newBatch()
                .put(
                        Column.MIRRORED_CONTENT,
                        key,
                        ByteBuffer.allocate(8).putLong(list.serial()).array()));
        return true;
    }
}
