package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.thingstead.node.web.MoneyBrowserTest.dialog;
import static io.thingstead.node.web.MoneyBrowserTest.go;
import static io.thingstead.node.web.MoneyBrowserTest.ledger;
import static io.thingstead.node.web.MoneyBrowserTest.press;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.BayByTheHour;
import io.thingstead.node.Node;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The market in a real Chromium, of a real node: something is offered, found by kind, place and price, taken and taken
/// back. Who may do what there stands in [MarketRightsBrowserTest].
class MarketBrowserTest {
    static final String TERMS = BayByTheHour.paidIn("home:EUR");

    private static final DeviceId BAY = DeviceId.of("home:bay");

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

    /// A member with a bay, and a car that has money.
    static Node node(Path at) {
        Node node = MoneyBrowserTest.rich(at);
        ledger(node, RegisterDevice.withToken(BAY));
        return node;
    }

    static void post(Node node, String path, Map<String, Object> body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(node.page()).resolve(path))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(new ObjectMapper().writeValueAsString(body)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            org.assertj.core.api.Assertions.assertThat(answer.statusCode())
                    .as(answer.body())
                    .isEqualTo(200);
        }
    }

    private static void offer(Node node, String kind, String price, String place, Map<String, Object> way)
            throws Exception {
        Map<String, Object> body = new LinkedHashMap<>(way);
        body.putAll(Map.of("kind", kind, "asset", "home:EUR", "price", price, "per", "h", "forMs", 2_592_000_000L));
        if (!place.isEmpty()) {
            body.put("latitude", Double.valueOf(place.split(",", -1)[0]));
            body.put("longitude", Double.valueOf(place.split(",", -1)[1]));
        }
        post(node, "/api/offers", body);
    }

    private static final Map<String, Object> BY_CONTRACT =
            Map.of("text", TERMS, "party", "operator", "open", List.of("plate"), "places", 1);

    /// Bays in two towns, and readings.
    static void fourOffers(Node node) throws Exception {
        Map<String, Object> bay = new LinkedHashMap<>(BY_CONTRACT);
        bay.put("device", "home:bay");
        offer(node, "parking.bay", "1.20", "48.1400,11.5600", bay);
        offer(node, "parking.street", "0.80", "48.1500,11.5600", BY_CONTRACT);
        offer(node, "parking.garage", "3.00", "52.5200,13.4050", BY_CONTRACT);
        offer(node, "data.traffic", "0.01", "", Map.of("url", "https://home.example/api/readings"));
    }

    static Page open(Visitor visitor, Node node, String path) {
        Page page = visitor.open(node.page() + path);
        assertThat(page.locator("main .panel h2").first()).isVisible();
        return page;
    }

    private static Visitor visitor() {
        return new Visitor(chromium, 1280, ColorScheme.LIGHT);
    }

    static Locator offers(Page page) {
        return page.locator(".offer .name a");
    }

    static void field(Page page, String name, String text) {
        page.locator("#offer-" + name).fill(text);
    }

    static void tick(Page page) {
        dialog(page).getByRole(AriaRole.CHECKBOX).press("Space");
    }

    @Test
    void from_an_empty_market_somebody_offers_a_bay_by_a_contract_with_the_keyboard() {
        try (Node node = node(folder.resolve("empty"));
                var visitor = visitor()) {
            Page page = open(visitor, node, "market");
            assertThat(page.locator("nav.pages a[aria-current=page]")).hasText("Market");
            assertThat(page.locator("ts-market")).containsText("Nothing is offered on this ledger yet.");
            visitor.checkLook("market-empty");
            page.getByText("Offer something").press("Enter");
            page.waitForURL(node.page() + "market/new");
            assertThat(page.locator("#ready-title")).containsText("Read it once more");
            assertThat(page.locator("ts-offer-editor")).containsText("The ledger has no asset bank:EUR");
            press(page, "Write home:EUR in its place");
            assertThat(page.locator("#contract-text")).hasValue(Pattern.compile("asset: home:EUR"));
            page.locator("#contract-text").fill(TERMS);
            assertThat(page.locator("main .words")).containsText("runs the bays");
            // What is missing is asked for by its name.
            press(page, "Offer it…");
            assertThat(page.locator("#offer-kind")).isFocused();
            page.keyboard().type("Parking Bay");
            field(page, "price", "1.2");
            field(page, "per", "h");
            field(page, "device", "bay");
            field(page, "places", "1");
            page.locator("#offer-place").fill("48.14, 11.56");
            page.keyboard().press("Enter");
            assertThat(page.locator("ts-offer-editor [role=alert]")).containsText("“Parking Bay” is no kind");
            field(page, "kind", "parking.bay");
            page.getByLabel("Who takes it chooses plate").press("Space");
            assertThat(page.locator("ts-offer-editor")).containsText("operator offers; who takes it chooses plate.");
            visitor.checkLook("offer-new");
            press(page, "Offer it…");
            assertThat(dialog(page)).containsText("home offers parking.bay by home:bay for 1.20 home:EUR per h");
            assertThat(dialog(page)).containsText("operator runs the bays (account member/home)");
            assertThat(dialog(page)).containsText("home signs it with its node key");
            visitor.checkLook("offer-publish");
            tick(page);
            go(page, "Offer it");
            page.waitForURL(node.page() + "market/1");
            assertThat(page.locator("#offer-title")).hasText("parking.bay");
            assertThat(page.locator("ts-offer-page")).containsText("1 at once, 0 taken");
            assertThat(page.locator("ts-offer-page")).containsText("to be chosen text, proposed: none");
            assertThat(page.locator("ts-offer-map canvas.marks")).isVisible();
            page.navigate(node.page() + "market/new");
            assertThat(page.locator("#offer-kind")).hasValue("");
        }
    }

    @Test
    void offers_are_found_by_kind_place_and_price_and_the_address_keeps_what_was_asked() throws Exception {
        try (Node node = node(folder.resolve("found"));
                var visitor = visitor()) {
            fourOffers(node);
            visitor.standAt(48.1401, 11.5601);
            Page page = open(visitor, node, "market");
            assertThat(offers(page))
                    .hasText(new String[] {"data.traffic", "parking.garage", "parking.street", "parking.bay"});
            assertThat(page.locator("#where-title + *")).containsText("1 without a place");
            Locator kind = page.getByLabel("Kind of service");
            kind.fill("parking.");
            assertThat(offers(page)).hasCount(3);
            page.getByLabel("Sorted by").selectOption("price");
            assertThat(offers(page)).hasText(new String[] {"parking.street", "parking.bay", "parking.garage"});
            press(page, "Where I am");
            assertThat(offers(page)).hasText(new String[] {"parking.street", "parking.bay"});
            assertThat(page.locator(".offer").last()).containsText("bay, 13 m away");
            page.getByLabel("Sorted by").selectOption("distance");
            assertThat(offers(page)).hasText(new String[] {"parking.bay", "parking.street"});
            page.getByLabel("Within").selectOption("500");
            assertThat(offers(page)).hasText(new String[] {"parking.bay"});
            page.reload();
            assertThat(offers(page)).hasText(new String[] {"parking.bay"});
            page.getByLabel("at most").fill("1.19");
            assertThat(page.locator("ts-market")).containsText("Nothing is offered that fits.");
            visitor.checkLook("market-none-fits");
            press(page, "show everything");
            assertThat(offers(page)).hasCount(4);
            assertThat(kind).isFocused();
            page.getByLabel("at most").fill("0.80");
            assertThat(offers(page)).hasText(new String[] {"data.traffic", "parking.street"});
            press(page, "Clear");
            kind.fill("no kind!");
            assertThat(page.locator("ts-market [role=alert]")).containsText("“no kind!” is no kind");
            press(page, "Clear");
            page.getByLabel("only this member’s").check();
            assertThat(offers(page)).hasCount(4);

            // By the map: what is nearest to its middle is chosen, and stands out in the list.
            kind.fill("parking.garage");
            assertThat(offers(page)).hasCount(1);
            page.locator("ts-offer-map canvas.marks").press("Enter");
            assertThat(page.locator(".offer[aria-current]")).containsText("parking.garage");
            press(page, "Middle of the map");
            assertThat(page.locator(".offer")).containsText(" m away");
            offers(page).press("Enter");
            page.waitForURL(node.page() + "market/3");
            page.goBack();
            assertThat(offers(page)).hasText(new String[] {"parking.garage"});
        }
    }

    @Test
    void a_car_takes_a_bay_which_is_full_until_its_contract_ends_and_the_bay_is_taken_back() throws Exception {
        try (Node node = node(folder.resolve("taken"));
                var visitor = visitor()) {
            fourOffers(node);
            Page page = open(visitor, node, "market/1");
            assertThat(page.locator("main .words")).containsText("MONEY LOCKED UP BY SIGNING");
            assertThat(page.locator("ts-offer-page")).containsText("None has ended yet in which money moved.");
            press(page, "Take this offer…");
            assertThat(dialog(page).getByLabel("Account of driver")).hasValue("home");
            dialog(page).getByLabel("Account of driver").fill("home:nobody!");
            go(page, "Continue…");
            assertThat(dialog(page).getByRole(AriaRole.ALERT)).containsText("is no account");
            dialog(page).getByLabel("Account of driver").fill("home:car");
            dialog(page).getByLabel("Plate").fill("M AB 1");
            page.keyboard().press("Enter");
            assertThat(dialog(page)).containsText("home:car is driver, home is operator.");
            assertThat(dialog(page)).containsText("home:car locks up 1.20 home:EUR when it begins.");
            assertThat(dialog(page).locator(".words")).containsText("M AB 1");
            visitor.checkLook("offer-take");
            go(page, "Change");
            assertThat(dialog(page).getByLabel("Plate")).hasValue("M AB 1");
            go(page, "Continue…");
            // Nothing is signed that nobody said to have read.
            go(page, "Sign and take it");
            assertThat(dialog(page)).hasCount(1);
            tick(page);
            go(page, "Sign and take it");
            assertThat(page.locator("ts-offer-page > .said")).containsText("Contract 1 takes offer 1");
            assertThat(page.locator("ts-offer-page")).containsText("1 at once, 1 taken");
            assertThat(page.locator("ts-offer-page")).containsText("All its places are taken");
            assertThat(page.getByText("Take this offer…")).isDisabled();
            visitor.checkLook("offer-full");
            page.getByText("The contract’s page").press("Enter");
            page.waitForURL(node.page() + "contracts/1");
            assertThat(page.locator(".contract-stands")).containsText("The car is in the bay.");
            page.navigate(node.page() + "market");
            assertThat(page.locator(".offer.full")).containsText("taken");
            page.getByLabel("only free ones").check();
            assertThat(offers(page)).hasText(new String[] {"data.traffic", "parking.garage", "parking.street"});

            post(node, "/api/contracts/1/steps", Map.of("kind", "sign", "way", "left"));
            assertThat(offers(page)).hasCount(4);
            page.navigate(node.page() + "market/1");
            assertThat(page.locator("ts-offer-page")).containsText("1 at once, 0 taken");
            press(page, "Take it back…");
            assertThat(dialog(page)).containsText("Nobody can take parking.bay from offer 1 any more.");
            page.keyboard().press("Escape");
            assertThat(dialog(page)).hasCount(0);
            press(page, "Take it back…");
            go(page, "Take it back");
            assertThat(page.locator("ts-offer-page > .said")).containsText("was taken back by home");
            assertThat(page.locator("#offer-title + *")).hasText("taken back");
            assertThat(page.getByText("Take this offer…")).hasCount(0);
            visitor.expect("the server responded with a status of 404");
            page.reload();
            assertThat(page.locator("ts-offer")).containsText("There is no offer “1”, or it was taken back");
            page.navigate(node.page() + "market");
            assertThat(offers(page)).hasCount(3);
        }
    }

    @Test
    void something_is_offered_by_the_request_at_a_place_that_is_pointed_at() {
        try (Node node = node(folder.resolve("request"));
                var visitor = visitor()) {
            Page page = open(visitor, node, "market/new");
            field(page, "kind", "data.weather");
            field(page, "price", "0.01");
            field(page, "per", "{request}");
            page.getByLabel("By the request").check();
            assertThat(page.locator("#contract-text")).hasCount(0);
            field(page, "url", "https://home.example/api/readings");
            page.locator("ts-place-map canvas.marks").focus();
            page.keyboard().press("ArrowRight");
            page.keyboard().press("Enter");
            assertThat(page.locator("#offer-place")).hasValue(Pattern.compile("\\d+\\.\\d+, \\d+\\.\\d+"));
            page.reload();
            assertThat(page.locator("#offer-kind")).hasValue("data.weather");
            assertThat(page.locator("#offer-url")).hasValue("https://home.example/api/readings");
            visitor.checkLook("offer-new-request");
            press(page, "Offer it…");
            assertThat(dialog(page)).containsText("Each request is paid with a voucher of a payment channel.");
            go(page, "Offer it");
            page.waitForURL(node.page() + "market/1");
            assertThat(page.locator("ts-offer-page .lead.price")).containsText("0.01 home:EUR per request");
            assertThat(page.locator("ts-offer-page pre"))
                    .containsText("thingstead buy 'https://home.example/api/readings'");
            assertThat(page.getByText("Take this offer…")).hasCount(0);
            visitor.checkLook("offer-request");
        }
    }

    @Test
    void how_contracts_ended_stands_there_with_what_they_brought_and_cost() throws Exception {
        try (Node node = node(folder.resolve("ratings"));
                var visitor = visitor()) {
            fourOffers(node);
            Page page = open(visitor, node, "market");
            // Money that went between members, which this node has none of.
            page.route("**/api/offers**", route -> {
                var answer = route.fetch();
                route.fulfill(new Route.FulfillOptions()
                        .setResponse(answer)
                        .setBody(answer.text().replace("\"rating\":[]", """
                            "rating": [{"kind": "parking.bay", "asset": "home:EUR", "state": "paid_out", "count": 12,
                              "earned": "14.40", "lost": "0.00", "event": 9},
                              {"kind": "parking.bay", "asset": "home:EUR", "state": "broken", "count": 1,
                              "earned": "0.00", "lost": "2.00", "event": 7}]\
                            """)));
            });
            assertThat(page.locator(".offer").last()).containsText("13 contracts ended: paid out 12, broken 1");
            page.navigate(node.page() + "market/1");
            Locator rows = page.locator(".contract-sums tbody tr");
            assertThat(rows.first()).hasText(Pattern.compile("paid out\\s*12\\s*14.40 home:EUR\\s*–\\s*event 9"));
            assertThat(rows.last()).hasText(Pattern.compile("broken\\s*1\\s*–\\s*2.00 home:EUR\\s*event 7"));
            visitor.checkLook("offer-rated");
            page.setViewportSize(390, 900);
            org.assertj.core.api.Assertions.assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
                    .isLessThanOrEqualTo(390);
        }
    }

    @Test
    void it_is_accessible_and_fits_wide_and_narrow_in_light_and_dark() throws Exception {
        try (Node node = node(folder.resolve("looks"))) {
            fourOffers(node);
            post(node, "/api/offers/1/take", Map.of("taker", "device/home:car", "values", Map.of("plate", "M AB 1")));
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                for (int width : new int[] {1280, 390}) {
                    try (var visitor = new Visitor(chromium, width, scheme)) {
                        Page page = open(visitor, node, "market?near=48.14,11.56&radius=10000");
                        assertThat(offers(page)).hasCount(2);
                        visitor.checkLook("market-near-" + scheme);
                        page.navigate(node.page() + "market");
                        assertThat(offers(page)).hasCount(4);
                        visitor.checkLook("market-" + scheme);
                        page.navigate(node.page() + "market/2");
                        assertThat(page.locator("#offer-title")).hasText("parking.street");
                        visitor.checkLook("offer-" + scheme);
                        press(page, "Take this offer…");
                        visitor.checkLook("offer-take-form-" + scheme);
                        go(page, "Continue…");
                        assertThat(dialog(page).locator(".words")).isVisible();
                        visitor.checkLook("offer-take-" + scheme);
                        page.keyboard().press("Escape");
                        page.navigate(node.page() + "market/new?template=parking");
                        assertThat(page.locator("main .words")).containsText("Parking by the minute");
                        assertThat(page.locator("ts-contract-form .pick")).hasCount(2);
                        visitor.checkLook("offer-new-" + scheme);
                    }
                }
            }
        }
    }
}
