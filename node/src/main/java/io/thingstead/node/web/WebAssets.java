package io.thingstead.node.web;

import io.javalin.http.Context;
import io.thingstead.node.api.Problem;
import io.thingstead.node.api.Routes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Serves the app's static files from the class path, below `/web`. Nothing in them comes from another host, and no
/// page may load anything from one.
public final class WebAssets {
    private static final String ROOT = "/web";
    /// No way up, nothing hidden, and no directory.
    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");

    /// Pages of the app, which finds out by itself which one it is.
    private static final List<String> PAGES = List.of(
            "/",
            "/alarms",
            "/connect",
            "/interface",
            "/fleet",
            "/devices",
            "/devices/{device}",
            "/things",
            "/consortium",
            "/ledger",
            "/contracts",
            "/contracts/{number}",
            "/decisions",
            "/mirrors",
            "/market",
            "/market/{number}",
            "/money",
            "/people",
            "/settings");

    private final Map<String, Optional<WebAsset>> assets = new ConcurrentHashMap<>();

    public void register(Routes routes) {
        for (var page : PAGES) routes.file(page, context -> serve(context, "/index.html"));
        for (var page : List.of("/proof", "/sign-in")) routes.file(page, context -> serve(context, page + ".html"));
        for (var path : new String[] {"/index.html", "/proof.html", "/favicon.svg", "/app/*", "/proof/*", "/lib/*"})
            routes.file(path, context -> serve(context, context.path()));
    }

    private void serve(Context context, String path) {
        var asset = PATH.matcher(path).matches() ? asset(path) : Optional.<WebAsset>empty();
        if (asset.isPresent()) asset.get().send(context);
        else Problem.notFound(context);
    }

    /// Kept once found. Paths that lead nowhere are not: there are too many of them.
    private Optional<WebAsset> asset(String path) {
        var known = assets.get(path);
        if (known != null) return known;
        try (var in = WebAssets.class.getResourceAsStream(ROOT + path)) {
            if (in == null) return Optional.empty();
            var asset = Optional.of(WebAsset.of(path, in.readAllBytes()));
            assets.put(path, asset);
            return asset;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
