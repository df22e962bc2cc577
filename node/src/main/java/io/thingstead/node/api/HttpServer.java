package io.thingstead.node.api;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import io.thingstead.kit.model.Refusal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Consumer;
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

    /// Starts listening.
    ///
    /// @param port 0: any free one
    /// @param routes what registers its routes
    /// @param refused counts what no route was asked to answer
    public static HttpServer start(String host, int port, List<Consumer<JavalinConfig>> routes, RefusalCounts refused) {
        boolean onlyLocal = isLoopback(host);
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
            config.routes.before(context -> before(context, onlyLocal, refused));
            for (var register : routes) register.accept(config);
            config.routes.exception(HttpResponseException.class, (e, context) -> refused(e, context, refused));
            config.routes.exception(Exception.class, HttpServer::failed);
        });
        try {
            javalin.start(host, port);
            javalin.jettyServer().server().addBeanToAllConnectors(connections);
        } catch (JavalinBindException e) {
            javalin.stop();
            throw new NotListening(host, port, e);
        }
        return new HttpServer(javalin, connections);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static void before(Context context, boolean onlyLocal, RefusalCounts refused) {
        context.header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Content-Security-Policy", NOTHING);
        if (onlyLocal && !Operator.isLoopbackName(context.host())) {
            refused.count(Refusal.REQUEST_FORBIDDEN);
            Problem.send(context, Refusal.REQUEST_FORBIDDEN, "this listener answers to localhost only");
            context.skipRemainingHandlers();
        }
    }

    /// What the HTTP layer itself refuses: no such route, wrong method, body too large.
    private static void refused(HttpResponseException e, Context context, RefusalCounts refused) {
        var code = UnroutedRequests.code(e.getStatus());
        refused.count(code);
        var text = e.getStatus() == 404 ? "there is nothing at " + context.path() : String.valueOf(e.getMessage());
        Problem.of(e.getStatus(), code, text).send(context);
    }

    private static void failed(Exception e, Context context) {
        // The route, not the path: a path may hold an access token.
        LOG.warn("{} {} failed", context.method(), context.endpoint().path, e);
        Problem.of(500, Refusal.STORE_UNAVAILABLE, "this request failed here; the node's log says more")
                .send(context);
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
