package io.thingstead.node.api;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.LogTiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The member's logs as C2SP tlog-tiles, at `/log/<origin>/…`, for anybody.
final class LogRoutes {
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private final Map<String, LogTiles> tiles = new LinkedHashMap<>();

    LogRoutes(List<LogReader> logs) {
        for (var log : logs) tiles.put(log.origin() + "/", new LogTiles(log));
    }

    void register(JavalinConfig config) {
        config.routes.get("/log/<path>", this::file);
    }

    private void file(Context context) {
        var path = context.pathParam("path");
        for (var log : tiles.entrySet()) {
            if (!path.startsWith(log.getKey())) continue;
            var file = log.getValue().resource(path.substring(log.getKey().length()));
            if (file.isEmpty()) break;
            context.contentType(file.get().mediaType())
                    .header("Cache-Control", file.get().immutable() ? FOR_EVER : "no-cache")
                    .header("Access-Control-Allow-Origin", "*")
                    .header("Cross-Origin-Resource-Policy", "cross-origin")
                    .result(file.get().bytes());
            return;
        }
        Problem.send(context, Refusal.REQUEST_NOT_FOUND, "the log has no " + path);
    }
}
