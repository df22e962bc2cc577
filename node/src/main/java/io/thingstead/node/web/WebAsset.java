package io.thingstead.node.web;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/// A static file, ready to be sent: compressed once, with its tag, and for a page the policy that fits it.
record WebAsset(byte[] bytes, byte[] gzipped, String mediaType, String tag, String policy) {
    private static final Pattern INLINE_SCRIPT =
            Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

    static WebAsset of(String path, byte[] bytes) {
        var tag = "\"" + HexFormat.of().formatHex(sha256(bytes), 0, 12) + "\"";
        return new WebAsset(bytes, gzip(bytes), mediaType(path), tag, policy(path, bytes));
    }

    void send(Context context) {
        context.header("ETag", tag).header("Cache-Control", "no-cache").header("Vary", "Accept-Encoding");
        if (!policy.isEmpty()) context.header("Content-Security-Policy", policy);
        if (tag.equals(context.header("If-None-Match"))) {
            context.status(304);
            return;
        }
        context.contentType(mediaType);
        var accepted = context.header("Accept-Encoding");
        if (accepted != null && accepted.contains("gzip") && gzipped.length < bytes.length)
            context.header("Content-Encoding", "gzip").result(gzipped);
        else context.result(bytes);
    }

    /// Scripts and styles of this host only. The import map cannot stand in a file of its own, so it is let in by its
    /// hash, and nothing else that is inline.
    private static String policy(String path, byte[] bytes) {
        if (!path.endsWith(".html")) return "";
        var hashes = INLINE_SCRIPT
                .matcher(new String(bytes, StandardCharsets.UTF_8))
                .results()
                .map(script -> " 'sha256-" + base64(sha256(script.group(1).getBytes(StandardCharsets.UTF_8))) + "'")
                .collect(Collectors.joining());
        return "default-src 'none'; script-src 'self'" + hashes + "; style-src 'self'; img-src 'self' data:;"
                + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    private static String mediaType(String path) {
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "json" -> "application/json";
            case "svg" -> "image/svg+xml";
            case "png" -> "image/png";
            default -> "text/plain; charset=utf-8";
        };
    }

    private static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream(bytes.length / 2);
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
