package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.Hold;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.OpenAccount;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.Transfer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page of money in a real Chromium, of a real node: from nothing to assets, payments, promises and files.
class MoneyBrowserTest {
    static final MemberId HOME = new MemberId("home");
    static final AccountId HOMES = AccountId.of(HOME);
    static final DeviceId CAR = DeviceId.of("home:car");
    static final AssetId EUR = AssetId.of("home:EUR");

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

    static Node node(Path at) {
        Node node = Node.start(at, NodeConfig.DEFAULT.withMember("home").withPorts(0, 0));
        ledger(node, RegisterDevice.withToken(CAR));
        return node;
    }

    static void ledger(Node node, Action... actions) {
        assertThat(node.core().registrar().ask(List.of(actions))).isEmpty();
    }

    /// A thousand euros, a little of them with the car.
    static Node rich(Path at) {
        Node node = node(at);
        ledger(
                node,
                new CreateAsset(EUR, 2),
                new Issue(EUR, HOMES, 100_000, null),
                new Transfer(HOMES, AccountId.of(CAR), EUR, 1_250, null, null));
        return node;
    }

    static Page open(Visitor visitor, Node node, String part) {
        Page page = visitor.open(node.page() + "money" + part);
        assertThat(page.locator("main .panel h2").first()).isVisible();
        return page;
    }

