package io.thingstead.node.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Geolocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Somebody who looks at pages in a browser window, and notes what the browser complains of and whom it asks.
public final class Visitor implements AutoCloseable {
    private static final int PATIENCE_MS = 20_000;
    private static final String AXE = axe();

    private final List<String> complaints = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private final Set<String> opened = new HashSet<>();
    /// Parts of complaints that belong to what a test does.
    private final List<String> expected = new ArrayList<>();
    private final BrowserContext context;
    private final int width;
    private Page page;

    public Visitor(Chromium chromium, int width, ColorScheme scheme) {
        this.width = width;
        context = chromium.browser()
                .newContext(new Browser.NewContextOptions()
                        .setViewportSize(width, 900)
                        .setColorScheme(scheme));
        page = newPage();
    }

    private Page newPage() {
        Page fresh = context.newPage();
        fresh.setDefaultTimeout(PATIENCE_MS);
        fresh.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) complaints.add(message.text());
        });
        fresh.onPageError(complaints::add);
        fresh.onRequest(request -> {
            String host = URI.create(request.url()).getHost();
            if (host != null) hosts.add(host);
        });
        return fresh;
    }

    private static String axe() {
        try (var script = Objects.requireNonNull(
                Visitor.class.getResourceAsStream("/axe.min.js"), "axe-core is on the class path")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Page open(String url) {
        opened.add(URI.create(url).getHost());
        page.navigate(url);
        return page;
    }

    /// In one more tab of the same browser, which from now on is the one that is looked at.
    Page another(String url) {
        page = newPage();
        page.navigate(url);
        return page;
    }

    /// What a browser is like that runs this before each page's own scripts.
    void before(String script) {
        context.addInitScript(script);
    }

    /// Allows pages to ask where the browser is.
    void standAt(double latitude, double longitude) {
        context.setGeolocation(new Geolocation(latitude, longitude));
        context.grantPermissions(List.of("geolocation"));
    }

    public void expect(String complaint) {
        expected.add(complaint);
    }

    /// No sideways scrolling, and nothing that WCAG 2.2 AA forbids and a program can find.
    public void checkLook(String name) {
        assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
                .as("no sideways scrolling of %s at %s pixels", name, width)
                .isLessThanOrEqualTo(width);
        assertThat(
                        page.evaluate(
                                "[...document.querySelectorAll('dialog:not([open])')].filter(d => getComputedStyle(d).display !== 'none').length"))
                .as("no closed dialog is seen on %s at %s pixels", name, width)
                .isEqualTo(0);
        page.evaluate(AXE);
        Object violations = page.evaluate("""
                async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }))
                  .violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | '))""");
        assertThat((Collection<?>) violations).as("%s at %s", name, width).isEmpty();
        String shots = System.getProperty("screenshots");
        if (shots != null)
            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(Path.of(shots, name + "-" + width + ".png")));
    }

    /// Nothing that a page does may reach another host, or be complained about by the browser.
    @Override
    public void close() {
        context.close();
        complaints.removeIf(complaint -> expected.stream().anyMatch(complaint::contains));
        assertThat(complaints).isEmpty();
        assertThat(opened).isSubsetOf("127.0.0.1", "localhost").containsAll(hosts);
    }
}
