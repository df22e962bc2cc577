package io.thingstead.node.mirror;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import io.thingstead.node.log.Erasures;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.storage.Store;
import java.util.List;
import java.util.Optional;

/// Tells other members which contents of this member's logs were erased, so that those who were granted them erase them
/// too: `/erased/<logNo>/<serial>`, the list after that one. It tells places, and nothing of what stood there.
final class ErasedRoute implements MemberRoute {
    private static final String PATH = "[1-9][0-9]{0,8}/(0|[1-9][0-9]{0,15})";

    private final OwnLogs own;
    private final Store store;

    ErasedRoute(OwnLogs own, Store store) {
        this.own = own;
        this.store = store;
    }

    @Override
    public String prefix() {
        return "/erased/";
    }

    @Override
    public MemberAnswer answer(MemberId asking, String path) {
        if (!path.matches(PATH)) return MemberAnswer.no(404, "no " + path + " here");
        int slash = path.indexOf('/');
        long number = Long.parseLong(path, 0, slash, 10);
        long after = Long.parseLong(path, slash + 1, path.length(), 10);
        Optional<LogReader> log = own.readers().stream()
                .filter(reader -> reader.id().number() == number)
                .findFirst();
        if (log.isEmpty()) return MemberAnswer.no(404, "no log " + number + " here");
        ErasedList list = new Erasures(log.get().id(), store)
                .list(after + 1)
                .map(next -> new ErasedList(next.serial(), next.leaves()))
                .orElse(new ErasedList(after, List.of()));
        return MemberAnswer.ok(MemberAnswer.BYTES, list.encode());
    }
}
