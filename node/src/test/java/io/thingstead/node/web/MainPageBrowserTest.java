package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.demo.DemoFleet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The live page in a real Chromium, of a real node with the demo's fleet over real MQTT.
class MainPageBrowserTest {
    private static final int PATIENCE_MS = 20_000;

    @TempDir
    private static Path folder;

    private static Chromium chromium;
    private static Node node;
    private static DemoFleet fleet;

    private final List<String> complaints = new ArrayList<>();
    /// Parts of complaints that belong to what a test does.
    private final List<String> expected = new ArrayList<>();

    private final List<String> hosts = new ArrayList<>();
    private BrowserContext context;

    @BeforeAll
    static void start() {
        chromium = Chromium.needed();
        node = Node.start(
                folder.resolve("node"), NodeConfig.DEFAULT.withMember("demo").withPorts(0, 0));
        fleet = DemoFleet.start(node.demoTarget(), System::currentTimeMillis, DemoFleet.Share.ALL);
    }

    @AfterAll
    static void stop() {
        if (fleet != null) fleet.close();
        if (node != null) node.close();
        if (chromium != null) chromium.close();
    }

    @BeforeEach
    void open() {
        context = null;
    }

    /// Nothing that the page does may reach another host, or be complained about by the browser.
    @AfterEach
    void nothing_foreign_and_no_complaint() {
        if (context != null) context.close();
        complaints.removeIf(complaint -> expected.stream().anyMatch(complaint::contains));
        assertThat(complaints).isEmpty();
        assertThat(hosts).containsOnly("127.0.0.1");
    }

