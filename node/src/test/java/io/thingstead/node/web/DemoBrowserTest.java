package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.demo.DemoFleet;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo's devices are removed on the live page of a real node in a real Chromium, and then it is empty.
class DemoBrowserTest {
    @TempDir
    private static Path folder;

    private static Chromium chromium;
    private static Node node;

    @BeforeAll
    static void start() {
        chromium = Chromium.needed();
        node = Node.start(
                folder.resolve("node"), NodeConfig.DEFAULT.withMember("demo").withPorts(0, 0));
        node.demo().run(DemoFleet.Share.ALL);
    }

    @AfterAll
    static void stop() {
        if (node != null) node.close();
        if (chromium != null) chromium.close();
    }

    private static void press(Page page, String button) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button))
                .press("Enter");
    }

    @Test
    void it_is_said_that_they_are_the_demos_and_one_click_and_a_yes_remove_them() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                try (var visitor = new Visitor(chromium, width, scheme)) {
                    Page page = visitor.open(node.page());
                    assertThat(page.locator("ts-demo-notice")).containsText("These are demo devices.");
                    press(page, "Remove demo data");
                    assertThat(page.locator("#demo-title")).isVisible();
                    visitor.checkLook("demo-remove-" + scheme);
                    page.keyboard().press("Escape");
                    assertThat(page.locator("#demo-title")).isHidden();
                }
            }
        }
        try (var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT);
                var other = new Visitor(chromium, 390, ColorScheme.DARK)) {
            Page list = other.open(node.page());
            assertThat(list.locator("li.device").first()).isVisible();
            Page page = visitor.open(node.page());
            assertThat(page.locator("li.device").first()).isVisible();
            press(page, "Remove demo data");
            press(page, "Remove them");
            assertThat(page.locator("ts-demo-notice [role=status]")).containsText("The demo data are removed.");
            assertThat(page.locator("li.device")).hasCount(0);
            assertThat(page.locator("ts-devices")).containsText("No device is registered yet.");
            assertThat(page.locator("ts-readings .reading")).hasCount(0);
            assertThat(list.locator("li.device")).hasCount(0);
            visitor.checkLook("demo-removed");
            other.checkLook("demo-removed-seen");
            page.getByText("Connect your first device").press("Enter");
            page.waitForURL(node.page() + "connect");
        }
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                try (var visitor = new Visitor(chromium, width, scheme)) {
                    Page page = visitor.open(node.page());
                    assertThat(page.locator("ts-devices .hint a")).hasAttribute("href", "/connect");
                    assertThat(page.locator("ts-demo-notice")).not().containsText("demo devices");
                    visitor.checkLook("demo-empty-" + scheme);
                    page = visitor.open(node.page() + "fleet");
                    assertThat(page.locator("ts-fleet")).containsText("No device is registered yet.");
                }
            }
        }
    }
}
