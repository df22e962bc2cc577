package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.view.SigningDevice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// The pages of contracts in a real Chromium, of a real node that is one member alone: its device is the other party.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContractPagesBrowserTest {
    static final String TEXT = """
            thingstead: contract/1
            title: Warm room
            about: The room is heated for the guest; once it is warm the host is paid.
            parties:
              guest: {role: pays for the warmth}
              host: {role: heats the room}
            terms:
              room: {type: device, held_by: guest, value: "home:room"}
              temperature: {type: stream, device: room, reading: temperature, unit: Cel}
              warm: {type: quantity, unit: Cel, value: "20.5"}
              price: {type: money, asset: "home:EUR", value: "3.00"}
              tip: {type: money, asset: "home:EUR", value: "0.50"}
              time: {type: duration, value: 1 h}
              rest: {type: duration, value: 10 min}
            deposits:
              pot: {by: guest, amount: price}
              back: {by: host, amount: tip}
            pause: {by: guest, at_most: rest}
            start: heating
            states:
              heating:
                means: The room is being heated.
                on:
                  is_warm:
                    evidence: temperature
                    when: temperature >= warm
                    effects: [{pay: price, from: pot, to: host}]
                    go: thanks
                  given_up: {signature: [guest, host], effects: [{release: pot}, {release: back}], go: cold}
                demand:
                  - stream: temperature
                    within: rest
                    missing: {effects: [{pay: price, from: pot, to: host}, {release: back}], go: paid}
                deadline: time
                otherwise: {effects: [{release: pot}, {release: back}], go: cold}
              thanks:
                means: The host may give something back.
                on:
                  gives: {payment: back, amount: tip, effects: [{release: back, to: guest}], go: paid}
                deadline: rest
                otherwise: {effects: [{release: back}], go: paid}
              paid: {means: The host is paid., end: true}
              cold: {means: It did not get warm., end: true}
            """;

    @TempDir
    private static Path folder;

    private static Chromium chromium;
    private static Node node;
    private static SigningDevice room;

    @BeforeAll
    static void start() throws Exception {
        chromium = Chromium.needed();
        node = Node.start(
                folder.resolve("node"), NodeConfig.DEFAULT.withMember("home").withPorts(0, 0));
        var refused = node.core()
                .registrar()
                .ask(List.of(
                        RegisterDevice.withToken(DeviceId.of("home:heater")),
                        RegisterDevice.withToken(DeviceId.of("home:attic"))));
        org.assertj.core.api.Assertions.assertThat(refused).isEmpty();
        room = SigningDevice.registered(node.core(), "room");
        post("/api/assets", "{'code': 'EUR', 'decimals': 2}");
        post("/api/assets/home:EUR/issue", "{'amount': '100.00'}");
        post("/api/transfers", "{'to': 'device/home:heater', 'asset': 'home:EUR', 'amount': '10.00'}");
    }

    private static void post(String path, String body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(node.page()).resolve(path))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            org.assertj.core.api.Assertions.assertThat(answer.statusCode())
                    .as(answer.body())
                    .isEqualTo(200);
        }
    }

    @AfterAll
    static void stop() {
        if (node != null) node.close();
        if (chromium != null) chromium.close();
    }

    private static String url(String path) {
        return node.page() + path;
    }

    private static Visitor visitor() {
        return new Visitor(chromium, 1280, ColorScheme.LIGHT);
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator text(Page page) {
        return page.locator("#contract-text");
    }

    /// Types the contract, says who its parties are, and brings it onto the ledger.
    private static void draft(Page page) {
        draft(page, "home:room");
    }

    private static void draft(Page page, String room) {
        page.navigate(url("contracts/new"));
        text(page).fill(TEXT);
        assertThat(page.locator("#ready-title")).containsText("It is sound");
        assertThat(button(page, "Bring onto the ledger…")).isDisabled();
        page.getByLabel("guest").fill("member/home");
        page.getByLabel("host").fill("device/home:heater");
        page.locator("#fill-room").fill(room);
        button(page, "Bring onto the ledger…").click();
        assertThat(page.locator("dialog[open] .words")).containsText("guest pays for the warmth (account member/home)");
        button(page, "Bring onto the ledger").click();
        page.waitForURL(Pattern.compile("/contracts/\\d+$"));
        assertThat(page.locator("#contract-title")).hasText("Warm room");
    }

    private static void sign(Page page) {
        button(page, "Read and sign…").click();
        assertThat(page.locator("dialog[open] .words")).containsText("MONEY LOCKED UP BY SIGNING");
        assertThat(button(page, "Sign")).isDisabled();
        page.getByLabel("guest and host agree to every word of it").check();
        button(page, "Sign").click();
        assertThat(page.locator(".contract-stands")).containsText("The room is being heated.");
    }

    private static void answer(Page page, String asks, String button) {
        button(page, asks).click();
        assertThat(page.locator("dialog[open]")).isVisible();
        button(page, button).click();
        assertThat(page.locator("dialog[open]")).hasCount(0);
    }

    private static void looks(String path, String name, String within) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                try (var visitor = new Visitor(chromium, width, scheme)) {
                    if (path.endsWith("/99")) visitor.expect("404");
                    Page page = visitor.open(url(path));
                    assertThat(page.locator("main")).containsText(within);
                    visitor.checkLook(name + "-" + scheme);
                }
            }
        }
    }

    @Test
    @Order(1)
    void without_contracts_it_says_what_to_do_next_and_templates_lead_to_the_editor() {
        looks("contracts", "contracts-none", "Parking by the minute");
        try (var visitor = visitor()) {
            Page page = visitor.open(url("contracts"));
            assertThat(page.locator("nav.pages a[aria-current=page]")).hasText("Contracts");
            assertThat(page.locator("ts-contracts")).containsText("No contract has this member as a party yet.");
            page.getByText("choose a template").click();
            page.getByText("Begin with this").first().click();
            page.waitForURL(url("contracts/new?template=cold-chain"));
            assertThat(text(page)).hasValue(Pattern.compile("title: Cold chain"));
            assertThat(page.locator("ts-contract-form")).containsText("brings the box");
            assertThat(page.locator("#ready-title")).containsText("It is sound");
            page.goBack();
            page.getByText("Write it yourself").click();
            assertThat(text(page)).hasValue(Pattern.compile("title: Payment on receipt"));
            assertThat(page.locator("#ready-title")).containsText("It is sound");
        }
        looks("contracts/99", "contract-unknown", "The ledger has no contract “99”");
    }

    @Test
    @Order(2)
    void every_fault_stands_below_the_text_and_a_click_puts_the_cursor_there() {
        try (var visitor = visitor()) {
            Page page = visitor.open(url("contracts/new?template=cold-chain"));
            assertThat(page.locator("#ready-title")).containsText("It is sound");
            assertThat(page.locator("main .words")).containsText("the pharmacy pays nothing and does not take it");
            String was = text(page).inputValue();
            text(page).fill(was.replaceFirst("go: inspection", "go: inspektion"));
            Locator fault = page.locator(".finding.error").first();
            assertThat(fault).containsText("inspektion");
            assertThat(fault).containsText("Did you mean “inspection”?");
            assertThat(page.locator("#ready-title")).hasText("Not sound yet");
            assertThat(button(page, "Try it")).isDisabled();
            assertThat(page.locator(".lines .wrong")).hasCount(1);
            fault.locator("button").click();
            assertThat(text(page)).isFocused();
            org.assertj.core.api.Assertions.assertThat((String) page.evaluate(
                            "() => { const a = document.activeElement; return a.value.slice(a.selectionStart); }"))
                    .startsWith("inspektion");
            page.keyboard().press("Delete");
            text(page).fill("thingstead: [");
            assertThat(page.locator(".finding.error")).hasCount(1);
            assertThat(page.locator("ts-contract-form")).containsText("brings the box");
            button(page, "Begin anew").click();
            assertThat(text(page)).hasValue(was);
            assertThat(page.locator("#ready-title")).containsText("It is sound");
        }
        looks("contracts/new?template=cold-chain", "contract-editor", "It ends after at most");
        looks("contracts/new", "contract-editor-own", "The buyer locks up the price");
    }

    @Test
    @Order(3)
    void what_was_typed_is_there_again_after_leaving() {
        try (var visitor = visitor()) {
            Page page = visitor.open(url("contracts/new?template=parking"));
            assertThat(page.locator("#ready-title")).containsText("It is sound");
            page.getByLabel("driver").fill("member/home");
            page.getByLabel("per minute").fill("0.08");
            assertThat(page.locator("main .words")).containsText("0.08 bank:EUR (per_minute)");
            String typed = text(page).inputValue().replace("Parking by the minute", "Parking here");
            text(page).fill(typed);
            page.navigate(url("contracts"));
            page.goBack();
            assertThat(text(page)).hasValue(typed);
            assertThat(page.getByLabel("driver")).hasValue("member/home");
            assertThat(page.getByLabel("per minute")).hasValue("0.08");
            assertThat(page.locator("main .words")).containsText("Parking here");
            assertThat(page.locator("#ready-title + *")).isDisabled();
            // A name that is no more in the text is no fault of what was filled in.
            text(page).fill(typed.replace("per_minute", "each_minute"));
            assertThat(page.locator("main .words")).containsText("0.05 bank:EUR (each_minute)");
        }
    }

    @Test
    @Order(4)
    void it_is_tried_on_lines_and_on_what_this_member_measured_and_tells_who_gets_what() {
        try (var visitor = visitor()) {
            Page page = visitor.open(url("contracts/new?template=cold-chain"));
            button(page, "Fill in example lines").click();
            assertThat(page.locator("#try-lines")).hasValue(Pattern.compile("maker:box-1,temperature,Cel,0"));
            button(page, "Try it").click();
            Locator outcome = page.locator(".outcome");
            assertThat(outcome).containsText("It ends in “delivered”: The pharmacy has the box");
            assertThat(outcome.locator(".contract-sums")).containsText("-1000.00 bank:EUR");
            assertThat(outcome.locator(".timeline > li")).hasCount(3);
            page.locator("#try-lines").fill("""
                    time,device,name,unit,value
                    2026-05-01T10:00:00Z,maker:box-1,temperature,Cel,9.5
                    2026-05-01T10:31:00Z,maker:box-1,temperature,Cel,9.75
                    """);
            page.locator("#try-lines").press("Tab");
            button(page, "Try it").click();
            assertThat(outcome).containsText("It ends in “refused”");
            assertThat(outcome.locator(".timeline"))
                    .containsText("carrier paid a penalty of 200.00 bank:EUR to pharmacy");
            visitor.checkLook("contract-trial");
            page.locator("#try-lines").fill("nothing");
            button(page, "Try it").click();
            assertThat(page.locator(".trying-form [role=alert]"))
                    .containsText("The first line of CSV names the columns");
            page.getByLabel("of this member’s devices").check();
            button(page, "Try it").click();
            assertThat(outcome).containsText("Other members have the readings of maker:box-1.");
            assertThat(outcome).containsText("It ends in “late”");
            page.getByText("Who signs or pays, and when it begins").click();
            page.getByLabel("Signatures, one a line").fill("pharmacy delivered 2026-05-01T12:00:00Z");
            button(page, "Try it").click();
            assertThat(outcome.locator(".refused")).containsText("there is no way “delivered” out of “travelling”");
            page.getByLabel("All have signed at").fill("2026-05-01T11:00");
            text(page)
                    .fill(text(page)
                            .inputValue()
                            .replace(
                                    "travel_time:\n    type: duration\n    value: 3 d",
                                    "travel_time:\n    type: duration\n    value: 2 d"));
            assertThat(outcome).containsText("The contract was changed since: try it again.");
            assertThat(page.locator("#ready-title")).containsText("It is sound");
            button(page, "Try it").click();
            assertThat(outcome.locator(".timeline > li").last()).containsText("2026-05-03 11:00:00");
        }
        try (var visitor = new Visitor(chromium, 390, ColorScheme.DARK)) {
            Page page = visitor.open(url("contracts/new?template=parking"));
            page.getByLabel("of this member’s devices").check();
            button(page, "Try it").click();
            assertThat(page.locator(".outcome")).containsText("It ends in “free”");
            visitor.checkLook("contract-trial-narrow");
        }
    }

    @Test
    @Order(5)
    void a_draft_is_withdrawn_after_it_is_asked() {
        try (var visitor = visitor()) {
            Page page = visitor.open(url("contracts"));
            page.getByText("Write a contract", new Page.GetByTextOptions().setExact(true))
                    .click();
            draft(page);
            assertThat(page.locator("main .words")).containsText("WHAT HAPPENS");
            assertThat(page.locator("ts-contract-acts")).containsText("This member is to sign as guest and host.");
            String draft = URI.create(page.url()).getPath().substring(1);
            looks(draft, "contract-draft", "Nobody has signed it yet.");
            button(page, "Withdraw…").click();
            button(page, "Cancel").click();
            assertThat(page.locator("dialog[open]")).hasCount(0);
            answer(page, "Withdraw…", "Withdraw");
            assertThat(page.locator(".contract-stands")).containsText("It was withdrawn before all had signed");
            assertThat(page.locator("ts-contract-acts")).containsText("The draft is withdrawn.");
            page = visitor.open(url("contracts"));
            assertThat(page.locator(".over .contract")).containsText("Withdrawn: not all signed it.");
        }
    }

    @Test
    @Order(6)
    void it_is_signed_watched_paused_demanded_and_paid_by_clicks() {
        try (var visitor = visitor()) {
            Page page = visitor.open(url("contracts"));
            draft(page);
            visitor.open(page.url());
            button(page, "Read and sign…").click();
            visitor.checkLook("contract-sign");
            button(page, "Cancel").click();
            try (var other = visitor()) {
                Page list = other.open(url("contracts"));
                assertThat(list.locator(".contract .todo").first()).containsText("This member is to sign it as guest.");
            }
            sign(page);
            String contract = URI.create(page.url()).getPath().substring(1);
            assertThat(page.locator("ts-contract-page .contract-sums").first()).containsText("3.00 home:EUR");
            assertThat(page.locator(".countdown")).containsText("When nothing happens until then");

            answer(page, "Pause…", "Pause");
            assertThat(page.locator(".countdown")).containsText("Its time stands still");
            assertThat(button(page, "Sign given up as host")).hasCount(0);
            answer(page, "Go on…", "Go on");
            assertThat(page.locator(".countdown")).containsText("When nothing happens until then");

            answer(page, "Sign given up as host", "Sign");
            assertThat(page.locator(".way[data-way=given_up]")).containsText("Signed by host; guest has not signed.");
            assertThat(button(page, "Sign given up as host")).hasCount(0);
            assertThat(button(page, "Sign given up")).isVisible();

            looks(contract, "contract-running", "What leads on from here");
            looks("contracts", "contracts", "node watches");

            room.send(Measurement.of("temperature", "Cel", 21.25, System.currentTimeMillis()));
            assertThat(page.locator(".contract-stands")).containsText("The host may give something back.");
            button(page, "Pay gives").click();
            visitor.checkLook("contract-pay");
            button(page, "Pay").click();
            assertThat(page.locator(".contract-stands")).containsText("It ended at");
            assertThat(page.locator("ts-contract-acts")).containsText("host has paid “gives”.");
            Locator shown = page.locator(".shown");
            assertThat(shown).containsText("guest shows readings for “is warm”");
            shown.getByRole(AriaRole.BUTTON).click();
            assertThat(shown).containsText("temperature 21.25 °C");
            assertThat(page.locator(".contract-sums").last()).containsText("+2.00 home:EUR");
            assertThat(page.locator(".timeline")).containsText("paid 3.00 home:EUR to host");
            visitor.checkLook("contract-shown");
            looks(contract, "contract-ended", "What happened");
            shown.getByText("leaf").click();
            assertThat(page.locator("ts-ledger h2").first()).containsText("Leaf ");
            page.goBack();
            shown.getByRole(AriaRole.BUTTON).click();
            shown.getByText("proof").click();
            assertThat(page.locator("body")).containsText("temperature");
        }
    }

    @Test
    @Order(7)
    void readings_of_a_span_are_demanded_and_it_says_who_is_to_deliver_them() {
        try (var visitor = visitor()) {
            Page page = visitor.open(url("contracts"));
            // A device that never said anything: nobody can deliver its readings.
            draft(page, "home:attic");
            sign(page);
            button(page, "Demand temperature as host").click();
            assertThat(page.getByLabel("From (UTC)")).isVisible();
            visitor.checkLook("contract-demand");
            // What cannot be: the node says why, in its place.
            visitor.expect("409");
            page.getByLabel("From (UTC)").fill("2020-01-01T00:00");
            button(page, "Demand").click();
            assertThat(page.locator("dialog[open] [role=alert]"))
                    .containsText("a span lies between the contract’s begin and now");
            page.keyboard().press("Escape");
            button(page, "Demand temperature as host").click();
            button(page, "Demand").click();
            assertThat(page.locator("ts-contract-acts")).containsText("guest, this member, is to deliver the readings");
            assertThat(page.locator(".countdown")).containsText("it is “paid” from then on");
            assertThat(page.locator("ts-contract-acts")).containsText("The readings “temperature” are demanded.");
            visitor.checkLook("contract-demanded");
        }
    }
}
