package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.node.api.PartialNode;
import io.thingstead.node.view.SigningDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The fleet at a glance in a real Chromium: some devices in one place, of which one is silent, and one far away.
class FleetBrowserTest {
    @TempDir
    private static Path folder;

    private static Chromium chromium;
    private static PartialNode node;

    private Visitor visitor;

    @BeforeAll
    static void start() throws Exception {
        chromium = Chromium.needed();
        node = new PartialNode(folder.resolve("node"));
        long now = System.currentTimeMillis();
        place(node.device("box-1"), now, 52.50, 13.40);
        place(node.device("box-2"), now, 52.51, 13.41);
        var gone = node.device("gone");
        place(gone, now - 5 * 3_600_000L, 52.52, 13.42);
        node.fleet.label(gone.id, "Cellar, left");
        place(node.device("far"), now, 41.39, 2.17);
        node.device("new");
        node.awaitViews();
    }

    private static void place(SigningDevice device, long timeMs, double lat, double lon) {
        device.send(
                timeMs,
                Measurement.of("lat", "lat", lat, timeMs),
                Measurement.of("lon", "lon", lon, timeMs),
                Measurement.of("temperature", "Cel", 4.5, timeMs));
    }

    @AfterAll
    static void stop() {
        if (node != null) node.close();
        if (chromium != null) chromium.close();
    }

    @AfterEach
    void nothing_foreign_and_no_complaint() {
        if (visitor != null) visitor.close();
    }

    private Page open(int width, ColorScheme scheme) {
        visitor = new Visitor(chromium, width, scheme);
        Page page = visitor.open(node.url() + "/fleet");
        assertThat(page.locator("ts-fleet-map .said")).containsText("4 here");
        return page;
    }

    /// The clusters as the map has drawn them: how many devices, or which one.
    private static void awaitMarks(Page page, String marks) {
        page.waitForFunction(
                "wanted => document.querySelector('ts-fleet-map').placed.map(({ cluster }) => cluster.device ??"
                        + " String(cluster.live + cluster.late + cluster.silent)).sort().join(' ') === wanted",
                marks);
    }

    @Test
    void it_says_how_many_devices_stand_how_and_leads_to_them() {
        Page page = open(1280, ColorScheme.LIGHT);
        var standing = page.locator(".standing li");
        assertThat(standing).hasText(new Pattern[] {
            Pattern.compile("3\\s*●\\s*live"),
            Pattern.compile("0\\s*○\\s*late"),
            Pattern.compile("1\\s*✕\\s*silent"),
            Pattern.compile("1\\s*·\\s*never heard"),
            Pattern.compile("0\\s*heard with gaps")
        });
        var quiet = page.locator(".quiet .listed");
        assertThat(quiet).hasCount(1);
        assertThat(quiet).containsText("Cellar, left");
        assertThat(quiet).containsText("4.50 °C");
        assertThat(quiet).containsText("5 h");
        String stale = (String) quiet.locator(".value").evaluate("value => getComputedStyle(value).color");
        String text = (String) page.evaluate("getComputedStyle(document.body).color");
        org.assertj.core.api.Assertions.assertThat(stale).isNotEqualTo(text);
        standing.nth(2).locator("a").click();
        page.waitForURL(Pattern.compile("/devices\\?state=silent$"));
        assertThat(page.locator(".listed")).hasCount(1);
    }

    @Test
    void what_is_close_is_a_cluster_until_somebody_looks_closer_with_the_keyboard() {
        Page page = open(1280, ColorScheme.LIGHT);
        awaitMarks(page, "3 home:far");
        assertThat(page.locator("ts-fleet-map .said")).hasText("4 here: 3 live, 0 late, 1 silent");
        page.locator("ts-fleet-map canvas.marks").focus();
        // from the middle of Europe towards the three
        for (int i = 0; i < 3; i++) page.keyboard().press("ArrowRight");
        for (int i = 0; i < 3; i++) page.keyboard().press("ArrowUp");
        page.keyboard().press("Enter");
        awaitMarks(page, "home:box-1 home:box-2 home:gone");
        assertThat(page.locator("ts-fleet-map .said")).hasText("3 here: 2 live, 0 late, 1 silent");
        page.keyboard().press("Enter");
        page.waitForURL(Pattern.compile("/devices/home:box-2$"));
        assertThat(page.locator("ts-device h2").first()).containsText("box-2");
    }

    @Test
    void offline_devices_are_grey() {
        Page page = open(1280, ColorScheme.LIGHT);
        awaitMarks(page, "3 home:far");
        // two thirds of the ring are coloured, the last third is grey
        String ring = (String) page.evaluate("""
            () => {
              const map = document.querySelector('ts-fleet-map');
              const [x, y] = map.placed.find(({ cluster }) => !cluster.device).at;
              const radius = 12 + 3.5 * Math.log10(3);
              const read = map.marks.getContext('2d').getImageData(0, 0, map.marks.width, map.marks.height);
              const at = (angle) => {
                const column = Math.round((x + radius * Math.cos(angle)) * devicePixelRatio);
                const row = Math.round((y + radius * Math.sin(angle)) * devicePixelRatio);
                return [0, 1, 2].map((part) => read.data[4 * (row * read.width + column) + part]);
              };
              const grey = ([r, g, b]) => Math.max(r, g, b) - Math.min(r, g, b) < 40;
              return [0, Math.PI / 2, Math.PI * 7 / 6].map((angle) => grey(at(angle))).join();
            }\
            """);
        org.assertj.core.api.Assertions.assertThat(ring).isEqualTo("false,false,true");
    }

    @Test
    void a_member_without_devices_is_told_what_to_do() {
        try (var empty = new PartialNode(folder.resolve("empty"))) {
            visitor = new Visitor(chromium, 390, ColorScheme.DARK);
            Page page = visitor.open(empty.url() + "/fleet");
            assertThat(page.locator("ts-fleet")).containsText("No device is registered yet.");
            assertThat(page.locator("ts-fleet-map")).containsText("No device has said where it is.");
            visitor.checkLook("fleet-none");
            visitor.close();
            visitor = null;
        }
    }

    @Test
    void it_is_accessible_and_fits_wide_and_narrow_in_light_and_dark() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                open(width, scheme);
                visitor.checkLook("fleet-" + scheme);
                visitor.close();
                visitor = null;
            }
        }
    }
}
