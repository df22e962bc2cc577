package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.notify.Receiver;
import io.thingstead.node.view.SigningDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// The alarms' page in a real Chromium, of a real node with rules of a file and of the page.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AlarmPagesBrowserTest {
    private static final String RULES = """
            [channel.duty]
            type = "webhook"
            url = "%s"
            allow_private = true

            [rule.box-lost]
            name = "Box not heard"
            devices = ["box-*"]
            silent = "1h"

            [rule.hot]
            name = "Far too hot"
            severity = "critical"
            quantity = "temperature"
            unit = "Cel"
            above = 30
            """;

    @TempDir
    private static Path folder;

    private static Chromium chromium;
    private static Node node;
    private static Receiver receiver;
    private static SigningDevice box;

    @BeforeAll
    static void start() throws Exception {
        chromium = Chromium.needed();
        receiver = new Receiver();
        Path data = folder.resolve("node");
        Files.createDirectories(data);
        Files.writeString(data.resolve("alarms.toml"), RULES.formatted(receiver.url("/a-secret-path")));
        node = Node.start(data, NodeConfig.DEFAULT.withMember("home").withPorts(0, 0));
        box = SigningDevice.registered(node.core(), "box-1");
        temperature(4);
    }

    @AfterAll
    static void stop() {
        if (node != null) node.close();
        if (chromium != null) chromium.close();
        if (receiver != null) receiver.close();
    }

    private static void temperature(double value) {
        box.send(Measurement.of("temperature", "Cel", value, System.currentTimeMillis()));
    }

    private static Visitor visitor() {
        return new Visitor(chromium, 1280, ColorScheme.LIGHT);
    }

    private static Page open(Visitor visitor) {
        Page page = visitor.open(node.page() + "alarms");
        assertThat(page.locator("ts-alarm-rules .one").first()).isVisible();
        return page;
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator field(Page page, String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }

    private static Locator rule(Page page, String name) {
        return page.locator("ts-alarm-rules .rules .one").filter(new Locator.FilterOptions().setHasText(name));
    }

    @Test
    @Order(1)
    void a_rule_is_made_with_the_keyboard_alone_raises_is_acknowledged_and_stays_in_the_history() {
        try (var visitor = visitor()) {
            var page = open(visitor);
            assertThat(page.locator("ts-alarms")).containsText("Nothing is raised.");
            button(page, "New rule…").focus();
            page.keyboard().press("Enter");
            assertThat(field(page, "Name")).isFocused();
            page.keyboard().type("Too warm");
            field(page, "Devices").fill("box-*");
            field(page, "Quantity").fill("temperature");
            field(page, "Above").fill("8");
            field(page, "Unit").fill("Cel");
            field(page, "Over at").fill("7");
            field(page, "Over at").press("Enter");
            assertThat(rule(page, "Too warm")).containsText("temperature above 8 °C; over when at most 7 °C");
            assertThat(rule(page, "Too warm")).containsText("watches 1 device");
            assertThat(page.locator("ts-alarm-rules .said")).containsText("“Too warm” is switched on.");

            temperature(9.5);
            var raised = page.locator("section[aria-labelledby=raised-title] .one");
            assertThat(raised).containsText("Too warm box-1");
            assertThat(raised).containsText("9.50 °C");
            assertThat(page.locator("nav.pages .unseen")).hasText("1");
            temperature(12);
            assertThat(raised).containsText("at worst 12.00 °C");

            button(page, "Acknowledge alarm 1").press("Enter");
            field(page, "Your name").fill("Ada");
            field(page, "Note").fill("the door is open");
            page.keyboard().press("Enter");
            assertThat(raised).containsText("seen by Ada");
            assertThat(raised).containsText("“the door is open”");
            assertThat(page.locator("nav.pages .unseen")).hasCount(0);

            temperature(5);
            assertThat(raised).hasCount(0);
            assertThat(page.locator(".past .one")).containsText("Too warm box-1");
            assertThat(page.locator(".past .one")).containsText("lasted");
        }
    }

    @Test
    @Order(2)
    void a_rule_of_the_page_is_changed_switched_off_deleted_and_brought_back() {
        try (var visitor = visitor()) {
            var page = open(visitor);
            button(page, "Change the rule Too warm").click();
            assertThat(field(page, "Above")).hasValue("8");
            assertThat(field(page, "Devices")).hasValue("box-*");
            field(page, "Above").fill("eight");
            button(page, "Change it").click();
            assertThat(page.locator("ts-alarm-rule-form [role=alert]")).containsText("“eight” is no number");
            field(page, "Above").fill("6");
            // The node says so, and the browser the status.
            visitor.expect("Failed to load resource: the server responded with a status of 400");
            button(page, "Change it").click();
            assertThat(page.locator("ts-alarm-rule-form [role=alert]")).containsText("clear: on the good side");
            field(page, "Over at").fill("5");
            field(page, "Only when it holds for").fill("10m");
            button(page, "Change it").click();
            assertThat(rule(page, "Too warm")).containsText("above 6 °C for 10 min; over when at most 5 °C");

            button(page, "Rule Too warm is on").click();
            assertThat(rule(page, "Too warm")).containsText("switched off");
            button(page, "Rule Too warm is on").click();
            assertThat(rule(page, "Too warm")).not().containsText("switched off");

            button(page, "Delete the rule Too warm").click();
            assertThat(rule(page, "Too warm")).hasCount(0);
            button(page, "Undo").click();
            assertThat(rule(page, "Too warm")).containsText("above 6 °C for 10 min");
            assertThat(rule(page, "Far too hot")).containsText("from the file");
            assertThat(rule(page, "Far too hot").getByRole(AriaRole.BUTTON)).hasCount(1);
        }
    }

    @Test
    @Order(2)
    void a_rule_is_tried_on_the_past_before_it_is_switched_on_and_afterwards() throws Exception {
        while (node.seriesBehind() > 0) Thread.sleep(20);
        try (var visitor = visitor()) {
            var page = open(visitor);
            button(page, "New rule…").click();
            field(page, "Name").fill("Boiling");
            field(page, "Quantity").fill("temperature");
            field(page, "Above").fill("11");
            var trial = page.locator("ts-alarm-rule-form ts-alarm-trial");
            trial.getByText("7 days").click();
            assertThat(trial).containsText("It would have raised one alarm over");
            assertThat(trial.locator("li")).containsText("box-1");
            assertThat(trial.locator("li")).containsText("12.00 °C");
            field(page, "Above").fill("many");
            trial.getByText("1 day").click();
            assertThat(trial).containsText("“many” is no number");
            button(page, "Cancel").click();
            assertThat(rule(page, "Boiling")).hasCount(0);
            button(page, "Try the rule Far too hot on past readings").click();
            page.locator("dialog[open]").getByText("1 year").press("Enter");
            assertThat(page.locator("dialog[open]")).containsText("It would have raised no alarm over");
            button(page, "Close").click();
            assertThat(page.locator("dialog[open]")).hasCount(0);
        }
    }

    @Test
    @Order(3)
    void a_channel_is_tried_and_chosen_for_a_rule_and_then_tells_of_its_alarm() throws Exception {
        try (var visitor = visitor()) {
            var page = open(visitor);
            var channel = page.locator("ts-alarm-channels .one");
            assertThat(channel).containsText("duty http://127.0.0.1:");
            assertThat(channel).not().containsText("secret");
            button(page, "Send a test to duty").click();
            assertThat(page.locator("ts-alarm-channels .said")).containsText("The test arrived at duty.");
            org.assertj.core.api.Assertions.assertThat(receiver.next().path()).isEqualTo("/a-secret-path");
            receiver.answerWith(500);
            visitor.expect("Failed to load resource: the server responded with a status of 503");
            button(page, "Send a test to duty").click();
            assertThat(page.locator("ts-alarm-channels [role=alert]"))
                    .containsText("did not arrive at duty: http://127.0.0.1:");
            assertThat(channel).containsText("answered with status 500");
            receiver.next();
            receiver.answerWith(200);

            button(page, "New rule…").click();
            field(page, "Name").fill("Freezing");
            field(page, "Quantity").fill("temperature");
            field(page, "Look for").selectOption("below");
            field(page, "Below").fill("0");
            field(page, "duty").check();
            button(page, "Switch it on").click();
            assertThat(rule(page, "Freezing")).containsText("tells duty");
            temperature(-3);
            org.assertj.core.api.Assertions.assertThat(receiver.next().body())
                    .contains("Freezing")
                    .contains("-3.0");
            temperature(5);
            org.assertj.core.api.Assertions.assertThat(receiver.next().body()).contains("\"event\":\"cleared\"");
            button(page, "Change the rule Freezing").click();
            assertThat(field(page, "duty")).isChecked();
            field(page, "duty").uncheck();
            button(page, "Change it").click();
            assertThat(rule(page, "Freezing")).not().containsText("tells");
            button(page, "Delete the rule Freezing").click();
            assertThat(rule(page, "Freezing")).hasCount(0);
        }
    }

    @Test
    @Order(4)
    void every_kind_of_rule_is_written_in_the_form_and_read_again() {
        try (var visitor = visitor()) {
            var page = open(visitor);
            make(page, "Lost", "silent", "Nothing for", "2h");
            make(page, "Away", "leaves", "Latitude", "47.05", "Longitude", "8.31", "Radius in metres", "500");
            make(page, "Trespass", "enters-area", "Corners", "47, 8; 47.1, 8; 47.1, 8.1");
            make(page, "Jolt", "peak", "Quantity", "acceleration", "At least, whatever the sign", "30");
            make(page, "Burst", "change", "Quantity", "pressure", "Changes by", "2.5", "Within", "10s");
            make(page, "Door", "is", "Quantity", "door", "Is", "true");
            make(page, "Level", "outside", "Quantity", "level", "Lowest good value", "-1", "Highest good value", "1");
            assertThat(rule(page, "Trespass")).containsText("inside an area of 3 corners");
            assertThat(rule(page, "Level")).containsText("level outside -1 to 1");
            button(page, "Change the rule Trespass").click();
            assertThat(field(page, "Corners")).hasValue("47, 8; 47.1, 8; 47.1, 8.1");
            button(page, "Cancel").click();
            for (String name : List.of("Lost", "Away", "Trespass", "Jolt", "Burst", "Door", "Level")) {
                button(page, "Delete the rule " + name).click();
                assertThat(rule(page, name)).hasCount(0);
            }
            page.locator(".deleted summary").click();
            button(page, "Bring back the rule Door").click();
            assertThat(rule(page, "Door")).containsText("door is true");
        }
    }

    private static void make(Page page, String name, String kind, String... fields) {
        button(page, "New rule…").click();
        field(page, "Name").fill(name);
        field(page, "Look for").selectOption(kind);
        for (int i = 0; i < fields.length; i += 2) {
            field(page, fields[i]).fill(fields[i + 1]);
        }
        button(page, "Switch it on").click();
        assertThat(rule(page, name)).isVisible();
    }

    @Test
    @Order(5)
    void a_critical_alarm_stands_on_every_page_until_somebody_has_seen_it_and_its_reading_is_proven() {
        try (var visitor = visitor()) {
            temperature(31);
            var page = visitor.open(node.page() + "ledger");
            assertThat(page.locator(".alarm")).containsText("An alarm is raised, and nobody has acknowledged it.");
            page.locator(".alarm a").click();
            page.waitForURL(Pattern.compile(".*/alarms"));
            var raised = page.locator("section[aria-labelledby=raised-title] .one.critical");
            assertThat(raised).containsText("Far too hot");
            page.waitForFunction("async () => (await (await fetch('/api/status')).json()).log.anchored >= "
                    + node.core().log().reader().size());
            raised.getByText("Verify").click();
            assertThat(page.locator("ts-proof dialog[open] h2")).hasText("Proven");
        }
    }

    /// Measured each second up to now, in one frame for each minute.
    private static void waves(SigningDevice device, int count) {
        var random = new Random(7);
        long first = System.currentTimeMillis() - count * 1_000L;
        for (int from = 0; from < count; from += 60) {
            device.send(IntStream.range(from, from + 60)
                    .mapToObj(i -> Measurement.of(
                            "flow",
                            "l/min",
                            20 + 5 * Math.sin(i / 12.0) + random.nextGaussian() / 5,
                            first + i * 1_000L))
                    .toArray(Measurement[]::new));
        }
    }

    private static void flow(SigningDevice device, double value) {
        device.send(Measurement.of("flow", "l/min", value, System.currentTimeMillis()));
    }

    @Test
    @Order(7)
    void how_unusual_a_stream_is_stands_under_its_chart_with_the_limit_of_the_rule() throws Exception {
        SigningDevice pump = SigningDevice.registered(node.core(), "pump-1");
        try (var visitor = visitor()) {
            waves(pump, 900);
            while (node.seriesBehind() > 0) Thread.sleep(20);
            var page = open(visitor);
            make(page, "Odd pump", "anomaly", "Quantity", "flow", "Times as unusual as usual", "2.5");
            assertThat(rule(page, "Odd pump")).containsText("flow 2.5 times as unusual as usual");
            flow(pump, 20);
            page = visitor.open(node.page() + "devices/home:pump-1");
            assertThat(page.locator(".unusual")).containsText("alarm at 2.50");
            assertThat(page.locator(".unusual .value")).hasText(Pattern.compile("now .* times usual"));
            assertThat(page.locator(".unusual-plot canvas").first()).isVisible();
            visitor.checkLook("device-unusual");
            flow(pump, 90);
            assertThat(page.locator(".unusual .value.bad")).isVisible();
            page = open(visitor);
            var raised = page.locator("section[aria-labelledby=raised-title] .one")
                    .filter(new Locator.FilterOptions().setHasText("Odd pump"));
            assertThat(raised).containsText("times as unusual as usual");
        }
    }

    @Test
    @Order(6)
    void it_is_accessible_and_fits_wide_and_narrow_in_light_and_dark() {
        for (double value : new double[] {31, 5, 31}) temperature(value); // one alarm is over, one is raised
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                try (var visitor = new Visitor(chromium, width, scheme)) {
                    var page = open(visitor);
                    assertThat(page.locator(".past .one").first()).isVisible();
                    visitor.checkLook("alarms-" + scheme);
                    page.locator("section[aria-labelledby=raised-title] .one")
                            .getByText("Acknowledge")
                            .first()
                            .click();
                    visitor.checkLook("alarms-acknowledge-" + scheme);
                    button(page, "Cancel").click();
                    button(page, "New rule…").click();
                    field(page, "Quantity").fill("temperature");
                    field(page, "Above").fill("8");
                    page.locator("ts-alarm-rule-form ts-alarm-trial")
                            .getByText("1 day")
                            .click();
                    assertThat(page.locator("ts-alarm-trial")).containsText("It would have raised");
                    visitor.checkLook("alarms-rule-" + scheme);
                }
            }
        }
    }
}
