package io.thingstead.node.exchange;

import io.thingstead.kit.model.MemberId;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a member answers to others, by the first segment of the path.
final class Routes {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
    /// More than that no route may answer at once.
    static final int MAX_ANSWER_BYTES = 16 << 20;

    private final ConcurrentHashMap<String, MemberRoute> routes = new ConcurrentHashMap<>();

    void add(MemberRoute route) {
        if (!route.prefix().matches("/[a-z][a-z0-9-]{0,31}/")) {
            throw new IllegalArgumentException("not a route's prefix: " + route.prefix());
        }
        if (routes.putIfAbsent(route.prefix(), route) != null) {
            throw new IllegalArgumentException("two routes with prefix " + route.prefix());
        }
    }

    MemberAnswer answer(MemberId asking, String path) {
        MemberRoute route = route(path);
        return route == null
                ? MemberAnswer.no(404, "there is nothing at this path")
                : answer(route, asking, path.substring(route.prefix().length()));
    }

    MemberAnswer answerRemoved(MemberId asking, String path) {
        MemberRoute route = route(path);
        String below = route == null ? "" : path.substring(route.prefix().length());
        return route == null || !route.isForRemoved(below)
                ? MemberAnswer.no(410, asking + " was removed from the ledger")
                : answer(route, asking, below);
    }

    private @Nullable MemberRoute route(String path) {
        int slash = path.indexOf('/', 1);
        return slash < 0 ? null : routes.get(path.substring(0, slash + 1));
    }

    private static MemberAnswer answer(MemberRoute route, MemberId asking, String below) {
        try {
            MemberAnswer answer = route.answer(asking, below);
            if (answer.body().length <= MAX_ANSWER_BYTES) {
                return answer;
            }
            LOG.error("{} answers {} bytes, more than a member takes", route.prefix(), answer.body().length);
        } catch (RuntimeException e) {
            LOG.error("a question of {} at {} failed", asking, route.prefix(), e);
        }
        return MemberAnswer.no(500, "this question failed here");
    }
}
