package io.thingstead.node.api;

import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.http.NotFoundResponse;
import io.javalin.util.JavalinBindException;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.tls.ServerTls;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The node's one HTTP listener. Everything that has routes registers them here before it starts.
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    /// Of what a route reads whole; one that takes more reads the stream, with its own bound.
    private static final long MAX_BODY_BYTES = 64 * 1024;
    private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

    private final Javalin javalin;
    private final HttpConnections connections;

    private HttpServer(Javalin javalin, HttpConnections connections) {
        this.javalin = javalin;
        this.connections = connections;
    }

    /// A listener that could not be opened.
    public static final class NotListening extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotListening(String host, int port, Throwable cause) {
            super("cannot listen on " + host + ":" + port, cause);
        }
    }

    /// Where it listens.
    ///
    /// @param port 0: any free one
    /// @param tls with which it speaks HTTPS alone; null: HTTP
    public record Port(String host, int port, @Nullable ServerTls tls) {}

    /// Starts listening, with HTTP.
    public static HttpServer start(
            String host, int port, List<Consumer<Routes>> registrations, Access access, HttpCounters counters) {
        return start(new Port(host, port, null), registrations, access, counters);
    }

    /// Starts listening.
    ///
    /// @param registrations what registers its routes
    /// @param access is asked before each of them
    /// @param counters counts what is answered, and what no route was asked to answer
    public static HttpServer start(
            Port at, List<Consumer<Routes>> registrations, Access access, HttpCounters counters) {
        RefusalCounts refused = counters.refused();
        boolean onlyLocal = access.isOpen();
        ServerTls tls = at.tls;
        var connections = new HttpConnections();
        var javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.concurrency.useVirtualThreads = true;
            config.http.maxRequestSize = MAX_BODY_BYTES;
            config.http.generateEtags = false;
            config.http.prefer405over404 = true;
            config.jetty.modifyHttpConfiguration(http -> {
                http.setSendServerVersion(false);
                http.setRequestHeaderSize(16 * 1024);
            });
            config.jetty.modifyServer(jetty -> jetty.setErrorHandler(new UnroutedRequests(refused)));
            config.jetty.modifyServletContextHandler(servlets -> {
                for (var filter : List.of(new UnreadBody(), new BrokenOff(), new HeadAnswer()))
                    servlets.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
            });
            config.requestLogger.http((context, took) -> counters.answered(context.statusCode(), took));
            if (tls != null) {
                config.jetty.addConnector((jetty, http) -> HttpsPort.connector(jetty, http, at.host, at.port, tls));
                config.routes.before(context -> {
                    if (HttpsPort.refusesPlain(context)) {
                        refused.count(Refusal.REQUEST_FORBIDDEN);
                        context.skipRemainingHandlers();
                    }
                });
            }
            config.routes.before(context -> before(context, onlyLocal, refused));
            config.routes.beforeMatched(access::check);
            config.routes.afterMatched(access::settle);
            var routes = new Routes(config, refused);
            for (var register : registrations) register.accept(routes);
            config.routes.exception(HttpResponseException.class, (e, context) -> refused(e, context, refused));
            config.routes.exception(Exception.class, HttpServer::failed);
        });
        requireNeeds(routes(javalin));
        try {
            javalin.start(at.host, at.port);
            javalin.jettyServer().server().addBeanToAllConnectors(connections);
            counters.show(connections);
        } catch (JavalinBindException e) {
            javalin.stop();
            throw new NotListening(at.host, at.port, e);
        }
        return new HttpServer(javalin, connections);
    }

    private static Set<String> routes(Javalin javalin) {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .map(handler -> handler.endpoint)
                .filter(endpoint -> endpoint.method.isHttpMethod() && !endpoint.method.equals(HandlerType.HEAD))
                .map(endpoint -> endpoint.method + " " + endpoint.path)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// A route that nobody said who may ask is a mistake in the program.
    private static void requireNeeds(Set<String> routes) {
        for (String route : routes) {
            if (Needs.of(route).isEmpty()) {
                throw new IllegalStateException(route + " has no line in Needs, which says who may ask it");
            }
        }
    }

    /// Method and path of each route.
    public Set<String> routes() {
        return routes(javalin);
    }

    private static void before(Context context, boolean onlyLocal, RefusalCounts refused) {
        context.header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Content-Security-Policy", NOTHING);
        if (onlyLocal && !Origins.isLoopbackName(context.host())) {
            refused.count(Refusal.REQUEST_FORBIDDEN);
            Problem.send(context, Refusal.REQUEST_FORBIDDEN, "this listener answers to localhost only");
            context.skipRemainingHandlers();
        }
    }

    /// What the HTTP layer itself refuses: no such route, wrong method, body too large.
    private static void refused(HttpResponseException e, Context context, RefusalCounts refused) {
        var code = UnroutedRequests.code(e.getStatus());
        refused.count(code);
        var text = switch (e) {
            case NotFoundResponse _ -> "there is nothing at " + context.path();
            case MethodNotAllowedResponse _ -> {
                // Its details are the methods, under a name that depends on who asks.
                var allowed = String.join(", ", e.getDetails().values());
                context.header("Allow", allowed);
                yield "this takes " + allowed;
            }
            default -> String.valueOf(e.getMessage());
        };
        Problem.of(e.getStatus(), code, text).send(context);
    }

    private static void failed(Exception e, Context context) {
        if (context.res().isCommitted()) {
            LOG.warn("{} {} broke off: {}", context.method(), context.endpoint().path, e.toString());
            BrokenOff.mark(context);
            return;
        }
        // The route, not the path: a path may hold an access token.
        LOG.warn("{} {} failed", context.method(), context.endpoint().path, e);
        Problem.of(500, Refusal.STORE_UNAVAILABLE, "this request failed here; the node's log says more")
                .send(context);
    }

    /// Whether nothing but this machine itself reaches a listener there.
    public static boolean isLoopback(String host) {
        return Callers.isLoopback(host);
    }

    /// Open connections.
    int open() {
        return connections.open();
    }

    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
