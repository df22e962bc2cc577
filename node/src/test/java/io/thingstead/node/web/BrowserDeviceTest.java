package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A browser that is a device: a real Chromium's key, its numbers over reloads and crashes, and what the node has of
/// it.
class BrowserDeviceTest {
    private static final String FRAMES = "**/v1/frames";

    @TempDir
    private static Path folder;

    private static Chromium chromium;
    private static Node node;

    private Visitor visitor;

    @BeforeAll
    static void start() {
        chromium = Chromium.needed();
        node = Node.start(
                folder.resolve("node"), NodeConfig.DEFAULT.withMember("home").withPorts(0, 0));
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

    private Page visit() {
        return visit(1280, ColorScheme.LIGHT);
    }

    private Page visit(int width, ColorScheme scheme) {
        visitor = new Visitor(chromium, width, scheme);
        return open();
    }

    private Page open() {
        return visitor.open(node.page() + "connect");
    }

    private static DeviceId begin(Page page, String name) {
        page.getByLabel("Name of this browser").fill(name);
        page.getByText("Make a key and begin").click();
        assertThat(page.locator("ts-browser-device strong").first()).hasText("home:" + name);
        return DeviceId.of("home:" + name);
    }

    private static Locator figure(Page page, String name) {
        return page.locator("ts-browser-device .figures > div")
                .filter(new Locator.FilterOptions().setHasText(name))
                .locator(".value");
    }

    private static void slide(Page page, int value) {
        page.locator("#slider").fill(String.valueOf(value));
        page.waitForFunction(
                "value => document.querySelector('ts-browser-device').device.self.last >= value", lastNumber(page) + 1);
    }

    private static int lastNumber(Page page) {
        return (int) page.evaluate("document.querySelector('ts-browser-device').device.self.last");
    }

    @Test
    void it_signs_a_sliders_value_and_what_is_acknowledged_is_in_the_log_and_proven_on_the_page() {
        Page page = visit();
        DeviceId device = begin(page, "signs");
        assertThat(page.locator("ts-browser-device .tag").first()).hasText("Ed25519");
        assertThat(figure(page, "Acknowledged")).hasText("1");
        slide(page, 73);
        assertThat(figure(page, "Acknowledged")).hasText("2");
        assertThat(figure(page, "Waiting")).hasText("0");
        assertThat(page.locator("ts-browser-device .newest .value")).hasText("73 %");
        var log = node.core().log().reader();
        assertThat(log.find(device, 1)).isPresent();
        assertThat(log.find(device, 2)).isPresent();
        page.locator("ts-browser-device .newest button.badge").click();
        assertThat(page.locator("ts-proof dialog[open] h2")).hasText("Proven");
        assertThat(page.locator("ts-proof .says")).containsText("signed by the device itself");
        page.keyboard().press("Escape");
        page.getByText("Stop", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(page.locator("#slider")).isDisabled();
    }

    @Test
    void its_key_cannot_be_taken_out_of_the_browser() {
        Page page = visit();
        begin(page, "keeps");
        Object taken = page.evaluate("""
                async () => {
                  const { secret } = document.querySelector('ts-browser-device').device.self.key;
                  const tries = ['pkcs8', 'jwk', 'raw'].map((form) => crypto.subtle.exportKey(form, secret).then(() => form, () => 'refused'));
                  return [secret.extractable, ...(await Promise.all(tries))].join();
                }""");
        assertThat(taken).isEqualTo("false,refused,refused,refused");
    }

    @Test
    void what_waits_is_sent_after_a_reload_and_numbers_go_on_without_a_gap() {
        Page page = visit();
        DeviceId device = begin(page, "reloads");
        assertThat(figure(page, "Acknowledged")).hasText("1");
        visitor.expect("net::ERR_FAILED");
        page.route(FRAMES, Route::abort);
        for (int value = 10; value < 13; value++) slide(page, value);
        assertThat(figure(page, "Waiting")).hasText("3");
        assertThat(page.locator("ts-browser-device .warn")).containsText(new String[] {"cannot be reached"});
        page.reload();
        assertThat(figure(page, "Waiting")).hasText("3");
        assertThat(figure(page, "Signed")).hasText("4");
        page.unroute(FRAMES);
        assertThat(figure(page, "Waiting")).hasText("0");
        assertThat(figure(page, "Acknowledged")).hasText("4");
        page.getByText("Start measuring").click();
        assertThat(figure(page, "Acknowledged")).hasText("5");
        var log = node.core().log().reader();
        for (int n = 1; n <= 5; n++) assertThat(log.find(device, n)).isPresent();
        assertThat(log.streams(device))
                .allSatisfy(stream -> assertThat(log.gaps(stream)).isEmpty());
    }

    /// Both sides of the moment at which a frame and its number are on disk.
    @Test
    void a_crash_before_a_frame_is_kept_leaves_its_number_free_and_one_after_it_leaves_the_frame_to_be_sent() {
        Page page = visit();
        DeviceId device = begin(page, "crashes");
        assertThat(figure(page, "Acknowledged")).hasText("1");
        visitor.expect("net::ERR_FAILED");
        page.route(FRAMES, Route::abort);
        slide(page, 20);
        // Signed, and never kept: the page is closed before.
        page.evaluate("() => { crypto.subtle.sign = () => new Promise(() => {}); }");
        page.locator("#slider").fill("30");
        page.waitForTimeout(600);
        page.close();
        page = visitor.another(node.page() + "connect");
        assertThat(figure(page, "Signed")).hasText("2");
        assertThat(figure(page, "Acknowledged")).hasText("2");
        page.getByText("Start measuring").click();
        assertThat(figure(page, "Acknowledged")).hasText("3");
        var log = node.core().log().reader();
        for (int n = 1; n <= 3; n++) assertThat(log.find(device, n)).isPresent();
        assertThat(page.locator("ts-browser-device .figures")).not().containsText("Refused");
    }

    @Test
    void a_claim_whose_answer_was_lost_is_ended_with_the_same_key() {
        Page page = visit();
        // The node has registered the key, and the page is gone before it hears of it.
        page.route("**/v1/claims", route -> {
            route.fetch();
            route.abort();
        });
        visitor.expect("net::ERR_FAILED");
        page.getByLabel("Name of this browser").fill("lost-answer");
        page.getByText("Make a key and begin").click();
        assertThat(page.locator("ts-browser-device [role=alert]").last()).containsText("cannot be reached");
        var keys = Objects.requireNonNull(node.core().ledger().device(DeviceId.of("home:lost-answer")))
                .keys();
        page.unroute("**/v1/claims");
        page.reload();
        assertThat(page.locator("ts-browser-device strong").first()).hasText("home:lost-answer");
        assertThat(page.locator("ts-browser-device .print").first())
                .containsText(keys.getFirst().hex().substring(0, 16));
    }

    @Test
    void where_the_browser_has_no_Ed25519_it_signs_with_P256() {
        visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT);
        visitor.before("""
                const make = crypto.subtle.generateKey.bind(crypto.subtle);
                crypto.subtle.generateKey = (algorithm, ...rest) => algorithm.name === 'Ed25519'
                  ? Promise.reject(new DOMException('Unrecognized name', 'NotSupportedError')) : make(algorithm, ...rest);""");
        Page page = open();
        begin(page, "older");
        assertThat(page.locator("ts-browser-device .tag").first()).hasText("P-256 (ES256)");
        slide(page, 5);
        assertThat(figure(page, "Acknowledged")).hasText("2");
    }

    @Test
    void where_the_page_came_over_plain_HTTP_from_elsewhere_it_says_so() {
        visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT);
        visitor.before("Object.defineProperty(window, 'isSecureContext', { value: false });");
        Page page = open();
        assertThat(page.locator("ts-browser-device")).containsText("only over HTTPS");
    }

