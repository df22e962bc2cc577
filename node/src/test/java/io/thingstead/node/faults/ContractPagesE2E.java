package io.thingstead.node.faults;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
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

/// Two of four members agree on a contract with the pages of their nodes: written and checked at one, signed at both,
/// led on by a reading that a device signs, and paid; all four say the same of the money.
class ContractPagesE2E {
    private static final String TEXT = """
            thingstead: contract/1
            title: Warm room
            about: The room is heated for the guest; once it is warm the host is paid, and may give something back.
            parties:
              guest: {role: pays for the warmth}
              host: {role: heats the room}
            terms:
              room: {type: device, held_by: guest, value: "maker:room"}
              temperature: {type: stream, device: room, reading: temperature, unit: Cel}
              warm: {type: quantity, unit: Cel, value: "20.5"}
              price: {type: money, asset: "maker:EUR", value: "3.00"}
              tip: {type: money, asset: "maker:EUR", value: "0.50"}
              time: {type: duration, value: 1 h}
              rest: {type: duration, value: 30 min}
            deposits:
              pot: {by: guest, amount: price}
              back: {by: host, amount: tip}
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
    static Path folder;

    private static Chromium chromium;
    private static TestNetwork network;
    private static TestMember maker;
    private static TestMember carrier;
    private static FrameSigner room;

    @BeforeAll
    static void start() throws Exception {
        Programs.engine();
        chromium = Chromium.needed();
        network = TestNetwork.here(folder);
        network.found();
        network.start();
        maker = network.member(0);
        carrier = network.member(1);
        SigningKey key = TestDevice.register(maker, "room", network.ledger());
        room = FrameSigner.of(network.ledger(), key);
        var _ = maker.post("/api/assets", Map.of("code", "EUR", "decimals", 2));
        for (String who : List.of("maker", "carrier")) {
            var _ = maker.post("/api/assets/maker:EUR/issue", Map.of("amount", "100.00", "to", "member/" + who));
        }
    }

    @AfterAll
    static void stop() {
        if (network != null) network.close();
        if (chromium != null) chromium.close();
    }

    private static void measures(long n, double celsius) throws Exception {
        byte[] frame = room.sign(
                n,
                SenMlEncoder.encode(List.of(
                        SenMlEncoder.Measurement.of("temperature", "Cel", celsius, System.currentTimeMillis()))));
        assertThat(maker.post("/v1/frames", "application/cose", frame)).isNotEmpty();
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static void sign(Page page, String party) {
        button(page, "Read and sign…").click();
        assertThat(page.locator("dialog[open] .words")).containsText("guest locks up 3.00 maker:EUR (price)");
        page.getByLabel(party + " agrees to every word of it").check();
        button(page, "Sign").click();
        assertThat(page.locator("dialog[open]")).hasCount(0);
    }

    @Test
    void it_is_drafted_checked_signed_by_two_led_on_by_a_signed_reading_and_paid_with_clicks() throws Exception {
        try (var guest = new Visitor(chromium, 1280, ColorScheme.LIGHT);
                var host = new Visitor(chromium, 390, ColorScheme.DARK)) {
            Page guests = guest.open(maker.page() + "contracts");
            guests.getByText("Write it yourself").click();
            Locator text = guests.locator("#contract-text");
            text.fill(TEXT.replace("unit: Cel, value", "unit: degF, value"));
            assertThat(guests.locator(".finding.error").first()).containsText("degF");
            text.fill(TEXT);
            assertThat(guests.locator("#ready-title")).containsText("It is sound");
            guests.getByLabel("guest").fill("member/maker");
            guests.getByLabel("host").fill("member/carrier");
            button(guests, "Bring onto the ledger…").click();
            button(guests, "Bring onto the ledger").click();
            guests.waitForURL(Pattern.compile("/contracts/1$"));
            sign(guests, "guest");
            assertThat(guests.locator(".contract-stands")).containsText("Signed by guest.");
            assertThat(guests.locator("ts-contract-acts")).containsText("host signs at its own node.");
            guest.checkLook("four-contract-draft");

            Page hosts = host.open(carrier.page() + "contracts");
            assertThat(hosts.locator(".contract .todo")).containsText("This member is to sign it as host.");
            host.checkLook("four-contracts");
            hosts.getByText("Warm room").click();
            assertThat(hosts.locator("main .words")).containsText("host heats the room (account member/carrier)");
            sign(hosts, "host");
            for (Page page : List.of(guests, hosts)) {
                assertThat(page.locator(".contract-stands")).containsText("The room is being heated.");
            }
            assertThat(hosts.locator("ts-contract-evidence")).containsText("guest’s node watches it");

            measures(1, 19.5);
            measures(2, 21.25);
            for (Page page : List.of(guests, hosts)) {
                assertThat(page.locator(".contract-stands")).containsText("The host may give something back.");
                assertThat(page.locator(".timeline")).containsText("paid 3.00 maker:EUR to host");
            }
            assertThat(guests.locator(".way")).containsText("waits for host");
            button(hosts, "Pay gives").click();
            button(hosts, "Pay").click();
            for (Page page : List.of(guests, hosts)) {
                assertThat(page.locator(".contract-stands")).containsText("It ended at");
                assertThat(page.locator("ts-contract-page .contract-sums").last())
                        .containsText("+2.00 maker:EUR");
                Locator shown = page.locator(".shown");
                shown.getByRole(AriaRole.BUTTON).click();
                assertThat(shown.locator(".frames li")).hasCount(1);
                assertThat(shown).containsText("temperature 21.25 °C");
            }
            assertThat(hosts.locator(".frames")).containsText("of the log maker/1");
            guest.checkLook("four-contract-ended");
            host.checkLook("four-contract-paid");
            guests.locator(".frames").getByText("proof").click();
            assertThat(guests.locator("body")).containsText("4 members");
        }
        for (TestMember member : network.members) {
            Patience.await(
                    member.name + " says so", () -> balance(member, "maker").equals("98.00"));
            assertThat(balance(member, "carrier")).isEqualTo("102.00");
        }
    }

    private static String balance(TestMember member, String whose) throws java.io.IOException {
        return member.json("/api/accounts/member/" + whose).findPath("amount").asText();
    }
}
