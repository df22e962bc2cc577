package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.KeyText;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.device.Claim;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.Programs;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page that connects a device, in a real Chromium, of a real node; what it says to copy is copied and run.
class ConnectPageBrowserTest {
    @TempDir
    private static Path folder;

    private static Chromium chromium;
    private static Node node;
    private static CopiedLines shell;

    private Visitor visitor;

    @BeforeAll
    static void start() throws Exception {
        chromium = Chromium.needed();
        node = Node.start(
                folder.resolve("node"), NodeConfig.DEFAULT.withMember("home").withPorts(0, 0));
        shell = new CopiedLines(folder.resolve("shell"));
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

    private Page page() {
        return page(1280, ColorScheme.LIGHT);
    }

    private Page page(int width, ColorScheme scheme) {
        visitor = new Visitor(chromium, width, scheme);
        Page page = visitor.open(node.page() + "connect");
        assertThat(page.locator("ts-connect h2").first()).isVisible();
        return page;
    }

    private static void prepare(Page page, String kind, String name) {
        page.locator("input[name=kind][value=" + kind + "]").check();
        name(page).fill(name);
        page.locator("form.prepare button[type=submit]").click();
    }

    private static Locator name(Page page) {
        return page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true));
    }

    private static String code(Page page) {
        return page.locator(".claim-code").textContent();
    }

    private static Locator blocks(Page page, String way) {
        page.locator("#way-" + way).click();
        return page.locator("#way-lines ts-copy");
    }

    private static void isGreen(Page page, String trust) {
        assertThat(page.locator("ts-first-reading .arrived")).containsText("is connected");
        assertThat(page.locator("ts-first-reading .reading").first()).containsText("21.5");
        assertThat(page.locator("ts-first-reading .facts").first()).containsText(trust);
    }

    @Test
    void the_lines_for_a_token_are_run_as_they_stand_and_the_page_turns_green() throws Exception {
        Programs.need("curl");
        Programs.need("mosquitto_pub");
        for (String way : List.of("curl", "mosquitto")) {
            Page page = page();
            prepare(page, "token", "by-" + way);
            assertThat(page.locator("ts-first-reading")).containsText("Waiting for the first message");
            shell.run(blocks(page, way));
            isGreen(page, "signed by the member");
            visitor.close();
        }
        visitor = null;
    }

    @Test
    void the_lines_for_Python_claim_the_name_and_sign_and_the_reading_is_proven_on_the_page() throws Exception {
        Programs.python("cryptography", "setuptools", "wheel");
        Page page = page();
        prepare(page, "code", "by-python");
        assertThat(page.locator("ts-first-reading")).containsText("Waiting for the device to claim");
        assertThat(shell.run(blocks(page, "python"))).contains("device home:by-python", "frame 1 accepted");
        isGreen(page, "signed by the device itself");
        assertThat(page.locator("ts-prepared .prepared").first()).containsText("claimed by the key");
        page.locator("ts-first-reading button.badge").click();
        assertThat(page.locator("ts-proof dialog[open] h2")).hasText("Proven");
        page.keyboard().press("Escape");
        assertThat(page.locator("ts-first-reading button.badge.proven")).isVisible();
    }

    @Test
    void the_lines_for_Java_claim_the_name_and_sign() throws Exception {
        Page page = page();
        prepare(page, "code", "by-java");
        assertThat(shell.run(blocks(page, "java"))).as("nothing to complain of").isEmpty();
        isGreen(page, "signed by the device itself");
    }

    @Test
    void the_QR_code_holds_a_link_with_which_a_device_claims_the_name() throws Exception {
        Page page = page();
        prepare(page, "code", "scanned");
        String link = node.page() + "connect#claim=" + code(page);
        assertThat(read(page.locator("svg.qr").screenshot())).isEqualTo(link);
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        try (HttpClient http = HttpClient.newHttpClient()) {
            var made = Claim.make(http, URI.create(link), key).orThrow();
            assertThat(made.device().value()).isEqualTo("home:scanned");
            assertThat(made.logs()).isPresent();
        }
        assertThat(page.locator("ts-first-reading"))
                .containsText(key.key().thumbprint().hex().substring(0, 16));
    }

    private static String read(byte[] png) throws Exception {
        var image = ImageIO.read(new ByteArrayInputStream(png));
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        var source = new RGBLuminanceSource(image.getWidth(), image.getHeight(), pixels);
        return new QRCodeReader()
                .decode(new BinaryBitmap(new HybridBinarizer(source)))
                .getText();
    }

    @Test
    void a_pasted_key_alone_can_claim_and_what_is_none_is_said() {
        Page page = page();
        SigningKey key = SigningKey.generate(Algorithm.ES256);
        page.locator("input[name=kind][value=key]").check();
        page.locator("#new-key").fill("not a key");
        visitor.expect("Failed to load resource: the server responded with a status of 4");
        prepare(page, "key", "pasted");
        assertThat(page.locator("form.prepare [role=alert]")).containsText("did:key");
        page.locator("#new-key").fill(KeyText.did(key.key()));
        page.locator("form.prepare button[type=submit]").click();
        assertThat(page.locator(".given")).containsText("for the key you pasted");
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI address = URI.create(node.page());
            var other = Claim.make(http, address, code(page), SigningKey.generate(Algorithm.ED25519));
            assertThat(other)
                    .isInstanceOfSatisfying(
                            Claim.Refused.class,
                            refused -> assertThat(refused.code()).isEqualTo("claim.key"));
            assertThat(Claim.make(http, address, code(page), key)).isInstanceOf(Claim.Made.class);
        }
    }

    @Test
    void a_code_that_was_taken_back_claims_nothing() {
        Page page = page();
        prepare(page, "code", "taken-back");
        String code = code(page);
        page.getByLabel("Take the code for taken-back back").click();
        assertThat(page.locator("ts-prepared .prepared strong").getByText("taken-back"))
                .hasCount(0);
        try (HttpClient http = HttpClient.newHttpClient()) {
            var refused = Claim.make(http, URI.create(node.page()), code, SigningKey.generate(Algorithm.ED25519));
            assertThat(((Claim.Refused) refused).code()).isEqualTo("claim.invalid");
        }
        // A name that is on the ledger already is refused in words.
        visitor.expect("Failed to load resource: the server responded with a status of 4");
        prepare(page, "token", "taken");
        assertThat(page.locator("ts-first-reading")).containsText("Waiting for the first message");
        prepare(page, "code", "taken");
        assertThat(page.locator("form.prepare [role=alert]")).containsText("registered already");
    }

    @Test
    void everything_is_reached_with_the_keyboard() {
        Page page = page();
        page.locator("input[name=kind][value=code]").focus();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("ArrowDown");
        assertThat(page.locator("input[name=kind][value=token]")).isChecked();
        page.keyboard().press("Tab");
        assertThat(name(page)).isFocused();
        page.keyboard().press("ControlOrMeta+a");
        page.keyboard().insertText("by-keyboard");
        page.keyboard().press("Enter");
        assertThat(page.locator("ts-first-reading")).containsText("by-keyboard");
        page.locator("#way-curl").focus();
        page.keyboard().press("ArrowRight");
        assertThat(page.locator("#way-mosquitto")).isFocused();
        assertThat(page.locator("#way-lines pre").first()).containsText("mosquitto_pub");
        page.keyboard().press("Tab");
        page.keyboard().press("Tab");
        page.keyboard().press("Enter");
        assertThat(page.locator("#way-lines button").first()).hasText("✓ copied");
    }

    @Test
    void it_is_accessible_and_fits_wide_and_narrow_in_light_and_dark() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                Page page = page(width, scheme);
                visitor.checkLook("connect-empty-" + scheme);
                prepare(page, "code", "look-" + width + scheme.toString().toLowerCase(java.util.Locale.ROOT));
                assertThat(page.locator("svg.qr")).isVisible();
                assertThat(page.locator("ts-prepared .prepared").first()).isVisible();
                visitor.checkLook("connect-code-" + scheme);
                visitor.close();
                visitor = null;
            }
        }
    }
}
