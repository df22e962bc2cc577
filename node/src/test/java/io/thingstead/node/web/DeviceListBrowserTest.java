package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.api.PartialNode;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterDevices;
import io.thingstead.node.view.SigningDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The list of devices in a real Chromium, of a real member with more devices than a page holds.
class DeviceListBrowserTest {
    private static final int METERS = 60;

    @TempDir
    private static Path folder;

    private static Chromium chromium;
    private static PartialNode node;
    private static SigningDevice box;
    private static SigningDevice gone;

    private Visitor visitor;

    @BeforeAll
    static void start() throws Exception {
        chromium = Chromium.needed();
        node = new PartialNode(folder.resolve("node"));
        var meters = IntStream.rangeClosed(1, METERS)
                .mapToObj(i -> RegisterDevice.withToken(DeviceId.of("home:meter-" + i)))
                .toList();
        org.assertj.core.api.Assertions.assertThat(node.core.registrar().ask(List.of(new RegisterDevices(meters))))
                .isEmpty();
        box = node.device("box");
        measure(4.5);
        gone = node.device("gone");
        long hoursAgo = System.currentTimeMillis() - 5 * 3_600_000L;
        gone.send(hoursAgo, Measurement.of("humidity", "%RH", 40, hoursAgo));
        gone.skip(2);
        gone.send(hoursAgo, Measurement.of("humidity", "%RH", 41, hoursAgo));
        node.fleet.label(gone.id, "Cellar, left");
        node.awaitViews();
    }

    private static void measure(double celsius) {
        box.send(Measurement.of("temperature", "Cel", celsius, System.currentTimeMillis()));
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

    private Page open(int width, ColorScheme scheme, String search) {
        visitor = new Visitor(chromium, width, scheme);
        Page page = visitor.open(node.url() + "/devices" + search);
        assertThat(page.locator(".head [role=status]")).containsText(Pattern.compile("\\d"));
        return page;
    }

    private Page open(String search) {
        return open(1280, ColorScheme.LIGHT, search);
    }

    private static Locator listed(Page page) {
        return page.locator(".listed");
    }

    private static Locator head(Page page, String column) {
        return page.locator("th").filter(new Locator.FilterOptions().setHasText(column));
    }

    private static void clickOn(Page page, String button) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    @Test
    void it_is_searched_while_somebody_types_and_the_address_keeps_the_search() {
        Page page = open("");
        assertThat(listed(page)).hasCount(50);
        page.getByLabel("Search devices").pressSequentially("cellar");
        assertThat(listed(page)).hasCount(1);
        assertThat(listed(page)).containsText("Cellar, left");
        assertThat(listed(page)).containsText("2");
        assertThat(page).hasURL(Pattern.compile("q=cellar"));
        page.reload();
        assertThat(page.getByLabel("Search devices")).hasValue("cellar");
        assertThat(listed(page)).hasCount(1);
        page.getByLabel("Search devices").fill("temperature");
        assertThat(listed(page).locator("a.name")).hasText("box");
        page.getByLabel("Search devices").fill("no such thing");
        assertThat(page.locator("ts-device-list")).containsText("No device is like this.");
        page.getByText("show all 62").click();
        assertThat(listed(page)).hasCount(50);
        assertThat(page.getByLabel("Search devices")).isFocused();
        assertThat(page).hasURL(Pattern.compile("/devices$"));
    }

    @Test
    void it_is_sorted_by_the_heads_of_its_columns() {
        Page page = open("");
        assertThat(head(page, "Device")).hasAttribute("aria-sort", "ascending");
        assertThat(listed(page).nth(2).locator("a.name")).hasText("meter-1");
        assertThat(listed(page).nth(3).locator("a.name")).hasText("meter-2");
        clickOn(page, "Device");
        assertThat(listed(page).first().locator("a.name")).hasText("meter-60");
        clickOn(page, "Missing");
        assertThat(head(page, "Missing")).hasAttribute("aria-sort", "descending");
        assertThat(listed(page).first().locator("a.name")).hasText("Cellar, left");
        clickOn(page, "Heard");
        assertThat(listed(page).first().locator("a.name")).hasText("box");
        clickOn(page, "Heard");
        assertThat(listed(page).first().locator("a.name")).hasText("Cellar, left");
        assertThat(page).hasURL(Pattern.compile("sort=heard"));
        page.getByLabel("Measures").selectOption("temperature");
        clickOn(page, "temperature");
        assertThat(head(page, "temperature")).hasAttribute("aria-sort", "descending");
        assertThat(listed(page)).hasCount(1);
    }

    @Test
    void filters_say_how_many_devices_they_leave_and_show_them() {
        Page page = open("");
        var states = page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("State"));
        assertThat(states).containsText("silent 1");
        assertThat(states).containsText("never heard 60");
        states.getByRole(AriaRole.BUTTON).nth(2).click();
        assertThat(listed(page)).hasCount(1);
        assertThat(listed(page)).containsText("silent");
        assertThat(page.locator(".head [role=status]")).hasText("1 of 62");
        // How many the others would show does not change.
        assertThat(states).containsText("never heard 60");
        measure(4.5);
        states.getByRole(AriaRole.BUTTON).nth(0).click();
        assertThat(listed(page)).hasCount(2);
        page.getByLabel("with gaps").check();
        assertThat(listed(page)).hasCount(1);
        page.getByText("Clear", new Page.GetByTextOptions().setExact(true)).click();
        page.getByLabel("Kind").selectOption("device");
        assertThat(listed(page)).hasCount(2);
        assertThat(page).hasURL(Pattern.compile("role=device"));
        page.getByLabel("Trust").selectOption("member-attested");
        assertThat(page.locator("ts-device-list")).containsText("No device is like this.");
    }

