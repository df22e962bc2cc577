package io.thingstead.node.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The proof page as one file that works without any server: its modules and its style put inside. Browsers do not
/// load modules from `file:` addresses, so each module becomes a function; nothing else about them changes. The page's
/// content security policy names the hashes of exactly this script and this style, and allows no connection.
public final class OfflineProofPage {
    private static final Pattern IMPORT =
            Pattern.compile("^import \\{([^}]*)} from '\\./([a-z]+\\.js)';\n", Pattern.MULTILINE);
    private static final Pattern EXPORT =
            Pattern.compile("^export (?=(?:async function|function|const|class) (\\w+))", Pattern.MULTILINE);
    private static final Pattern POLICY =
            Pattern.compile("<meta\\s+http-equiv=\"Content-Security-Policy\"\\s+content=\"[^\"]*\"\\s*/>");
    private static final Pattern STYLE = Pattern.compile("<link rel=\"stylesheet\"[^>]*>");
    private static final Pattern SCRIPT = Pattern.compile("\\s*<script type=\"module\"[^>]*></script>");

    private OfflineProofPage() {}

    public static byte[] make() {
        var style = resource("proof/proof.css");
        var script = script();
        if (script.contains("</script") || style.contains("</style")) {
            throw new IllegalStateException("the page's sources would end their element early");
        }
        var policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '"
                + hash(script) + "'; style-src '" + hash(style)
                + "'; img-src data:; base-uri 'none'; form-action 'none'\" />";
        var page = resource("proof.html");
        page = replaced(page, POLICY, policy);
        page = replaced(page, STYLE, "<style>" + style + "</style>");
        page = replaced(page, SCRIPT, "");
        page = replaced(page, Pattern.compile("</body>"), "<script>" + script + "</script>\n  </body>");
        return page.getBytes(StandardCharsets.UTF_8);
    }

    private static String replaced(String page, Pattern what, String with) {
        var match = what.matcher(page);
        if (!match.find()) throw new IllegalStateException("proof.html has no " + what);
        return page.substring(0, match.start()) + with + page.substring(match.end());
    }

    /// All modules as functions, each after those that it imports.
    private static String script() {
        var modules = new LinkedHashMap<String, String>();
        collect("page.js", modules);
        var script = new StringBuilder("'use strict';\nconst modules = {};\n");
        modules.forEach((name, source) -> script.append("modules['")
                .append(name)
                .append("'] = (() => {\n")
                .append(source)
                .append("})();\n"));
        return script.toString();
    }

    private static void collect(String name, Map<String, String> modules) {
        if (modules.containsKey(name)) return;
        var source = resource("proof/" + name);
        IMPORT.matcher(source).results().forEach(found -> collect(found.group(2), modules));
        List<String> exported = new ArrayList<>();
        EXPORT.matcher(source).results().forEach(found -> exported.add(found.group(1)));
        var body = IMPORT.matcher(source).replaceAll("const {$1} = modules['$2'];\n");
        body = EXPORT.matcher(body).replaceAll("");
        if (body.contains("\nimport ") || body.contains("\nexport ")) {
            throw new IllegalStateException(name + " imports or exports in another form than this page knows");
        }
        modules.put(name, body + "return { " + String.join(", ", exported) + " };\n");
    }

    private static String resource(String name) {
        try (var in = OfflineProofPage.class.getResourceAsStream("/web/" + name)) {
            if (in == null) throw new IllegalStateException("the program lacks /web/" + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
