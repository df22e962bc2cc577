package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// People sign in, in a real Chromium with its own virtual authenticator, at a real node that asks them to.
class SignInBrowserTest {
    private static final String REFUSED_401 = "the server responded with a status of 401";
    private static final String REFUSED_403 = "the server responded with a status of 403";
    private static final String REFUSED_410 = "the server responded with a status of 410";

    @TempDir
    private static Path folder;

    private static Chromium chromium;

    @BeforeAll
    static void start() {
        chromium = Chromium.needed();
    }

    @AfterAll
    static void stop() {
        if (chromium != null) chromium.close();
    }

    private static Node node(String name) throws IOException {
        Path config = folder.resolve(name + ".toml");
        Files.writeString(config, "[people]\nrequired = true\n");
        return Node.start(folder.resolve(name), NodeConfig.read(config).withPorts(0, 0));
    }

    /// By the name to which browsers bind passkeys.
    private static String url(Node node, String path) {
        return node.page().replace("127.0.0.1", "localhost") + path;
    }

    private static Visitor visitor(int width, ColorScheme scheme) {
        var visitor = new Visitor(chromium, width, scheme);
        visitor.expect(REFUSED_401);
        return visitor;
    }

    private static void press(Page page, String button) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    private static int status(String url, String method, String key) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .method(method, HttpRequest.BodyPublishers.ofString("{\"name\": \"x\"}"))
                                    .header("Content-Type", "application/json")
                                    .header("Authorization", "Bearer " + key)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        }
    }

    @Test
    void an_administrator_comes_in_by_the_printed_link_and_lets_in_others() throws Exception {
        try (Node node = node("main");
                var ada = visitor(1280, ColorScheme.LIGHT);
                var bob = visitor(390, ColorScheme.DARK)) {
            Page page = ada.open(url(node, "things"));
            page.waitForURL(url(node, "sign-in?to=%2Fthings"));
            assertThat(page.locator("h2")).hasText("Sign in");
            ada.checkLook("sign-in");
            var phone = new VirtualAuthenticator(page);

            String link = node.firstLink().orElseThrow();
            page.navigate(link);
            assertThat(page.locator("ts-sign-in")).containsText("You become administrator of this node.");
            ada.checkLook("sign-in-link");
            page.getByLabel("Your name").fill("Ada");
            phone.recognises(false);
            press(page, "Make a passkey");
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("No passkey was used");
            phone.recognises(true);
            press(page, "Make a passkey");
            page.waitForURL(url(node, ""));
            assertThat(page.locator(".me")).containsText("Ada administrator");
            assertThat(phone.passkeys()).isEqualTo(1);

            // The link is used up; nobody else comes in by it.
            bob.expect(REFUSED_410);
            Page other = bob.open(link);
            assertThat(other.getByRole(AriaRole.ALERT)).containsText("used already");

            press(page, "Sign out");
            page.waitForURL(url(node, "sign-in"));
            // From here nobody is led to another site.
            page.navigate(url(node, "sign-in?to=/%09/localhost.example/"));
            press(page, "Sign in with a passkey");
            page.waitForURL(url(node, ""));
            press(page, "Sign out");
            page.waitForURL(url(node, "sign-in"));
            page.navigate(url(node, "people"));
            press(page, "Sign in with a passkey");
            page.waitForURL(url(node, "people"));
            assertThat(page.locator("ts-own-ways")).containsText("for localhost");

            String invitation = invite(page, "Bob");
            bob.checkLook("sign-in-used");
            other.navigate(invitation);
            assertThat(other.locator("h2")).hasText("Welcome, Bob");
            new VirtualAuthenticator(other);
            bob.checkLook("sign-in-invited");
            press(other, "Make a passkey");
            other.waitForURL(url(node, ""));
            viewerSees(bob, other, node);

            // More rights count at once, and none when the session is ended: the open page notices.
            page.reload();
            page.getByLabel("Role of Bob").selectOption("operator");
            assertThat(page.locator("ts-others .said.good")).hasText("Bob is operator now.");
            other.navigate(url(node, ""));
            assertThat(other.getByText("Connect a device")).isVisible();
            assertThat(other.locator(".connection")).containsText("live");
            press(page, "Sign Bob out everywhere");
            other.waitForURL(Pattern.compile(".*/sign-in[?]to=%2F$"));

            keys(page, node);
            ada.checkLook("people");
        }
    }

    private static String invite(Page page, String name) {
        page.locator("#invite-name").fill(name);
        press(page, "Make a link");
        assertThat(page.locator("ts-others .once")).containsText("For " + name);
        String link = page.locator("ts-others .once pre").textContent();
        assertThat(link).contains("/sign-in#");
        return link;
    }

    private static void viewerSees(Visitor visitor, Page page, Node node) throws Exception {
        assertThat(page.locator(".me")).containsText("Bob viewer");
        assertThat(page.locator(".connection")).containsText("live");
        assertThat(page.getByText("Connect a device")).hasCount(0);
        page.navigate(url(node, "connect"));
        assertThat(page.locator("ts-connect")).containsText("ask one of them for a code or a token");
        visitor.checkLook("connect-viewer");
        page.navigate(url(node, "alarms"));
        assertThat(page.locator("ts-alarm-rules")).containsText("Operators of this node make them.");
        assertThat(page.locator("ts-alarm-rules button, ts-alarm-channels")).hasCount(0);
        visitor.expect(REFUSED_403);
        assertThat(
                        (String)
                                page.evaluate(
                                        "async () => (await (await fetch('/api/devices', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{\"name\": \"x\"}'})).json()).code"))
                .isEqualTo("access.role");
        page.navigate(url(node, "people"));
        assertThat(page.locator("ts-own-ways")).containsText("Bob");
        assertThat(page.locator("ts-own-ways .row")).hasCount(2);
        assertThat(page.locator("ts-others, ts-api-keys")).hasCount(0);
        visitor.checkLook("people-viewer");
    }

    private static void keys(Page page, Node node) throws Exception {
        page.getByLabel("New key for").fill("grafana");
        press(page, "Make a key");
        assertThat(page.locator("ts-api-keys .once")).containsText("shown only now");
        String key = page.locator("ts-api-keys .once pre").textContent();
        assertThat(status(url(node, "api/status"), "GET", key)).isEqualTo(200);
        assertThat(status(url(node, "api/devices"), "POST", key)).isEqualTo(403);
        page.reload();
        assertThat(page.locator("ts-api-keys .row")).containsText("last used");
        assertThat(page.locator("ts-api-keys .once")).hasCount(0);
        press(page, "Revoke the key grafana");
        assertThat(page.locator("ts-api-keys")).containsText("No program has a key.");
        assertThat(status(url(node, "api/status"), "GET", key)).isEqualTo(401);
    }

    @Test
    void where_browsers_have_no_passkeys_the_first_administrator_comes_in_by_the_link_alone() throws Exception {
        try (Node node = node("plain");
                var visitor = visitor(390, ColorScheme.LIGHT)) {
            String link = node.firstLink().orElseThrow().replace("localhost", "127.0.0.1");
            Page page = visitor.open(link);
            assertThat(page.locator("ts-sign-in")).containsText("this page was opened by a number");
            page.getByLabel("Your name").fill("Ada");
            press(page, "Go on without a passkey");
            page.waitForURL(node.page());
            page.navigate(node.page() + "people");
            assertThat(page.locator("ts-own-ways")).containsText("you came in by a link alone");
            invite(page, "Bob");
            assertThat(page.locator("ts-others")).containsText("made by Ada");
            visitor.checkLook("people-by-link");
            press(page, "Take back the link for Bob");
            assertThat(page.locator("ts-others .said.good")).hasText("The link is taken back.");
        }
    }

    @Test
    void people_and_keys_look_right_everywhere_where_nobody_has_to_sign_in() {
        try (Node node = Node.start(folder.resolve("open"), NodeConfig.DEFAULT.withPorts(0, 0))) {
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                for (int width : new int[] {1280, 390}) {
                    try (var visitor = new Visitor(chromium, width, scheme)) {
                        var page = visitor.open(url(node, "people"));
                        assertThat(page.locator("ts-people")).containsText("Nobody has to sign in");
                        assertThat(page.locator("ts-api-keys")).containsText("No program has a key.");
                        assertThat(page.locator(".me")).hasCount(0);
                        visitor.checkLook("people-open-" + scheme);
                        page.navigate(url(node, "sign-in"));
                        assertThat(page.locator("h2")).hasText("Sign in");
                        visitor.checkLook("sign-in-open-" + scheme);
                    }
                }
            }
        }
    }
}
