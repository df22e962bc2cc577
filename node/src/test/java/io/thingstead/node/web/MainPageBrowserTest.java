package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.demo.DemoFleet;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
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

    private Visitor visitor;

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

    @AfterEach
    void nothing_foreign_and_no_complaint() {
        if (visitor != null) visitor.close();
    }

    private Page page(int width, ColorScheme scheme, int port) {
        visitor = new Visitor(chromium, width, scheme);
        Page page = visitor.open("http://127.0.0.1:" + port + "/");
        assertThat(page.locator("ts-devices li.device").first()).isVisible();
        return page;
    }

    private Page page() {
        return page(1280, ColorScheme.LIGHT, node.httpPort());
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
        assertThat(page.locator("ts-proof .says")).containsText("The word of demo alone, the ledger's only member.");
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
            Page page = page(1280, ColorScheme.LIGHT, cable.port());
            assertThat(page.locator(".connection")).containsText("live");
            // The browser itself says so of each request that fails.
            visitor.expect("net::ERR_");
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
    void a_lock_and_a_valve_do_what_a_button_says_and_the_receipt_stands_under_it() {
        Page page = page();
        choose(page, "lock-1");
        var newest = page.locator("ts-commands li.command").first();
        for (String word : List.of("Lock", "Unlock")) {
            page.locator("ts-commands .presets button")
                    .getByText(word, exactly())
                    .click();
            assertThat(newest.locator("strong")).hasText(word.toLowerCase(java.util.Locale.ROOT));
            assertThat(newest.locator(".stands")).containsText("executed");
            assertThat(newest.locator(".result")).containsText("{\"locked\":" + word.equals("Lock") + "}");
            assertThat(newest.locator(".receipt")).containsText("queued");
            assertThat(newest.locator(".receipt")).containsText("delivered");
            assertThat(newest.locator(".receipt")).containsText("signed · no.");
            assertThat(newest.locator(".receipt")).not().containsText("accepted");
        }
        // Another page sees it by itself, and after a reload it still stands there.
        page.reload();
        choose(page, "lock-1");
        assertThat(page.locator("ts-commands li.command")).hasCount(2);
        choose(page, "valve-1");
        page.locator("ts-commands .other summary").last().focus();
        page.keyboard().press("Enter");
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("open");
        page.getByLabel("Value", new Page.GetByLabelOptions().setExact(true)).fill("40");
        page.keyboard().press("Enter");
        assertThat(newest.locator(".stands")).containsText("executed");
        assertThat(newest.locator(".result")).containsText("{\"opening\":40}");
        page.getByLabel("Value", new Page.GetByLabelOptions().setExact(true)).fill("very far");
        page.keyboard().press("Enter");
        assertThat(newest.locator(".stands")).containsText("refused");
        assertThat(newest.locator(".result")).containsText("0 to 100 percent");
        page.locator("ts-commands summary")
                .getByText("Desired values", exactly())
                .click();
        page.getByLabel("Values", new Page.GetByLabelOptions().setExact(true)).fill("{\"opening\": 70}");
        page.keyboard().press("Enter");
        assertThat(newest.locator("strong")).hasText("desired");
        assertThat(page.locator("ts-commands .wanted")).containsText("opening");
        assertThat(page.locator("ts-commands .wanted .good")).containsText("it is so");
    }

    private static com.microsoft.playwright.Locator.GetByTextOptions exactly() {
        return new com.microsoft.playwright.Locator.GetByTextOptions().setExact(true);
    }

    private static void choose(Page page, String device) {
        page.locator("li.device[data-device='demo:" + device + "']").click();
        assertThat(page.locator("ts-chart h2")).hasText(device);
        assertThat(page.locator("ts-commands h2")).hasText("Tell " + device);
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
    void it_is_accessible_and_fits_wide_and_narrow_in_light_and_dark() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                Page page = page(width, scheme, node.httpPort());
                page.waitForFunction("() => document.querySelector('ts-chart .plot canvas') !== null");
                page.waitForFunction("() => document.querySelectorAll('ts-readings li.reading').length > 5");
                choose(page, "lock-2");
                page.locator("ts-commands .presets button").first().click();
                assertThat(page.locator("ts-commands li.command .stands").first())
                        .containsText("executed");
                page.locator("ts-commands .other summary").first().click();
                page.locator("ts-commands .other summary").last().click();
                visitor.checkLook("main-" + scheme);
                visitor.close();
                visitor = null;
            }
        }
    }
}