    @Test
    void pages_are_turned_and_gone_back_to() {
        Page page = open("?q=meter");
        assertThat(listed(page)).hasCount(50);
        page.getByText("Next 50").click();
        assertThat(listed(page)).hasCount(10);
        assertThat(listed(page).last().locator("a.name")).hasText("meter-60");
        assertThat(page.getByText("Next 50")).hasCount(0);
        page.reload();
        assertThat(listed(page)).hasCount(10);
        page.goBack();
        assertThat(listed(page)).hasCount(50);
        page.goForward();
        assertThat(listed(page)).hasCount(10);
        page.getByText("First page").click();
        assertThat(listed(page)).hasCount(50);
    }

    @Test
    void values_change_by_themselves_and_a_silent_one_looks_silent() {
        Page page = open("?sort=-heard");
        assertThat(listed(page).first()).containsText("4.50");
        measure(7.25);
        assertThat(listed(page).first()).containsText("7.25");
        String live = colour(page, "tr[data-device='home:box'] .value");
        String silent = colour(page, "tr[data-device='home:gone'] .value");
        org.assertj.core.api.Assertions.assertThat(silent).isNotEqualTo(live);
        measure(4.5);
    }

    private static String colour(Page page, String selector) {
        return (String) page.locator(selector).evaluate("value => getComputedStyle(value).color");
    }

    @Test
    void a_device_is_reached_with_the_keyboard_and_has_its_page() {
        Page page = open("");
        page.getByLabel("Search devices").fill("cellar");
        assertThat(listed(page)).hasCount(1);
        listed(page).locator("a.name").focus();
        page.keyboard().press("Enter");
        page.waitForURL(Pattern.compile("/devices/home:gone$"));
        assertThat(page.locator("ts-device h2").first()).containsText("gone");
        assertThat(page.locator("nav.pages a[aria-current]")).hasText("Devices");
        page.goBack();
        assertThat(listed(page)).hasCount(1);
    }

    private Page openGone(int width, ColorScheme scheme) {
        visitor = new Visitor(chromium, width, scheme);
        Page page = visitor.open(node.url() + "/devices/home:gone");
        assertThat(page.locator("ts-device-facts h2")).hasText("About Cellar, left");
        return page;
    }

    @Test
    void the_page_of_a_device_says_who_vouches_for_it_and_which_numbers_never_came() {
        Page page = openGone(1280, ColorScheme.LIGHT);
        var facts = page.locator("ts-device-facts");
        assertThat(facts).containsText("1 to 4");
        assertThat(facts).containsText("2 numbers have not come:");
        assertThat(facts.locator(".gaps li")).hasText("2 to 3");
        assertThat(facts.locator(".known")).containsText("signed by the device itself");
        assertThat(page.locator("ts-device-keys .keys code"))
                .hasText(node.core.ledger().device(gone.id).keys().getFirst().toString());
        for (String span : List.of("24 h", "1 y")) {
            clickOn(page, span);
            assertThat(page.locator("ts-chart .plot")).hasAttribute("aria-label", Pattern.compile("humidity: .* 40"));
        }
        clickOn(page, "1 h");
        assertThat(page.locator("ts-chart .plot")).not().hasAttribute("aria-label", Pattern.compile("from 40"));
        assertThat(page.locator("ts-readings .reading")).hasCount(2);
        page.getByText("Its history on the ledger").click();
        page.waitForURL(Pattern.compile("/ledger#find/"));
        assertThat(page.locator("ts-ledger")).containsText("home:gone");
    }

    @Test
    void a_device_is_called_something_else_with_the_keyboard_alone() {
        Page page = openGone(1280, ColorScheme.LIGHT);
        var name = page.getByLabel("What people call it");
        name.fill("Cold room");
        name.press("Enter");
        assertThat(page.locator("ts-device-facts h2")).hasText("About Cold room");
        assertThat(page.locator("ts-device-facts [role=status]")).hasText("Kept.");
        name.fill("");
        name.press("Enter");
        assertThat(page.locator("ts-device-facts h2")).hasText("About gone");
        name.fill("Cellar, left");
        name.press("Enter");
        assertThat(page.locator("ts-device-facts h2")).hasText("About Cellar, left");
    }

    @Test
    void the_page_of_a_device_is_accessible_and_fits_wide_and_narrow_in_light_and_dark() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                openGone(width, scheme);
                visitor.checkLook("device-" + scheme);
                visitor.close();
                visitor = null;
            }
        }
    }

    @Test
    void a_member_without_devices_is_told_what_to_do() {
        try (var empty = new PartialNode(folder.resolve("empty"))) {
            visitor = new Visitor(chromium, 390, ColorScheme.LIGHT);
            Page page = visitor.open(empty.url() + "/devices");
            assertThat(page.locator("ts-device-list")).containsText("No device is registered yet.");
            assertThat(page.locator("ts-device-list .hint a")).hasAttribute("href", "/connect");
            visitor.checkLook("devices-none");
            visitor.close();
            visitor = null;
        }
    }

    @Test
    void it_is_accessible_and_fits_wide_and_narrow_in_light_and_dark() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                Page page = open(width, scheme, "?sort=-heard");
                assertThat(listed(page)).hasCount(50);
                if (width == 390) clickOn(page, "Devices");
                visitor.checkLook("devices-" + scheme);
                visitor.close();
                visitor = null;
            }
        }
    }
}