    private Page page(int width, int height, ColorScheme scheme, int port) {
        context = chromium.browser()
                .newContext(new Browser.NewContextOptions()
                        .setViewportSize(width, height)
                        .setColorScheme(scheme));
        Page page = context.newPage();
        page.setDefaultTimeout(PATIENCE_MS);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) complaints.add(message.text());
        });
        page.onPageError(complaints::add);
        page.onRequest(request -> {
            String host = URI.create(request.url()).getHost();
            if (host != null) hosts.add(host);
        });
        page.navigate("http://127.0.0.1:" + port + "/");
        assertThat(page.locator("ts-devices li.device").first()).isVisible();
        return page;
    }

    private Page page() {
        return page(1280, 900, ColorScheme.LIGHT, node.httpPort());
    }

    /// Waits until the expression's value is another one.
    private static void changes(Page page, String expression) {
        Object before = page.evaluate(expression);
        page.waitForFunction(
                "before => JSON.stringify(" + expression + ") !== before",
                page.evaluate("value => JSON.stringify(value)", before),
                new Page.WaitForFunctionOptions().setTimeout(PATIENCE_MS));
    }

    private static String figure(String name) {
        return "[...document.querySelectorAll('.figures > div')].find(d => d.querySelector('dt').textContent === '"
                + name + "').querySelector('.value').textContent";
    }

    @Test
    void counts_values_chart_and_map_move_by_themselves() {
        Page page = page();
        changes(page, figure("Readings"));
        changes(page, figure("Log"));
        assertThat(page.locator(".figures")).not().containsText("–");
        page.locator("li.device[data-device='demo:box-1']").click();
        assertThat(page.locator("ts-chart h2")).hasText("box-1");
        changes(page, "document.querySelector('ts-chart').history?.times.length");
        changes(page, "document.querySelector('ts-chart .plot').ariaLabel");
        changes(page, "document.querySelector('ts-chart .plot canvas')?.toDataURL()");
        changes(page, "document.querySelector('ts-map').placed.find(mark => mark.id === 'demo:box-1')?.at");
        changes(page, "document.querySelector('ts-map canvas.marks').toDataURL()");
        changes(page, "document.querySelector('ts-readings li.reading')?.textContent");
    }

    @Test
    void a_reading_is_accepted_then_final_and_then_proven_in_the_browser() {
        Page page = page();
        page.waitForFunction("() => document.querySelector('ts-readings .badge.accepted') !== null");
        page.waitForFunction("() => document.querySelector('ts-readings button.badge.final') !== null");
        var row = page.locator("ts-readings li.reading")
                .filter(new com.microsoft.playwright.Locator.FilterOptions().setHas(page.locator("button.badge.final")))
                .first();
        row.hover();
        // Under the pointer the list rests.
        assertThat(page.locator("ts-readings .paused")).isVisible();
        row.locator("button.badge").click();
        assertThat(page.locator("ts-proof dialog[open] h2")).hasText("Proven");
        assertThat(page.locator("ts-proof .steps li.failed")).hasCount(0);
        assertThat(page.locator("ts-proof .steps li.passed").first()).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.locator("ts-proof dialog[open]")).hasCount(0);
        var proven = page.locator("ts-readings button.badge.proven").first();
        assertThat(proven).containsText("proven");
        String colour = (String) proven.evaluate("badge => getComputedStyle(badge).color");
        assertThat(green(colour)).as(colour).isTrue();
    }

    private static boolean green(String rgb) {
        var parts = rgb.replaceAll("[^0-9,.]", "").split(",");
        double red = Double.parseDouble(parts[0]);
        double green = Double.parseDouble(parts[1]);
        double blue = Double.parseDouble(parts[2]);
        return green > red && green > blue;
    }

    @Test
    void a_lost_connection_is_said_and_made_again_by_itself() throws Exception {
        try (Cable cable = new Cable(node.httpPort())) {
            Page page = page(1280, 900, ColorScheme.LIGHT, cable.port());
            assertThat(page.locator(".connection")).containsText("live");
            // The browser itself says so of each request that fails.
            expected.add("net::ERR_");
            cable.pullOut();
            assertThat(page.locator(".connection")).containsText("connection lost");
            Object before = page.evaluate(figure("Readings"));
            Thread.sleep(1_500);
            cable.putIn();
            assertThat(page.locator(".connection")).containsText("live");
            assertThat(page.evaluate(figure("Readings"))).isNotEqualTo(before);
            changes(page, figure("Readings"));
            List<?> rows =
                    (List<?>) page.evaluate("document.querySelector('ts-readings').rows().map(r => r.index + r.name)");
            assertThat(rows).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_device_made_on_the_page_turns_green_with_its_first_reading() throws Exception {
        Page page = page();
        page.getByLabel("Name of the new device").fill("from-the-page");
        page.getByText("Make a device with a token").click();
        assertThat(page.locator("ts-connect [role=status]")).containsText("Waiting for the first reading");
        page.locator("#way-curl").click();
        String line = page.locator("ts-connect pre").first().textContent();
        String url = line.replaceAll("(?s).*?(http://\\S+).*", "$1");
        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"temperature\": 21.5}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        assertThat(page.locator("ts-connect .good")).containsText("sent temperature 21.5");
        page.locator("ts-connect .good button").click();
        assertThat(page.locator("ts-chart h2")).hasText("from-the-page");
        // The same name again: the node says why not, and the browser the status.
        expected.add("Failed to load resource: the server responded with a status of 4");
        page.getByText("Make a device with a token").click();
        assertThat(page.locator("ts-connect .warn")).isVisible();
    }

    @Test
    void everything_is_reached_with_the_keyboard() {
        Page page = page();
        page.keyboard().press("Tab");
        assertThat(page.locator("a.skip")).isFocused();
        page.locator("ts-devices input[type=search]").focus();
        page.keyboard().insertText("box-2");
        assertThat(page.locator("ts-devices li.device")).hasCount(1);
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");
        assertThat(page.locator("ts-chart h2")).hasText("box-2");
        page.locator("ts-map canvas.marks").focus();
        Object centre = page.evaluate("JSON.stringify(document.querySelector('ts-map').view.box())");
        page.keyboard().press("+");
        page.keyboard().press("ArrowLeft");
        assertThat(page.evaluate("JSON.stringify(document.querySelector('ts-map').view.box())"))
                .isNotEqualTo(centre);
    }

    @Test
    void it_is_accessible_and_fits_wide_and_narrow_in_light_and_dark() throws IOException {
        String axe;
        try (var script = Objects.requireNonNull(
                MainPageBrowserTest.class.getResourceAsStream("/axe.min.js"), "axe-core is on the class path")) {
            axe = new String(script.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                Page page = page(width, 900, scheme, node.httpPort());
                page.waitForFunction("() => document.querySelector('ts-chart .plot canvas') !== null");
                page.waitForFunction("() => document.querySelectorAll('ts-readings li.reading').length > 5");
                assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
                        .as("no sideways scrolling at %s pixels", width)
                        .isLessThanOrEqualTo(width);
                page.evaluate(axe);
                Object violations = page.evaluate("""
                        async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }))
                          .violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | '))""");
                assertThat((Collection<?>) violations)
                        .as("%s at %s", scheme, width)
                        .isEmpty();
                String shots = System.getProperty("screenshots");
                if (shots != null) {
                    page.screenshot(new Page.ScreenshotOptions()
                            .setFullPage(true)
                            .setPath(Path.of(shots, "main-" + width + "-" + scheme + ".png")));
                }
                context.close();
                context = null;
            }
        }
    }
}
