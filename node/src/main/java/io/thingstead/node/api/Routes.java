package io.thingstead.node.api;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.openapi.Described;
import io.thingstead.node.openapi.Operation;
import java.util.ArrayList;
import java.util.List;

/// Where everything that is asked over HTTP registers what it answers, each route with its description: what is not
/// described has no way to be served, but for the files of the pages.
public final class Routes {
    private final JavalinConfig config;
    private final RefusalCounts refusals;
    private final List<Described> described = new ArrayList<>();

    /// @param refusals counts what no route was asked to answer
    Routes(JavalinConfig config, RefusalCounts refusals) {
        this.config = config;
        this.refusals = refusals;
    }

    /// @param path with its parameters in braces, or in angle brackets where one may hold slashes
    public Routes get(String path, Operation operation, Handler handler) {
        return add(HandlerType.GET, path, operation, handler);
    }

    /// What supervisors and load balancers ask by HEAD as often as by GET, for the status alone: HEAD asks the same. No
    /// other route is asked by HEAD, as some give out what they give out once, and some never end.
    public Routes getOrHead(String path, Operation operation, Handler handler) {
        config.routes.addHttpHandler(HandlerType.HEAD, path, handler);
        return get(path, operation, handler);
    }

    public Routes post(String path, Operation operation, Handler handler) {
        return add(HandlerType.POST, path, operation, handler);
    }

    public Routes put(String path, Operation operation, Handler handler) {
        return add(HandlerType.PUT, path, operation, handler);
    }

    public Routes delete(String path, Operation operation, Handler handler) {
        return add(HandlerType.DELETE, path, operation, handler);
    }

    private Routes add(HandlerType method, String path, Operation operation, Handler handler) {
        described.add(new Described(method.name(), method.name() + " " + path, operation));
        var negotiation = new Negotiation(operation);
        config.routes.addHttpHandler(method, path, context -> {
            Refused refused = negotiation.refuses(context);
            if (refused == null) {
                handler.handle(context);
            } else {
                refusals.count(refused.code());
                Problem.of(refused).send(context);
            }
        });
        return this;
    }

    /// A page or a file of one, which the document of the interface leaves out.
    public void file(String path, Handler handler) {
        config.routes.get(path, handler);
    }

    /// What is asked before any route.
    public void before(Handler handler) {
        config.routes.before(handler);
    }

    /// All that are described, as they were registered.
    List<Described> described() {
        return List.copyOf(described);
    }
}