    @Test
    void of_two_tabs_one_signs_and_the_other_takes_over() {
        Page page = visit();
        begin(page, "two-tabs");
        assertThat(figure(page, "Acknowledged")).hasText("1");
        Page other = visitor.another(node.page() + "connect");
        assertThat(other.locator("ts-browser-device")).containsText("Another tab or window");
        page.close();
        other.getByText("Start measuring").click();
        assertThat(figure(other, "Acknowledged")).hasText("2");
    }

    @Test
    void a_phone_takes_the_name_with_the_link_and_signs_motion_and_position() {
        Page page = visit();
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("phone");
        page.locator("form.prepare button[type=submit]").click();
        String link = page.locator(".given ts-copy pre").textContent();
        visitor.close();
        visitor = new Visitor(chromium, 390, ColorScheme.DARK);
        visitor.standAt(52.520008, 13.404954);
        Page phone = visitor.open(link);
        phone.getByText("Become phone").click();
        assertThat(figure(phone, "Acknowledged")).hasText("1");
        phone.getByLabel("Position").check();
        phone.getByLabel("Motion").check();
        phone.evaluate("""
                () => setInterval(() => window.dispatchEvent(new DeviceMotionEvent('devicemotion',
                  { accelerationIncludingGravity: { x: 0.123, y: -9.806, z: 0.5 } })), 100)""");
        phone.waitForFunction("""
                async () => {
                  const { device } = await (await fetch('/api/devices/home:phone')).json();
                  const values = Object.fromEntries(device.readings.map(({ name, value }) => [name, value]));
                  return values.lat === 52.520008 && values.lon === 13.404954 && values['acceleration:y'] === -9.81;
                }""");
        phone.getByText("Stop", new Page.GetByTextOptions().setExact(true)).click();
        visitor.checkLook("browser-device-phone");
        // A code is good once.
        Page again = visitor.another(link);
        assertThat(again.locator("ts-browser-device strong").first()).hasText("home:phone");
        again.getByText("Be no device any more").click();
        again.getByText("Forget the key").click();
        assertThat(again.locator("ts-browser-device")).containsText("claimed already");
    }

