package io.thingstead.node.faults;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.LyingNode;
import io.thingstead.node.Programs;
import io.thingstead.node.consortium.JoinRequest;
import io.thingstead.node.consortium.MemberFolder;
import io.thingstead.node.consortium.RunningInvite;
import io.thingstead.node.web.Chromium;
import io.thingstead.node.web.Visitor;
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

/// The pages of four members in a real Chromium: what people see of each other, what they decide and grant by clicking,
/// and what the pages of the others say when one is killed, and when it comes back as a cheat.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsortiumPagesE2E {
    private static final int WIDE = 1280;
    private static final int NARROW = 390;
    private static final String NEW = "grower";
    private static final String ALARM = "ts-header .alarm";

    @TempDir
    static Path folder;

    private static Chromium chromium;
    private static TestNetwork network;
    private static TestMember maker;
    private static TestMember carrier;
    private static TestMember pharmacy;
    private static TestMember insurer;

    @BeforeAll
    static void start() throws Exception {
        Programs.engine();
        chromium = Chromium.needed();
        network = TestNetwork.here(folder);
        network.found();
        network.start();
        network.startDevices();
        maker = network.member(0);
        carrier = network.member(1);
        pharmacy = network.member(2);
        insurer = network.member(3);
    }

    @AfterAll
    static void stop() {
        if (network != null) network.close();
        if (chromium != null) chromium.close();
    }

    private static Visitor visitor() {
        return new Visitor(chromium, WIDE, ColorScheme.LIGHT);
    }

    private static String at(TestMember member, String path) {
        return member.page() + path;
    }

    private static void click(Page page, String button) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    @Test
    @Order(1)
    void every_page_tells_of_all_members_and_is_accessible_wide_and_narrow() {
        for (int width : new int[] {WIDE, NARROW}) {
            ColorScheme scheme = width == WIDE ? ColorScheme.LIGHT : ColorScheme.DARK;
            try (var visitor = new Visitor(chromium, width, scheme)) {
                Page page = visitor.open(at(maker, "consortium"));
                assertThat(page.locator(".member-row .state-word")).hasText(new String[] {
                    "votes and signs", "votes and signs", "votes and signs", "votes and signs"
                });
                assertThat(page.locator(".figures")).containsText("1 of 4");
                assertThat(page.locator("ts-consortium")).containsText("1 of 4 members may fail or lie");
                visitor.checkLook("four-consortium");

                page = visitor.open(at(maker, "mirrors"));
                assertThat(page.locator(".mirror-row[data-state=following]")).hasCount(3);
                assertThat(page.locator(".mirror-row").first())
                        .containsText(Pattern.compile("Held here\\s*[1-9].*Cosigned\\s*up to [1-9]", Pattern.DOTALL));
                visitor.checkLook("four-mirrors");

                page = visitor.open(at(maker, "things"));
                assertThat(page.locator(".thing")).hasCount(4);
                assertThat(page.locator(".thing[data-device='carrier:box-1']")).containsText("not granted");
                visitor.checkLook("four-things");

                page = visitor.open(at(maker, "ledger"));
                assertThat(page.locator(".blocks .by").first()).hasText(Pattern.compile("signed by [34] of 4"));
                visitor.checkLook("four-ledger");
                page.getByLabel("Search the ledger").fill("insurer:box-1");
                page.keyboard().press("Enter");
                assertThat(page.locator(".found a").first()).hasText("device insurer:box-1");
                visitor.checkLook("four-search");
                page.locator(".found a").first().click();
                page.locator(".events a.number").first().click();
                page.locator(".table a[href*=block]").first().click();
                assertThat(page.locator("ts-ledger")).containsText("verified here");
                assertThat(page.locator(".tag.good").nth(2)).isVisible();
                visitor.checkLook("four-block");
            }
        }
    }

    @Test
    @Order(2)
    void a_reading_is_proven_by_four_members_and_held_by_all() {
        try (var visitor = new Visitor(chromium, NARROW, ColorScheme.LIGHT)) {
            Page page = visitor.open(at(carrier, ""));
            assertThat(page.locator("ts-header .figures")).containsText("4 members, 1 may fail");
            page.locator("ts-readings button.badge.final").first().click();
            assertThat(page.locator("ts-proof .says")).containsText("Proven by 4 members.");
            // The dialog stays open: it asks until all hold it.
            assertThat(page.locator("ts-proof .held"))
                    .hasText("Held by 4 of 4 members: carrier, insurer, maker, pharmacy.");
            visitor.checkLook("four-proof");
        }
    }

    @Test
    @Order(3)
    void a_member_is_let_in_by_its_file_and_removed_by_clicks_on_the_members_pages() throws Exception {
        try (var visitor = visitor();
                var narrow = new Visitor(chromium, NARROW, ColorScheme.DARK)) {
            Page page = visitor.open(at(maker, "decisions"));
            assertThat(page.locator("ts-decisions")).containsText("No proposal waits.");
            Path invite = folder.resolve("maker.invite.json");
            page.waitForDownload(() -> page.getByText("this ledger's invite").click())
                    .saveAs(invite);
            JoinRequest request = join(invite);
            Locator file = page.getByLabel("Its request to join");
            file.setInputFiles(invite);
            assertThat(page.locator("ts-let-in .warn")).containsText("is no request to join");
            Path requestFile = folder.resolve(NEW + ".join.json");
            request.write(requestFile);
            file.setInputFiles(requestFile);
            assertThat(page.locator("ts-let-in")).containsText("Fingerprint " + request.fingerprint());
            page.locator("ts-let-in button").click();
            assertThat(page.locator("dialog[open]")).containsText("Let in grower (grower.example)");
            visitor.checkLook("four-propose");
            click(page, "Propose");
            assertThat(page.locator(".said")).containsText("To let in grower is proposed");
            assertThat(page.locator(".decision .tally")).containsText("1 of 3 needed");
            assertThat(page.locator(".decision .tally")).containsText("maker approves");

            Page others = narrow.open(at(carrier, "decisions"));
            approve(others);
            assertThat(others.locator(".decision .tally")).containsText("2 of 3 needed");
            narrow.checkLook("four-decisions");
            approve(narrow.open(at(pharmacy, "decisions")));
            assertThat(page.locator("ts-decisions .events li")).containsText("passed");
            assertThat(page.locator(".decision")).hasCount(0);
            var rows = visitor.open(at(insurer, "consortium")).locator(".member-row");
            assertThat(rows.filter(new Locator.FilterOptions().setHasText("grower.example")))
                    .containsText("has no vote yet");
        }
    }

    /// What whoever joins makes of the invite, on its own machine.
    private static JoinRequest join(Path invite) {
        try (MemberFolder joining = MemberFolder.open(folder.resolve(NEW), System::currentTimeMillis)) {
            return joining.request(
                    RunningInvite.read(invite),
                    new MemberId(NEW),
                    NEW + ".example",
                    "127.0.0.1:26656",
                    "127.0.0.1:7443");
        }
    }

    private static void approve(Page page) {
        click(page, "Approve…");
        assertThat(page.locator("dialog[open]")).containsText("it stands on the ledger for ever");
        click(page, "Approve");
        assertThat(page.locator(".said")).containsText("is approved");
    }

    @Test
    @Order(4)
    void a_removal_is_withdrawn_and_proposed_again_and_passes() {
        try (var visitor = visitor()) {
            Page page = visitor.open(at(carrier, "decisions"));
            proposeRemoval(page);
            Locator open = page.locator(".decision");
            assertThat(open).containsText("carrier approves");
            assertThat(open.getByText("Withdraw…")).isVisible();
            // Only who proposed it may take it back.
            assertThat(visitor.open(at(maker, "decisions")).locator(".decision"))
                    .containsText("Approve…");
            assertThat(page.locator(".decision").getByText("Withdraw…")).hasCount(0);
            visitor.open(at(carrier, "decisions"));
            click(page, "Withdraw…");
            click(page, "Withdraw");
            assertThat(page.locator(".said")).containsText("is withdrawn");
            assertThat(page.locator("ts-decisions .events li").first()).containsText("withdrawn");

            proposeRemoval(page);
            approve(visitor.open(at(pharmacy, "decisions")));
            approve(visitor.open(at(insurer, "decisions")));
            assertThat(page.locator("ts-decisions .events li").first()).containsText("passed");
            visitor.checkLook("four-decided");
            visitor.open(at(maker, "consortium"));
            assertThat(page.locator(".member-row.never")).containsText("removed by the members");
            assertThat(page.locator(".member-row.live")).hasCount(4);
        }
    }

    private static void proposeRemoval(Page page) {
        page.getByLabel("Who").selectOption(NEW);
        page.locator("ts-remove button").click();
        click(page, "Propose");
        assertThat(page.locator(".said")).containsText("To remove grower is proposed");
    }

    @Test
    @Order(5)
    void what_a_device_says_is_granted_read_and_taken_back() {
        try (var giver = visitor();
                var reader = new Visitor(chromium, NARROW, ColorScheme.LIGHT)) {
            Page giving = giver.open(at(maker, "things"));
            giving.getByLabel("to", new Page.GetByLabelOptions().setExact(true)).selectOption(carrier.name);
            click(giving, "Let it read");
            assertThat(giving.locator(".thing[data-device='maker:box-1']")).containsText("read by carrier");
            giver.checkLook("four-grants");
            Page reading = reader.open(at(carrier, "things"));
            Locator box = reading.locator(".thing[data-device='maker:box-1']");
            assertThat(box).containsText("granted to this member");
            click(reading, "Read maker:box-1 now");
            assertThat(box).containsText(Pattern.compile("temperature [0-9.]+ °C"));
            reader.checkLook("four-granted");
            click(giving, "Take back what carrier may read of box-1");
            assertThat(giving.locator(".said")).containsText("carrier may not read box-1 any more");
            assertThat(box).containsText("not granted: maker decides who reads it");
        }
    }

    @Test
    @Order(6)
    void the_pages_say_that_nobody_else_may_fail_while_one_is_killed() throws Exception {
        insurer.killBoth();
        try (var visitor = new Visitor(chromium, NARROW, ColorScheme.LIGHT)) {
            for (String path : List.of("consortium", "", "ledger", "decisions", "mirrors", "things")) {
                Page page = visitor.open(at(carrier, path));
                assertThat(page.locator(ALARM)).containsText("One member is away.");
                assertThat(page.locator(ALARM)).containsText("None of them may fail or lie as well");
                assertThat(page.locator("ts-header [role=alert]")).hasCount(0);
                if (path.isEmpty())
                    assertThat(page.locator("ts-header .figures")).containsText("1 of 4 away, none may fail");
                if (path.equals("mirrors"))
                    assertThat(page.locator(".mirror-row[data-state=unreachable]"))
                            .containsText("insurer/1");
            }
            Page page = visitor.open(at(maker, "consortium"));
            assertThat(page.locator(ALARM)).containsText("insurer takes no part now; the other 3 go on.");
            assertThat(page.locator("ts-consortium .figures")).containsText("none of 3");
            assertThat(page.locator("ts-consortium .figures")).containsText("besides insurer");
            assertThat(page.locator(".member-row.missing")).containsText("signed nothing since block");
            visitor.checkLook("away-consortium");
        }
    }

    @Test
    @Order(7)
    void it_comes_back_as_a_cheat_and_every_page_says_so_in_red_with_the_evidence() throws Exception {
        insurer.playedBy(LyingNode.class, carrier.name);
        insurer.start();
        try (var visitor = new Visitor(chromium, NARROW, ColorScheme.DARK)) {
            Page page = visitor.open(at(maker, "consortium"));
            // The page stays open: it takes back by itself what it said of the one that was away.
            page.setDefaultTimeout(60_000);
            page.locator(ALARM + "[role=alert]").waitFor();
            assertThat(page.locator(ALARM + ".mild")).hasCount(0);
            assertThat(page.locator("ts-consortium")).containsText("1 of 4 members may fail or lie");
            for (String path : List.of("", "things", "consortium", "ledger", "decisions", "mirrors")) {
                visitor.open(at(pharmacy, path));
                Locator alarm = page.locator(ALARM + "[role=alert]");
                assertThat(alarm).containsText("The log insurer/1 told different members different things.");
                assertThat(alarm.getByRole(AriaRole.LINK)).hasAttribute("href", Pattern.compile("/ledger#event/\\d+"));
            }
            assertThat(page.locator(".mirror-row[data-state=forked]")).containsText("two faces");
            assertThat(page.locator("ts-mirrors .found li")).containsText("Two faces");
            visitor.checkLook("cheat-mirrors");
            page.locator("ts-mirrors .found a").click();
            assertThat(page.locator("ts-ledger .lead.bad")).containsText("insurer/1");
            visitor.checkLook("cheat-event");
        }
    }
}