    static void press(Page page, String button) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button))
                .first()
                .press("Enter");
    }

    static Locator dialog(Page page) {
        return page.locator("dialog[open]");
    }

    /// In the open dialog.
    static void fill(Page page, String label, String text) {
        dialog(page)
                .getByLabel(label, new Locator.GetByLabelOptions().setExact(true))
                .fill(text);
    }

    static void go(Page page, String button) {
        dialog(page)
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(button).setExact(true))
                .press("Enter");
    }

    static Locator said(Page page) {
        return page.locator("ts-money > .said");
    }

    private static Locator account(Page page, String name) {
        return page.locator("ts-money-overview .account").filter(new Locator.FilterOptions().setHasText(name));
    }

    @Test
    void from_an_empty_page_somebody_comes_to_an_asset_issues_and_sends_it_with_the_keyboard() {
        try (Node node = node(folder.resolve("empty"));
                var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            Page page = open(visitor, node, "");
            assertThat(page.locator("nav.pages a[aria-current=page]")).hasText("Money");
            assertThat(page.locator("ts-money-overview")).containsText("There is no money on this ledger yet.");
            visitor.checkLook("money-empty");
            press(page, "Create an asset…");
            fill(page, "Code", "EUR");
            page.keyboard().press("Enter");
            assertThat(dialog(page)).containsText("home issues the asset home:EUR from now on.");
            assertThat(dialog(page)).containsText("home signs it with its node key");
            go(page, "Create it");
            assertThat(said(page)).containsText("home created the asset home:EUR with 2 decimals");
            assertThat(page.locator("ts-money-overview")).containsText("Nothing yet.");

            press(page, "Issue some home:EUR…");
            fill(page, "Amount", "1000");
            page.keyboard().press("Enter");
            assertThat(dialog(page)).containsText("1,000.00 home:EUR more come into being and go to home.");
            go(page, "Issue");
            assertThat(page.locator(".totals")).containsText("1,000.00");
            assertThat(account(page, "issued by this member")).containsText("1,000.00 in circulation");

            press(page, "Send…");
            fill(page, "To", "home:car");
            fill(page, "Amount", "12.505");
            page.keyboard().press("Enter");
            assertThat(dialog(page).getByRole(AriaRole.ALERT)).hasText("home:EUR has at most 2 decimals.");
            fill(page, "Amount", "12.5");
            page.keyboard().press("Enter");
            assertThat(dialog(page)).containsText("12.50 home:EUR go from home to home:car.");
            assertThat(dialog(page)).containsText("1,000.00 home:EUR to spend now, 987.50 home:EUR after this.");
            page.keyboard().press("Escape");
            assertThat(dialog(page)).hasCount(0);
            assertThat(node.core().ledger().money().balances(AccountId.of(CAR))).isEmpty();

            press(page, "Send…");
            fill(page, "To", "home:car");
            fill(page, "Amount", "5000");
            go(page, "Continue…");
            assertThat(dialog(page)).containsText("which is not enough");
            visitor.expect("the server responded with a status of 409");
            go(page, "Send");
            assertThat(dialog(page).getByRole(AriaRole.ALERT)).containsText("1000.00");
            go(page, "Change");
            assertThat(dialog(page).getByLabel("To")).hasValue("home:car");
            fill(page, "Amount", "12.5");
            go(page, "Continue…");
            go(page, "Send");
            assertThat(said(page)).containsText("home paid 12.50 home:EUR to home:car");
            assertThat(account(page, "home:car")).containsText("12.50 home:EUR");
            assertThat(account(page, "this member").first()).containsText("987.50");

            press(page, "Redeem home:EUR");
            fill(page, "Amount", "87.50");
            go(page, "Continue…");
            go(page, "Redeem");
            assertThat(account(page, "issued by this member")).containsText("912.50 in circulation");
            said(page).getByRole(AriaRole.LINK).click();
            page.waitForURL(Pattern.compile(".*/ledger#event/\\d+$"));
            assertThat(page.locator("ts-ledger .lead")).containsText("home redeemed 87.50 home:EUR");
            page.locator("ts-ledger .table a[href*='subject/asset']").click();
            assertThat(page.locator("ts-ledger h2").first()).containsText("asset home:EUR");
        }
    }

    private static String saved(Page page, Runnable press) throws Exception {
        Download download = page.waitForDownload(press);
        return Files.readString(download.path(), StandardCharsets.UTF_8);
    }

    private static void button(Page page, String name) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name))
                .click();
    }

    @Test
    void movements_are_filtered_and_taken_out_for_book_keepers_and_banks() throws Exception {
        try (Node node = rich(folder.resolve("moves"));
                var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            ledger(
                    node,
                    new CreateAsset(AssetId.of("home:POINTS"), 0),
                    new Issue(AssetId.of("home:POINTS"), HOMES, 7, null));
            Page page = open(visitor, node, "#account/member/home");
            Locator rows = page.locator(".movements li");
            assertThat(rows).hasCount(3);
            assertThat(rows.first()).containsText("+7 home:POINTS");
            assertThat(rows.first().getByRole(AriaRole.CHECKBOX)).hasCount(0);
            assertThat(rows.nth(1)).containsText("−12.50 home:EUR");
            assertThat(rows.nth(1)).containsText("home paid 12.50 home:EUR to home:car");
            assertThat(page.locator("ts-movements")).containsText("choose an asset for a statement");
            page.getByLabel("Asset").selectOption("home:EUR");
            assertThat(rows).hasCount(2);

            String csv = saved(page, () -> button(page, "Statement in home:EUR as CSV"));
            assertThat(csv.lines()).hasSize(3).last().asString().contains("-12.50,home:EUR,device/home:car,987.50");
            String camt = saved(page, () -> button(page, "Statement in home:EUR as camt.053"));
            assertThat(camt).contains("camt.053.001.08").contains("<Amt Ccy=\"EUR\">987.50</Amt>");

            page.getByLabel("From").fill("2200-01-01");
            assertThat(page.locator("ts-movements")).containsText("Nothing moved like this.");
            press(page, "Clear");
            assertThat(rows).hasCount(3);

            page.getByLabel(Pattern.compile("Choose event \\d+ for a bank"))
                    .first()
                    .check();
            press(page, "Instructions for a bank…");
            assertThat(dialog(page)).containsText("home paid 12.50 home:EUR to home:car");
            dialog(page).getByLabel("Name of the payer").fill("Home");
            dialog(page).getByLabel("IBAN of the payer").fill("DE75 5121 0800 1245 1261 99");
            dialog(page).getByLabel(Pattern.compile("^Name of the payee")).fill("Car");
            dialog(page).getByLabel(Pattern.compile("^IBAN of the payee")).fill("FR1420041010050500013M02607");
            visitor.expect("the server responded with a status of 400");
            go(page, "Save the file");
            assertThat(dialog(page).getByRole(AriaRole.ALERT)).containsText("not an IBAN");
            visitor.checkLook("money-instructions");
            dialog(page).getByLabel(Pattern.compile("^IBAN of the payee")).fill("FR1420041010050500013M02606");
            String pain = saved(page, () -> go(page, "Save the file"));
            assertThat(pain).contains("pain.001.001.09").contains("<InstdAmt Ccy=\"EUR\">12.50</InstdAmt>");
            assertThat(dialog(page)).hasCount(0);
            rows.nth(1).getByRole(AriaRole.LINK).click();
            page.waitForURL(Pattern.compile(".*/ledger#event/\\d+$"));
        }
    }

    private static Locator promise(Page page, String panel) {
        return page.locator("section[aria-labelledby=" + panel + "-title] .promise");
    }

    private static void visit(Page page, Node node, String account) {
        page.navigate(node.page() + "money#account/" + account);
        assertThat(page.locator("#account-title")).hasText("Account of " + account.replaceAll("^[a-z]+/", ""));
    }

    @Test
    void money_is_set_aside_and_taken_and_a_limit_is_given_used_and_ended() {
        try (Node node = rich(folder.resolve("promises"));
                var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            Page page = open(visitor, node, "#account/member/home");
            press(page, "Set aside…");
            fill(page, "For", "home:car");
            fill(page, "Amount", "30");
            go(page, "Continue…");
            assertThat(dialog(page)).containsText("30.00 home:EUR of home are set aside for home:car, for 1 day.");
            go(page, "Set aside");
            assertThat(promise(page, "holds")).containsText("free again in 24 h");
            assertThat(page.locator(".balances")).containsText("30.00 held, 957.50 free");
            press(page, "Take of hold 1");
            assertThat(dialog(page).getByLabel("Amount")).hasValue("30.00");
            fill(page, "Amount", "10");
            go(page, "Continue…");
            assertThat(dialog(page)).containsText("The rest, 20.00 home:EUR, is free again for home");
            go(page, "Take it");
            assertThat(said(page)).containsText("home:car took 10.00 home:EUR of hold 1 from home");
            assertThat(promise(page, "holds")).hasCount(0);

            press(page, "Let another spend…");
            fill(page, "Who may spend", "home:car");
            fill(page, "A day", "20");
            fill(page, "At once", "5");
            dialog(page).getByLabel("On what").fill("Parking lots");
            go(page, "Continue…");
            assertThat(dialog(page).getByRole(AriaRole.ALERT)).containsText("one word of a–z");
            dialog(page).getByLabel("On what").fill("parking");
            go(page, "Continue…");
            assertThat(dialog(page)).containsText("home:car may spend 20.00 home:EUR a day, 5.00 home:EUR at once");
            go(page, "Allow it");
            assertThat(promise(page, "limits")).containsText("0.00 of 20.00 used today");
            assertThat(promise(page, "limits")).containsText("on parking");
            visit(page, node, "device/home:car");
            visitor.expect("the server responded with a status of 409");
            press(page, "Spend within limit 1");
            fill(page, "To", "home:car");
            fill(page, "Amount", "6");
            go(page, "Continue…");
            go(page, "Send");
            assertThat(dialog(page).getByRole(AriaRole.ALERT)).containsText("5.00");
            go(page, "Change");
            fill(page, "Amount", "4.5");
            go(page, "Continue…");
            assertThat(dialog(page)).containsText("4.50 home:EUR go from home to home:car, within limit 1.");
            go(page, "Send");
            assertThat(promise(page, "limits")).containsText("4.50 of 20.00 used today");
            press(page, "End limit 1");
            assertThat(dialog(page)).containsText("home:car may not spend from the account of home");
            go(page, "End it");
            assertThat(promise(page, "limits")).hasCount(0);
            assertThat(page.locator("section[aria-labelledby=limits-title]")).containsText("None.");
        }
    }

    @Test
    void a_channel_is_opened_filled_its_vouchers_are_signed_here_and_it_is_closed_with_the_highest() throws Exception {
        try (Node node = rich(folder.resolve("channels"));
                var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            Page page = open(visitor, node, "#account/member/home");
            press(page, "Open a channel…");
            fill(page, "To", "home:car");
            fill(page, "Deposit", "40");
            go(page, "Continue…");
            assertThat(dialog(page)).containsText("40.00 home:EUR go from home into a channel to home:car");
            assertThat(dialog(page)).containsText("This browser’s key signs its vouchers.");
            go(page, "Open it");
            assertThat(promise(page, "channels")).containsText("this browser signs its vouchers");
            press(page, "Put more into channel 1");
            fill(page, "Amount", "5");
            go(page, "Continue…");
            go(page, "Put it in");
            assertThat(promise(page, "channels")).containsText("45.00 home:EUR");

            press(page, "Sign a voucher of channel 1");
            fill(page, "In all", "45.01");
            go(page, "Sign it");
            assertThat(dialog(page).getByRole(AriaRole.ALERT)).containsText("The deposit is 45.00 home:EUR");
            fill(page, "In all", "44");
            go(page, "Sign it");
            assertThat(dialog(page).locator("[role=status]")).containsText("Signed: 44.00 home:EUR in all.");
            String voucher = dialog(page).locator("pre").textContent();
            fill(page, "In all", "43");
            go(page, "Sign it");
            assertThat(dialog(page).getByRole(AriaRole.ALERT)).containsText("gives nobody anything");
            go(page, "Done");

            press(page, "Close channel 1");
            dialog(page).getByLabel("The highest voucher").fill(voucher.substring(2));
            go(page, "Continue…");
            assertThat(dialog(page).getByRole(AriaRole.ALERT)).containsText("That is no voucher");
            dialog(page).getByLabel("The highest voucher").fill(voucher);
            go(page, "Continue…");
            assertThat(dialog(page)).containsText("The voucher says 44.00 home:EUR in all for home:car.");
            assertThat(dialog(page)).containsText("It is settled at once.");
            go(page, "Close it");
            assertThat(said(page)).containsText("Channel 1 paid 44.00 home:EUR to home:car and the rest back to home");
            assertThat(promise(page, "channels")).hasCount(0);

            payerCloses(node, page, visitor);
        }
    }

    /// To a wallet that somebody else has: its time to show a voucher counts down.
    private static void payerCloses(Node node, Page page, Visitor visitor) {
        SigningKey stranger = SigningKey.generate(Algorithm.ED25519);
        var ledger = node.core().registrar().ledger();
        ledger(node, new OpenAccount(HOME, stranger.key(), Possession.sign("home#wallet", ledger, stranger)));
        press(page, "Open a channel…");
        fill(page, "To", "key/" + stranger.key().thumbprint().hex());
        fill(page, "Deposit", "2");
        go(page, "Continue…");
        go(page, "Open it");
        assertThat(promise(page, "channels")).containsText("Channel 2");
        press(page, "Close channel 2");
        go(page, "Continue…");
        assertThat(dialog(page)).containsText("may show a higher voucher for 10 minutes; then it is settled");
        go(page, "Close it");
        assertThat(promise(page, "channels")).containsText(Pattern.compile("closing: settled in (9:\\d\\d|10:00) min"));
        assertThat(promise(page, "channels").getByRole(AriaRole.BUTTON)).hasCount(0);
        visitor.checkLook("money-closing");
    }

    @Test
    void whoever_may_only_look_sees_all_of_it_and_no_button_that_moves_anything() throws Exception {
        Path config = folder.resolve("people.toml");
        Files.writeString(config, "[people]\nrequired = true\n");
        try (Node node = Node.start(
                        folder.resolve("people"),
                        NodeConfig.read(config).withMember("home").withPorts(0, 0));
                var ada = new Visitor(chromium, 1280, ColorScheme.LIGHT);
                var bob = new Visitor(chromium, 390, ColorScheme.DARK)) {
            ledger(node, RegisterDevice.withToken(CAR), new CreateAsset(EUR, 2), new Issue(EUR, HOMES, 100_000, null));
            ledger(node, new Hold(HOMES, AccountId.of(CAR), EUR, 100, System.currentTimeMillis() + 3_600_000, null));
            // By the name to which browsers bind passkeys.
            String url = node.page().replace("127.0.0.1", "localhost");
            ada.expect("the server responded with a status of 401");
            bob.expect("the server responded with a status of 401");
            Page page = ada.open(node.firstLink().orElseThrow());
            new VirtualAuthenticator(page);
            page.getByLabel("Your name").fill("Ada");
            press(page, "Make a passkey");
            page.waitForURL(url);
            page.navigate(url + "people");
            page.locator("#invite-name").fill("Bob");
            press(page, "Make a link");
            Page other = bob.open(page.locator("ts-others .once pre").textContent());
            new VirtualAuthenticator(other);
            press(other, "Make a passkey");
            other.waitForURL(url);
            other.navigate(url + "money#account/member/home");
            assertThat(other.locator(".balances")).containsText("1,000.00");
            assertThat(promise(other, "holds")).containsText("1.00 home:EUR");
            assertThat(other.locator("ts-money .head .buttons .strong, .promise button"))
                    .hasCount(0);
            bob.checkLook("money-viewer");
            other.navigate(url + "money#wallet");
            press(other, "Make a wallet in this browser");
            assertThat(other.locator("ts-browser-wallet")).containsText("An administrator opens its account");
            bob.checkLook("money-viewer-wallet");
            List<String> asks = other.locator("ts-browser-wallet pre").allTextContents();

            // The administrator opens it with what Bob hands over.
            page.navigate(url + "money");
            press(page, "Open a wallet’s account…");
            dialog(page).getByLabel("Its public key").fill(asks.getFirst());
            dialog(page).getByLabel("Its proof of possession").fill(asks.getLast());
            go(page, "Continue…");
            go(page, "Open it");
            assertThat(said(page)).containsText("An account was opened for the wallet");
            assertThat(account(page, "hosted wallet")).containsText("nothing");
            assertThat(other.locator("#account-title")).containsText("Account of wallet");
        }
    }

    @Test
    void it_is_accessible_and_fits_wide_and_narrow_in_light_and_dark() {
        try (Node node = rich(folder.resolve("looks"))) {
            ledger(node, new Hold(HOMES, AccountId.of(CAR), EUR, 100, System.currentTimeMillis() + 3_600_000, null));
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                for (int width : new int[] {1280, 390}) {
                    try (var visitor = new Visitor(chromium, width, scheme)) {
                        Page page = open(visitor, node, "");
                        assertThat(page.locator(".totals")).isVisible();
                        visitor.checkLook("money-" + scheme);
                        page.navigate(node.page() + "money#account/member/home");
                        assertThat(page.locator(".movements li")).hasCount(2);
                        assertThat(promise(page, "holds")).isVisible();
                        visitor.checkLook("money-account-" + scheme);
                        press(page, "Let another spend…");
                        assertThat(dialog(page)).isVisible();
                        visitor.checkLook("money-limit-" + scheme);
                        page.keyboard().press("Escape");
                        press(page, "Open a channel…");
                        visitor.checkLook("money-channel-" + scheme);
                        page.keyboard().press("Escape");
                        press(page, "Send…");
                        fill(page, "To", "home:car");
                        fill(page, "Amount", "1");
                        go(page, "Continue…");
                        assertThat(dialog(page)).containsText("1.00 home:EUR go from home to home:car.");
                        visitor.checkLook("money-confirm-" + scheme);
                    }
                }
            }
        }
    }
}