    @Test
    void its_bytes_are_those_of_the_formats_examples() throws Exception {
        JsonNode examples = new ObjectMapper()
                .readTree(Path.of(System.getProperty("project.root", ".."), "docs/examples/frames.json")
                        .toFile());
        Page page = visit();
        List<Object> wrong = new ArrayList<>();
        for (JsonNode value : examples.get("values"))
            compare(wrong, value, page.evaluate(WITH + "return hex(number(given.value)); }", value.toString()), "cbor");
        for (JsonNode time : examples.get("times"))
            compare(wrong, time, page.evaluate(WITH + "return hex(seconds(given.millis)); }", time.toString()), "cbor");
        int frames = 0;
        for (JsonNode frame : examples.get("frames")) {
            if (frame.get("readings").findValue("vd") != null) continue; // a browser measures no bytes
            String given = taken(frame, examples.get("ledgerId").textValue());
            compare(wrong, frame, page.evaluate(WITH + "return hex(encode(given.readings)); }", given), "payload");
            // What this browser signs has its kid, its own numbers, and no `p`; P-256 signatures differ each time.
            if (frame.get("alg").intValue() != -8
                    || !frame.get("d").isNull()
                    || !frame.get("p").isNull()) continue;
            if (!frame.get("withKid").booleanValue()) continue;
            frames++;
            compare(wrong, frame, page.evaluate(SIGNED, given), "frame");
        }
        assertThat(wrong).isEmpty();
        assertThat(frames).isPositive();
    }

    private static final String WITH = """
            async (text) => {
              const given = JSON.parse(text);
              const { encode, number, seconds } = await import('/app/device/senml.js');
              const { hex } = await import('/proof/bytes.js');
            """;

    private static final String SIGNED = """
            async (text) => {
              const given = JSON.parse(text);
              const [{ encode }, { signFrame }, { hex, unhex, concat, sha256 }] = await Promise.all(
                ['/app/device/senml.js', '/app/device/frames.js', '/proof/bytes.js'].map((name) => import(name)));
              const pkcs8 = concat(unhex('302e020100300506032b657004220420'), unhex(given.secret));
              const secret = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
              const cose = unhex(given.coseKey);
              const key = { alg: -8, secret, cose, thumbprint: await sha256(cose) };
              return hex(await signFrame(key, unhex(given.ledger), given.n, encode(given.readings)));
            }""";

    private static void compare(List<Object> wrong, JsonNode example, Object made, String expected) {
        if (!example.get(expected).textValue().equals(made)) wrong.add(example + " became " + made);
    }

    /// With each reading's value under one name.
    private static String taken(JsonNode frame, String ledger) {
        ObjectNode given = frame.deepCopy();
        given.put("ledger", ledger);
        for (JsonNode reading : given.get("readings"))
            for (String label : List.of("v", "vs", "vb"))
                if (reading.has(label)) ((ObjectNode) reading).set("value", reading.get(label));
        return given.toString();
    }

    @Test
    void it_is_accessible_and_fits_wide_and_narrow_in_light_and_dark() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                Page page = visit(width, scheme);
                begin(page, "look-" + width + scheme.toString().toLowerCase(java.util.Locale.ROOT));
                assertThat(page.locator("ts-browser-device .newest button.badge"))
                        .isVisible();
                page.getByText("Be no device any more").click();
                visitor.checkLook("browser-device-" + scheme);
                visitor.close();
                visitor = null;
            }
        }
    }
}
