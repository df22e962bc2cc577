package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page of the HTTP interface in a real Chromium: every route stands there, and what is sent comes back.
class InterfacePageBrowserTest {
    @TempDir
    private static Path folder;

    private static Chromium chromium;
    private static Node node;

    @BeforeAll
    static void start() throws Exception {
        chromium = Chromium.needed();
        node = Node.start(
                folder.resolve("node"), NodeConfig.DEFAULT.withMember("home").withPorts(0, 0));
    }

    @AfterAll
    static void stop() {
        if (node != null) node.close();
        if (chromium != null) chromium.close();
    }

    private static String url() {
        return node.page() + "interface";
    }

    /// Opens the route of this summary.
    private static Locator route(Page page, String path) {
        var route = page.locator("details.route")
                .filter(new Locator.FilterOptions()
                        .setHas(page.locator("summary")
                                .getByText(path, new Locator.GetByTextOptions().setExact(true))));
        route.first().locator("summary").click();
        return route.first();
    }

    @Test
    void it_is_accessible_and_fits_wide_and_narrow_in_light_and_dark() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                try (var visitor = new Visitor(chromium, width, scheme)) {
                    var page = visitor.open(url());
                    var route = route(page, "/api/series");
                    assertThat(route.getByRole(AriaRole.BUTTON)).isVisible();
                    visitor.checkLook("interface-" + scheme);
                }
            }
        }
    }

    @Test
    void every_route_is_there_and_is_found_by_its_words() {
        try (var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            var page = visitor.open(url());
            assertThat(page.locator("details.route").first()).isVisible();
            int all = page.locator("details.route").count();
            org.assertj.core.api.Assertions.assertThat(all).isGreaterThan(50);
            page.getByLabel("Find").fill("shadow");
            assertThat(page.locator("details.route")).hasCount(2);
            page.getByLabel("Find").fill("no such word");
            assertThat(page.getByText("No route has these words.")).isVisible();
        }
    }

    @Test
    void what_is_sent_comes_back_good_or_refused() {
        try (var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            var page = visitor.open(url());
            var status = route(page, "/api/status");
            status.getByRole(AriaRole.BUTTON).click();
            assertThat(status.locator(".came")).containsText("\"member\": \"home\"");
            var create = page.locator("details.route")
                    .filter(new Locator.FilterOptions().setHasText("Registers a device on the ledger"));
            create.locator("summary").click();
            create.getByLabel("Body").fill("{\"name\": \"kitchen\"}");
            create.getByRole(AriaRole.BUTTON).click();
            assertThat(create.locator(".came")).containsText("\"device\": \"home:kitchen\"");
            assertThat(create.getByText("201")).isVisible();
            visitor.expect("409");
            create.getByRole(AriaRole.BUTTON).click();
            assertThat(create.locator(".came")).containsText("device.exists");
            var device = route(page, "/api/devices/{device}");
            device.getByLabel("device").fill("home:kitchen");
            device.getByRole(AriaRole.BUTTON).click();
            assertThat(device.locator(".came")).containsText("\"role\": \"token\"");
            var live = route(page, "/api/live");
            live.getByRole(AriaRole.BUTTON).click();
            assertThat(live.locator(".came")).containsText("event: reset");
        }
    }
}
