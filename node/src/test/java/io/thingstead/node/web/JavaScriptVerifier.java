package io.thingstead.node.web;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.thingstead.kit.proof.ProofMutator.Case;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// The proof page's own modules, run in a real Chromium. The page has no network: what it loads comes from this
/// program.
final class JavaScriptVerifier implements AutoCloseable {
    private static final int BATCH = 500;
    private static final String JUDGE = """
            async (cases) => {
              const { verifyProof } = await import('/proof/verify.js');
              const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
              const answers = [];
              for (const { proof, trust } of cases) {
                const report = await verifyProof(bytes(proof), bytes(trust));
                const failed = report.steps.filter((step) => step.outcome === 'failed').map((step) => step.id);
                answers.push(report.exitCode + ' ' + report.verdict + ' ' + failed.join(','));
              }
              return answers;
            }""";

    private final Chromium chromium;

    JavaScriptVerifier(Chromium chromium) {
        this.chromium = chromium;
    }

    /// A page whose origin is served from the program's resources.
    Page page(Browser.NewContextOptions options) {
        var page = chromium.browser().newContext(options).newPage();
        page.route("**/*", JavaScriptVerifier::serve);
        return page;
    }

    /// A page of a file, without any server.
    Page page() {
        return chromium.browser().newPage();
    }

    private static void serve(Route route) {
        var path = route.request().url().replaceFirst("^http://localhost/", "").replaceFirst("\\?.*", "");
        try (var in = JavaScriptVerifier.class.getResourceAsStream("/web/" + path)) {
            if (in == null) {
                route.fulfill(new Route.FulfillOptions().setStatus(404));
                return;
            }
            var type = path.endsWith(".js") ? "text/javascript" : path.endsWith(".css") ? "text/css" : "text/html";
            route.fulfill(new Route.FulfillOptions().setContentType(type).setBodyBytes(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// For each case: exit code, verdict, failed steps.
    List<String> judge(List<Case> cases) {
        var page = page(new Browser.NewContextOptions());
        page.navigate("http://localhost/proof.html");
        var answers = new ArrayList<String>();
        for (int from = 0; from < cases.size(); from += BATCH) {
            var batch = cases.subList(from, Math.min(cases.size(), from + BATCH)).stream()
                    .map(it -> Map.of("proof", base64(it.proof()), "trust", base64(it.trust())))
                    .toList();
            for (var answer : (List<?>) page.evaluate(JUDGE, batch)) answers.add((String) answer);
        }
        return answers;
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public void close() {
        chromium.close();
    }
}
