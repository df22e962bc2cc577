package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.KeyText;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.view.SigningDevice;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A device's keys on its page, in a real Chromium: revoked and added with the keyboard, and told by the ledger.
class DeviceKeysBrowserTest {
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

    private static void device(String name) {
        SigningDevice.registered(node.core(), name)
                .send(Measurement.of("temperature", "Cel", 4.5, System.currentTimeMillis()));
    }

    private static Page open(Visitor visitor, String name) {
        Page page = visitor.open(node.page() + "devices/home:" + name);
        assertThat(page.locator("ts-device-keys .keys li").first()).isVisible();
        return page;
    }

    private static void press(Page page, String button) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button))
                .press("Enter");
    }

    @Test
    void a_key_is_revoked_with_the_keyboard_after_it_is_said_what_that_means() {
        device("box");
        try (var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            Page page = open(visitor, "box");
            var keys = page.locator("ts-device-keys");
            press(page, "Revoke the key");
            var dialog = page.locator("ts-device-keys dialog");
            assertThat(dialog).containsText("What it signed before stays, and stays proven.");
            assertThat(dialog).containsText("box can send nothing until you give it another.");
            page.keyboard().press("Escape");
            assertThat(dialog).isHidden();
            assertThat(keys.locator(".keys li")).hasCount(1);

            press(page, "Revoke the key");
            page.getByLabel("Why").selectOption("stolen");
            press(page, "Revoke it for ever");
            assertThat(dialog).isHidden();
            assertThat(keys.locator("[role=status]")).containsText("is revoked (stolen).");
            assertThat(keys).containsText("nothing it signs is accepted until it has a new one");
            assertThat(keys.locator(".events .words").first()).containsText("of device home:box was revoked (stolen)");
        }
    }

    @Test
    void a_further_key_is_pasted_and_one_without_its_proof_is_refused_in_the_dialog() {
        device("gauge");
        var key = SigningKey.generate(Algorithm.ED25519);
        var ledger = node.core().registrar().ledger();
        var base64 = Base64.getUrlEncoder().withoutPadding();
        try (var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            Page page = open(visitor, "gauge");
            press(page, "Give it a further key");
            var dialog = page.locator("ts-device-keys dialog");
            assertThat(dialog.locator("pre"))
                    .containsText("possession --device home:gauge --ledger " + ledger.hex() + " --key");
            page.getByLabel("Public key").fill(KeyText.did(key.key()));
            page.getByLabel("Its proof of possession")
                    .fill(base64.encodeToString(Possession.sign("home:another", ledger, key)));
            visitor.expect("status of 400");
            press(page, "Register the key");
            assertThat(dialog.getByRole(AriaRole.ALERT)).containsText("proof of possession");
            page.getByLabel("Its proof of possession")
                    .fill(base64.encodeToString(Possession.sign("home:gauge", ledger, key)));
            press(page, "Register the key");
            assertThat(dialog).isHidden();
            assertThat(page.locator("ts-device-keys .keys li")).hasCount(2);
            assertThat(page.locator("ts-device-keys .keys"))
                    .containsText(key.key().thumbprint().hex());
            assertThat(page.locator("ts-device-keys .events .words").first())
                    .containsText("Device home:gauge got the key");
        }
    }

    @Test
    void a_token_is_replaced_by_a_new_one_that_is_shown_once() {
        var register = RegisterDevice.withToken(DeviceId.of("home:shed"));
        if (!node.core().registrar().ask(List.of(register)).isEmpty()) throw new AssertionError("not registered");
        try (var visitor = new Visitor(chromium, 390, ColorScheme.DARK)) {
            Page page = visitor.open(node.page() + "devices/home:shed");
            var tokens = page.locator("ts-device-tokens");
            assertThat(tokens).containsText("It has no token in force");
            press(page, "Give it a new token");
            assertThat(tokens.locator(".once pre")).hasText(Pattern.compile("[A-Za-z0-9]{24}"));
            assertThat(tokens.locator(".keys li")).hasCount(1);
            visitor.checkLook("tokens");
            press(page, "Give it a new token");
            assertThat(tokens.locator(".keys li")).hasCount(2);
            tokens.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Revoke the token"))
                    .first()
                    .press("Enter");
            assertThat(page.locator("#token-title")).containsText("Revoke this token of shed?");
            visitor.checkLook("token-revoke");
            press(page, "Revoke it for ever");
            assertThat(tokens.locator(".keys li")).hasCount(1);
            assertThat(tokens).containsText("is revoked.");
        }
    }

    @Test
    void both_dialogs_are_accessible_and_fit_wide_and_narrow_in_light_and_dark() {
        device("shown");
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                try (var visitor = new Visitor(chromium, width, scheme)) {
                    Page page = open(visitor, "shown");
                    visitor.checkLook("keys-" + scheme);
                    press(page, "Revoke the key");
                    assertThat(page.locator("#key-title")).containsText("Revoke this key");
                    visitor.checkLook("keys-revoke-" + scheme);
                    press(page, "Cancel");
                    press(page, "Give it a further key");
                    assertThat(page.locator("#key-title")).containsText("A further key");
                    visitor.checkLook("keys-further-" + scheme);
                }
            }
        }
    }
}
