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
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page of settings and health in a real Chromium, of a real node.
class SettingsBrowserTest {
    @TempDir
    private static Path folder;

    private static Chromium chromium;
    private static Node node;

    @BeforeAll
    static void start() throws Exception {
        chromium = Chromium.needed();
        node = start("node");
    }

    private static Node start(String name) {
        return Node.start(
                folder.resolve(name), NodeConfig.DEFAULT.withMember("home").withPorts(0, 0));
    }

    @AfterAll
    static void stop() {
        if (node != null) node.close();
        if (chromium != null) chromium.close();
    }

    private static Page open(Visitor visitor, Node of) {
        Page page = visitor.open(of.page() + "settings");
        assertThat(page.locator(".checks li").first()).isVisible();
        return page;
    }

    private static Locator check(Page page, String name) {
        return page.locator(".checks li").filter(new Locator.FilterOptions().setHasText(name));
    }

    @Test
    void it_says_what_the_node_is_and_finds_of_itself_and_what_to_do() {
        try (var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            Page page = open(visitor, node);
            assertThat(page.locator("nav.pages a[aria-current=page]")).hasText("Settings");
            assertThat(check(page, "Readings")).containsText("it takes readings");
            assertThat(check(page, "Backup")).hasClass("warn");
            assertThat(check(page, "Backup")).containsText("thingstead backup --data DIR");
            assertThat(page.locator(".checks li").first()).hasClass("warn");
            var content = page.locator("ts-settings");
            assertThat(content).containsText(node.core().registrar().ledger().hex());
            assertThat(content).containsText("home (home.internal)");
            assertThat(content).containsText("127.0.0.1:" + node.mqttAddress().split(":")[1] + " without TLS");
            assertThat(content).containsText("[tls] certificate, key, hosts, mqttPort");
            page.getByText("People and API keys").click();
            page.waitForURL(Pattern.compile("/people$"));
        }
    }

    @Test
    void a_rule_of_retention_is_set_with_the_keyboard_after_it_is_said_what_it_erases_and_taken_away() {
        try (var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            Page page = open(visitor, node);
            var retention = page.locator("ts-retention");
            assertThat(retention).containsText("Everything is kept.");
            page.getByLabel("Days").fill("400");
            page.keyboard().press("Enter");
            var dialog = retention.locator("dialog");
            assertThat(dialog).containsText("all devices without a rule of their own");
            assertThat(dialog).containsText("for ever, to its last byte");
            page.keyboard().press("Escape");
            assertThat(dialog).isHidden();
            assertThat(retention.locator("li.row")).hasCount(0);
            page.getByLabel("Days").press("Enter");
            page.getByText("Set the rule").press("Enter");
            assertThat(retention.locator("li.row")).containsText("All other devices kept for 400 days");
            org.assertj.core.api.Assertions.assertThat(node.retention().rules()).hasSize(1);
            retention
                    .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Take the rule"))
                    .press("Enter");
            assertThat(retention).containsText("Everything is kept.");
            org.assertj.core.api.Assertions.assertThat(node.retention().rules()).isEmpty();
        }
    }

    @Test
    void what_a_node_said_before_it_went_away_looks_stale() {
        try (var visitor = new Visitor(chromium, 390, ColorScheme.DARK)) {
            var ends = start("ends");
            Page page;
            try (ends) {
                page = open(visitor, ends);
            }
            visitor.expect("net::ERR_");
            visitor.expect("Failed to load resource");
            var health = page.locator("ts-node-health .panel").first();
            assertThat(health).hasClass(Pattern.compile("stale"));
            assertThat(health.getByRole(AriaRole.ALERT)).containsText("What stands here is from");
            visitor.checkLook("settings-stale");
        }
    }

    @Test
    void it_is_accessible_and_fits_wide_and_narrow_in_light_and_dark() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                try (var visitor = new Visitor(chromium, width, scheme)) {
                    Page page = open(visitor, node);
                    visitor.checkLook("settings-" + scheme);
                    page.getByLabel("Days").fill("30");
                    page.keyboard().press("Enter");
                    assertThat(page.locator("#retain-title")).isVisible();
                    visitor.checkLook("settings-retention-" + scheme);
                }
            }
        }
    }
}
