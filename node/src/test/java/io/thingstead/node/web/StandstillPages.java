package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What people read on the pages of members whose ledger stands still, and when it goes on.
public final class StandstillPages implements AutoCloseable {
    private static final int WIDTH = 390;
    private static final String ALARM = "ts-header [role=alert]";

    private final Chromium chromium = Chromium.needed();
    private final Map<Visitor, Page> open = new LinkedHashMap<>();

    /// Every page says that it stands still and takes readings, and names who is silent. The last one stays open.
    ///
    /// @param nodes the addresses of those that are there
    public StandstillPages(List<URI> nodes, List<String> silent) {
        for (URI node : nodes) {
            Visitor visitor = new Visitor(chromium, WIDTH, ColorScheme.LIGHT);
            for (String path : List.of("", "things", "ledger", "decisions", "mirrors", "consortium")) {
                Page page = visitor.open(node.resolve("/" + path).toString());
                open.put(visitor, page);
                // Whom the engine hears is asked beside: a later answer may be the first that has it.
                Locator alarm = page.locator(ALARM)
                        .filter(new Locator.FilterOptions().setHasText(String.join(", ", silent)))
                        .first();
                alarm.waitFor();
                assertThat(alarm.innerText())
                        .as("on /%s", path)
                        .contains("stands still", "readings are still taken", "nothing is lost");
            }
            Page consortium = open.get(visitor);
            assertThat(consortium.locator("ts-consortium .figures")).containsText("too many already do");
            assertThat(consortium.locator(".member-row.missing")).hasCount(silent.size());
            assertThat(consortium.locator(".member-row.missing").first()).containsText("does not answer");
            visitor.checkLook("standstill");
        }
    }

    /// The pages that stayed open have taken it back by themselves, and say that nobody else may fail.
    public void checkItGoesOn(String stillSilent) {
        for (Page page : open.values()) {
            assertThat(page.locator(ALARM)).hasCount(0);
            assertThat(page.locator("ts-header .alarm.mild")).containsText(stillSilent + " takes no part now");
            assertThat(page.locator("ts-consortium .figures")).containsText("none of 3");
        }
    }

    @Override
    public void close() {
        try (chromium) {
            open.keySet().forEach(Visitor::close);
        }
    }
}
