package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.thingstead.node.web.MarketBrowserTest.TERMS;
import static io.thingstead.node.web.MarketBrowserTest.field;
import static io.thingstead.node.web.MarketBrowserTest.fourOffers;
import static io.thingstead.node.web.MarketBrowserTest.node;
import static io.thingstead.node.web.MarketBrowserTest.offers;
import static io.thingstead.node.web.MarketBrowserTest.open;
import static io.thingstead.node.web.MarketBrowserTest.post;
import static io.thingstead.node.web.MarketBrowserTest.tick;
import static io.thingstead.node.web.MoneyBrowserTest.CAR;
import static io.thingstead.node.web.MoneyBrowserTest.EUR;
import static io.thingstead.node.web.MoneyBrowserTest.HOMES;
import static io.thingstead.node.web.MoneyBrowserTest.dialog;
import static io.thingstead.node.web.MoneyBrowserTest.go;
import static io.thingstead.node.web.MoneyBrowserTest.ledger;
import static io.thingstead.node.web.MoneyBrowserTest.press;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.model.AccountId;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who may take and offer what on the market's pages: a browser that is a wallet, and people with and without the
/// right.
class MarketRightsBrowserTest {
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

    @Test
    void the_wallet_of_a_browser_takes_an_offer_with_its_own_signature_and_counts_for_nothing_at_its_host()
            throws Exception {
        try (Node node = node(folder.resolve("wallet"));
                var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            fourOffers(node);
            Page page = MoneyBrowserTest.open(visitor, node, "#wallet");
            press(page, "Make a wallet in this browser");
            press(page, "Open its account");
            assertThat(page.locator("#account-title")).containsText("Account of wallet");
            String account =
                    (String) page.evaluate("async () => (await import('/app/wallet/wallet.js')).wallet.account");
            open(visitor, node, "market/1");
            press(page, "Take this offer…");
            dialog(page).getByLabel("Account of driver").fill(account);
            go(page, "Continue…");
            assertThat(dialog(page)).containsText("This browser signs it with its key");
            tick(page);
            visitor.expect("the server responded with a status of 409");
            go(page, "Sign and take it");
            assertThat(dialog(page).getByRole(AriaRole.ALERT)).containsText("home:EUR");
            ledger(node, new Issue(EUR, AccountId.of(account), 2_000, null));
            go(page, "Sign and take it");
            assertThat(page.locator("ts-offer-page > .said")).containsText("Contract 1 takes offer 1");
            post(node, "/api/contracts/1/steps", Map.of("kind", "sign", "way", "left"));
            // A hosted wallet belongs to its member: nobody praises itself.
            assertThat(page.locator("ts-offer-page")).containsText("1 at once, 0 taken");
            assertThat(page.locator("ts-offer-page")).containsText("None has ended yet in which money moved.");
        }
    }

    @Test
    void whoever_may_only_look_finds_offers_and_no_button_that_signs_anything() throws Exception {
        Path config = folder.resolve("people.toml");
        Files.writeString(config, "[people]\nrequired = true\n");
        try (Node node = Node.start(
                        folder.resolve("people"),
                        NodeConfig.read(config).withMember("home").withPorts(0, 0));
                var ada = new Visitor(chromium, 1280, ColorScheme.LIGHT);
                var bob = new Visitor(chromium, 390, ColorScheme.DARK)) {
            ledger(
                    node,
                    RegisterDevice.withToken(CAR),
                    new CreateAsset(EUR, 2),
                    new Issue(EUR, HOMES, 100_000, null),
                    new Transfer(HOMES, AccountId.of(CAR), EUR, 1_250, null, null));
            // By the name to which browsers bind passkeys.
            String url = node.page().replace("127.0.0.1", "localhost");
            Page page = enter(ada, node.firstLink().orElseThrow(), "Ada", url);
            page.navigate(url + "market/new");
            field(page, "kind", "data.weather");
            field(page, "price", "0.01");
            field(page, "per", "{request}");
            page.getByLabel("By the request").check();
            field(page, "url", "https://home.example/api/readings");
            press(page, "Offer it…");
            go(page, "Offer it");
            page.waitForURL(url + "market/1");
            page.navigate(url + "market/new");
            assertThat(page.locator("#ready-title")).containsText("Read it once more");
            field(page, "kind", "parking.bay");
            field(page, "price", "1.20");
            field(page, "per", "h");
            page.locator("#contract-text").fill(TERMS);
            press(page, "Offer it…");
            tick(page);
            go(page, "Offer it");
            page.waitForURL(url + "market/2");
            page.navigate(url + "people");
            page.locator("#invite-name").fill("Bob");
            press(page, "Make a link");
            Page other = enter(bob, page.locator("ts-others .once pre").textContent(), "", url);
            other.navigate(url + "market");
            assertThat(offers(other)).hasText(new String[] {"parking.bay", "data.weather"});
            assertThat(other.getByText("Offer a service")).hasCount(0);
            bob.checkLook("market-viewer");
            offers(other).first().press("Enter");
            assertThat(other.locator("#offer-title")).hasText("parking.bay");
            assertThat(other.locator("ts-offer-page .head .buttons")).hasCount(0);
            bob.checkLook("offer-viewer");
            other.navigate(url + "market/new");
            assertThat(other.locator("ts-offer-editor")).containsText("takes the right “money”");
            assertThat(other.locator("ts-offer-editor button")).hasCount(0);

            // A wallet signs for itself, whoever has it.
            other.navigate(url + "money#wallet");
            press(other, "Make a wallet in this browser");
            assertThat(other.locator("ts-browser-wallet")).containsText("An administrator opens its account");
            other.navigate(url + "market/2");
            press(other, "Take this offer…");
            assertThat(dialog(other).getByLabel("Account of driver")).hasValue(Pattern.compile("key/[0-9a-f]{64}"));
            assertThat(other.getByText("Take it back…")).hasCount(0);
        }
    }

    private static Page enter(Visitor visitor, String link, String name, String url) throws IOException {
        visitor.expect("the server responded with a status of 401");
        Page page = visitor.open(link);
        new VirtualAuthenticator(page);
        if (!name.isEmpty()) page.getByLabel("Your name").fill(name);
        press(page, "Make a passkey");
        page.waitForURL(url);
        return page;
    }
}
