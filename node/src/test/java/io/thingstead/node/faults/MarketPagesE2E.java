package io.thingstead.node.faults;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.node.Programs;
import io.thingstead.node.web.Chromium;
import io.thingstead.node.web.Visitor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What one of four members offers another one takes with the pages of their nodes, a third one signs too, and how it
/// ended stands at the offer for everybody.
class MarketPagesE2E {
    private static final String TERMS = """
            thingstead: contract/1
            title: A guaranteed bay
            about: Whoever parks pays, and another one vouches for it.
            parties:
              driver: {role: parks}
              guarantor: {role: vouches for the driver}
              operator: {role: runs the bays}
            terms:
              price: {type: money, asset: "maker:EUR", value: "1.20"}
              time: {type: duration, value: 1 h}
              plate: {type: text, value: none}
            deposits:
              fee: {by: driver, amount: price}
              backing: {by: guarantor, amount: price}
            start: parked
            states:
              parked:
                means: The car is in the bay.
                on:
                  left: {signature: operator, effects: [{pay: price, from: fee, to: operator}, {release: backing}], go: paid}
                deadline: time
                otherwise: {effects: [{pay: price, from: fee, to: operator}, {release: backing}], go: over}
              paid: {means: Paid., end: true}
              over: {means: Too long., end: true}
            """;

    @TempDir
    static Path folder;

    private static Chromium chromium;
    private static TestNetwork network;

    @BeforeAll
    static void start() throws Exception {
        Programs.engine();
        chromium = Chromium.needed();
        network = TestNetwork.here(folder);
        network.found();
        network.start();
    }

    @AfterAll
    static void stop() {
        if (network != null) network.close();
        if (chromium != null) chromium.close();
    }

    private static void press(Page page, String name) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true))
                .click();
    }

    @Test
    void an_offer_of_one_member_is_taken_by_another_and_what_it_brought_is_counted() throws Exception {
        TestMember maker = network.member(0);
        TestMember carrier = network.member(1);
        TestMember third = network.member(2);
        var _ = maker.post("/api/assets", Map.of("code", "EUR", "decimals", 2));
        for (TestMember who : List.of(carrier, third)) {
            var _ = maker.post("/api/assets/maker:EUR/issue", Map.of("amount", "5.00", "to", "member/" + who.name));
        }
        var _ = maker.post(
                "/api/offers",
                Map.of(
                        "kind",
                        "parking.bay",
                        "asset",
                        "maker:EUR",
                        "price",
                        "1.20",
                        "per",
                        "h",
                        "forMs",
                        86_400_000,
                        "text",
                        TERMS,
                        "party",
                        "operator",
                        "open",
                        List.of("plate"),
                        "places",
                        1));
        try (var driver = new Visitor(chromium, 1280, ColorScheme.LIGHT);
                var guarantor = new Visitor(chromium, 390, ColorScheme.DARK);
                var operator = new Visitor(chromium, 1280, ColorScheme.DARK)) {
            Page drivers = driver.open(carrier.page() + "market");
            drivers.locator(".offer .name a").click();
            drivers.waitForURL(Pattern.compile("/market/1$"));
            assertThat(drivers.locator("ts-offer-page .tag").first()).hasText("free");
            assertThat(drivers.getByText("Take it back…")).hasCount(0);
            press(drivers, "Take this offer…");
            Locator dialog = drivers.locator("dialog[open]");
            assertThat(dialog.getByLabel("Account of driver")).hasValue(carrier.name);
            dialog.getByLabel("Account of driver").fill("insurer");
            dialog.getByLabel("Account of guarantor").fill(third.name);
            press(drivers, "Continue…");
            assertThat(dialog.getByRole(AriaRole.ALERT)).containsText("None of these accounts is carrier’s");
            dialog.getByLabel("Account of driver").fill(carrier.name);
            dialog.getByLabel("Plate").fill("M AB 1");
            press(drivers, "Continue…");
            assertThat(dialog)
                    .containsText("maker has signed by the offer: it begins as soon as guarantor signed it, too.");
            assertThat(dialog).containsText("Driver agrees to every word of it");
            driver.checkLook("four-offer-take");
            dialog.getByRole(AriaRole.CHECKBOX).check();
            press(drivers, "Sign and take it");
            assertThat(drivers.locator("ts-offer-page > .said")).containsText("Contract 1 takes offer 1");

            Page guarantors = guarantor.open(third.page() + "contracts/1");
            press(guarantors, "Read and sign…");
            guarantors.locator("dialog[open]").getByRole(AriaRole.CHECKBOX).check();
            press(guarantors, "Sign");
            assertThat(guarantors.locator(".contract-stands")).containsText("The car is in the bay.");

            Page operators = operator.open(maker.page() + "market/1");
            assertThat(operators.locator("ts-offer-page")).containsText("1 at once, 1 taken");
            operators.navigate(maker.page() + "contracts/1");
            press(operators, "Sign left");
            press(operators, "Sign");
            assertThat(operators.locator(".contract-stands")).containsText("It ended at");
            assertThat(drivers.locator("ts-offer-page")).containsText("1 at once, 0 taken");
            assertThat(drivers.locator(".contract-sums tbody tr"))
                    .hasText(Pattern.compile("paid\\s*1\\s*1.20 maker:EUR\\s*–\\s*event \\d+"));
            driver.checkLook("four-offer-rated");
            guarantors.navigate(third.page() + "market");
            assertThat(guarantors.locator(".offer")).containsText("1 contract ended: paid 1");
            guarantor.checkLook("four-market");
        }
    }
}
