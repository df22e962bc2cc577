package io.thingstead.node.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.util.List;

/// What people read on the pages of a member that the others removed.
public final class RemovedPages {
    private static final int WIDTH = 390;

    private RemovedPages() {}

    /// Every page says that it was removed, and none that the ledger stands still, which it cannot know.
    public static void check(URI node, String member) {
        try (Chromium chromium = Chromium.needed();
                Visitor visitor = new Visitor(chromium, WIDTH, ColorScheme.LIGHT)) {
            for (String path : List.of("", "consortium", "ledger", "mirrors")) {
                Page page = visitor.open(node.resolve("/" + path).toString());
                Locator alarm = page.locator("[role=alert]")
                        .filter(new Locator.FilterOptions().setHasText("This member was removed"))
                        .first();
                alarm.waitFor();
                assertThat(alarm.innerText())
                        .as("on /%s", path)
                        .contains("removed " + member)
                        .contains("no readings are taken here any more");
                assertThat(page.locator("[role=alert]").allInnerTexts())
                        .noneMatch(text -> text.contains("stands still"));
            }
        }
    }
}
