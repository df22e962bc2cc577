package io.thingstead.node.api;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.LogTiles;
import io.thingstead.node.log.LogTiles.Resource;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The member's logs as C2SP tlog-tiles, at `/log/<origin>/…`, for anybody; beside them `cosigned`, the newest
/// checkpoint that other members cosigned.
public final class LogRoutes {
    private static final String FOR_EVER = "public, max-age=31536000, immutable";
    private static final String TEXT = "text/plain";
    private static final Parameter<String> DOMAIN =
            Parameter.text("domain", "The member's domain.").inPath().example("home.example");
    private static final Parameter<String> LEDGER = Parameter.matching(
                    "ledger", "[0-9a-f]{8}", "8 hexadecimal digits", "The first digits of the ledger's id.")
            .inPath()
            .example("0a1b2c3d");
    private static final Parameter<Long> NUMBER = Parameter.number(
                    "number", 1, LogId.MAX_NUMBER, "The log's number at its member.")
            .inPath();
    private static final Parameter<String> TILE = Parameter.text(
                    "path", "`<L>/<N>[.p/<W>]`, or `entries/<N>[.p/<W>]`; it may hold slashes.")
            .inPath()
            .example("0/000.p/1");
    private static final Operation CHECKPOINT = file("The log's newest checkpoint, a signed note", TEXT);
    private static final Operation COSIGNED = file("The newest checkpoint that other members cosigned", TEXT);
    private static final Operation TILES = file(
                    "A tile of the log's tree, or of its entries", "application/octet-stream")
            .details("As C2SP tlog-tiles has it. Full tiles never change.")
            .takes(TILE);

    private final Map<String, LogReader> logs = new LinkedHashMap<>();
    private final CosignedHeads heads;

    public LogRoutes(List<LogReader> logs, CosignedHeads heads) {
        this.heads = heads;
        for (var log : logs) this.logs.put(log.origin(), log);
    }

    private static Operation file(String summary, String mediaType) {
        return Operation.of("Log", summary)
                .takes(DOMAIN, LEDGER, NUMBER)
                .answers(mediaType, "The file.")
                .refuses(Refusal.LOG_UNKNOWN, Refusal.REQUEST_NOT_FOUND);
    }

    public void register(Routes routes) {
        String origin = "/log/{domain}/{ledger}/{number}/";
        routes.get(
                        origin + "checkpoint",
                        CHECKPOINT,
                        serve(log -> heads.newest(log).map(Resource::note)))
                .get(
                        origin + "cosigned",
                        COSIGNED,
                        serve(log -> heads.cosigned(log).map(Resource::note)))
                .get(
                        origin + "tile/<path>",
                        TILES,
                        context -> serve(log -> new LogTiles(log).resource("tile/" + context.pathParam("path")))
                                .handle(context));
    }

    private Handler serve(Function<LogReader, Optional<Resource>> file) {
        return context -> {
            var params = new Params(context);
            var domain = params.find(DOMAIN);
            var ledger = params.find(LEDGER);
            long number = params.number(NUMBER);
            if (params.sendRefusal()) return;
            String origin = domain.orElseThrow() + "/" + ledger.orElseThrow() + "/" + number;
            LogReader log = logs.get(origin);
            if (log == null) {
                Problem.send(context, Refusal.LOG_UNKNOWN, "this member keeps no log " + origin);
                return;
            }
            file.apply(log)
                    .ifPresentOrElse(
                            found -> send(context, found),
                            () -> Problem.send(context, Refusal.REQUEST_NOT_FOUND, "the log has no such file"));
        };
    }

    private static void send(Context context, Resource file) {
        context.contentType(file.mediaType())
                .header("Cache-Control", file.immutable() ? FOR_EVER : "no-cache")
                .header("Access-Control-Allow-Origin", "*")
                .header("Cross-Origin-Resource-Policy", "cross-origin")
                .result(file.bytes());
    }
}
