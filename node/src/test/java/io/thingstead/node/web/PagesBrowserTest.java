package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.Node;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.action.LogEvidence;
import io.thingstead.node.view.SigningDevice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The pages beside the live one in a real Chromium, of a real node that is one member alone.
class PagesBrowserTest {
    @TempDir
    private static Path folder;

    private static Chromium chromium;
    private static Node node;

    @BeforeAll
    static void start() throws Exception {
        chromium = Chromium.needed();
        node = start("node");
        SigningDevice device = SigningDevice.registered(node.core(), "box");
        long last = 0;
        for (int i = 0; i < 3; i++) last = device.send(Measurement.of("t", "Cel", i, System.currentTimeMillis()));
        while (log(node).size() <= last) Thread.sleep(5);
    }

    private static Node start(String name) {
        return Node.start(
                folder.resolve(name), NodeConfig.DEFAULT.withMember("home").withPorts(0, 0));
    }

    private static LogRecord log(Node of) {
        return of.core().ledger().log(of.core().log().reader().id());
    }

    private static String url(String path) {
        return node.page() + path;
    }

    @AfterAll
    static void stop() {
        if (node != null) node.close();
        if (chromium != null) chromium.close();
    }

    private static Visitor visitor() {
        return new Visitor(chromium, 1280, ColorScheme.LIGHT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "things",
                "consortium",
                "ledger",
                "ledger#block/3",
                "ledger#event/0",
                "ledger#find/nobody",
                "ledger#find/box",
                "ledger#leaf/home/1/0",
                "ledger#type/checkpoint-anchored",
                "decisions",
                "mirrors"
            })
    void every_page_is_accessible_and_fits_wide_and_narrow_in_light_and_dark(String name) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {1280, 390}) {
                try (var visitor = new Visitor(chromium, width, scheme)) {
                    var page = visitor.open(url(name));
                    assertThat(page.locator("main .panel h2").first()).isVisible();
                    assertThat(page.locator("nav.pages a[aria-current=page]")).hasCount(1);
                    visitor.checkLook(name.replaceAll("[#/]", "-") + "-" + scheme);
                }
            }
        }
    }

    @Test
    void the_navigation_leads_to_every_page_with_the_keyboard() {
        try (var visitor = visitor()) {
            var page = visitor.open(url("consortium"));
            assertThat(page.locator(".connection")).containsText("live");
            page.keyboard().press("Tab");
            assertThat(page.locator("a.skip")).isFocused();
            page.keyboard().press("Tab");
            var live = page.locator("nav.pages a").first();
            assertThat(live).isFocused();
            page.keyboard().press("Enter");
            page.waitForURL(url(""));
            assertThat(page.locator("nav.pages a[aria-current=page]")).hasText("Live");
        }
    }

    @Test
    void the_explorer_leads_from_the_newest_blocks_to_a_certificate_and_on_to_events() {
        try (var visitor = visitor()) {
            var page = visitor.open(url("ledger"));
            assertThat(page.locator(".blocks li").first()).isVisible();
            page.locator(".blocks a.number").last().click();
            assertThat(page.locator("ts-ledger h2").first()).containsText("Block ");
            assertThat(page.locator("ts-ledger")).containsText("verified here");
            page.getByText("Newest", new Page.GetByTextOptions().setExact(true)).click();
            page.locator(".events a.number").last().click();
            assertThat(page.locator("ts-ledger")).containsText("home alone: the ledger had one member then");
            page.locator("ts-ledger .table a[href*=subject]").first().click();
            assertThat(page.locator("ts-ledger h2").first()).containsText("What the ledger tells of");
            page.goBack();
            assertThat(page.locator("ts-ledger h2").first()).containsText("Event ");
        }
    }

    @Test
    void the_search_finds_a_device_and_a_hash_and_says_when_there_is_nothing() {
        try (var visitor = visitor()) {
            var page = visitor.open(url("ledger"));
            var box = page.getByLabel("Search the ledger");
            box.fill("box");
            page.keyboard().press("Enter");
            assertThat(page.locator(".found a")).hasText("device home:box");
            page.locator(".found a").click();
            assertThat(page.locator(".events .words").first()).containsText("Device home:box was registered");
            String hash = (String) page.evaluate(
                    "async () => (await (await fetch('/api/blocks?limit=1')).json()).blocks[0].headerHash");
            box.fill(hash.substring(0, 16));
            page.getByText("Search", new Page.GetByTextOptions().setExact(true)).click();
            assertThat(page.locator(".found a").first()).containsText("block ");
            box.fill("no such <thing>");
            page.keyboard().press("Enter");
            assertThat(page.locator("ts-ledger")).containsText("Nothing here is called or numbered “no such <thing>”");
            // A block that is not there yet: the node says so, and the browser the status.
            visitor.expect("Failed to load resource: the server responded with a status of 404");
            page.navigate(url("ledger#block/9999999"));
            assertThat(page.locator("ts-ledger")).containsText("the ledger has no block 9999999 yet");
        }
    }

    private static void search(Page page, String asked) {
        page.getByLabel("Search the ledger").fill(asked);
        page.keyboard().press("Enter");
        // Not what was found for what was asked before.
        assertThat(page.locator("ts-ledger h2").first()).hasText("Found for “" + asked + "”");
    }

    @Test
    void a_leaf_is_found_by_its_number_and_its_hashes_an_anchor_by_its_root_and_events_by_their_type() {
        var leaf = node.core().log().reader().leaf(1).orElseThrow();
        byte[] entry = leaf.entry();
        String commitment = java.util.HexFormat.of().formatHex(entry, 1, 33);
        String hash = java.util.HexFormat.of().formatHex(MerkleTree.leafHash(entry));
        try (var visitor = visitor()) {
            var page = visitor.open(url("ledger"));
            search(page, "home/1/1");
            assertThat(page.locator(".found a")).hasText("leaf home/1/1");
            page.locator(".found a").press("Enter");
            var content = page.locator("ts-ledger");
            assertThat(page.locator("ts-ledger h2").first()).hasText("Leaf 1 of the log home/1");
            assertThat(content).containsText("Readings: number 2 of box.");
            assertThat(content).containsText(commitment);
            assertThat(content).containsText(hash);
            search(page, commitment.substring(0, 12));
            assertThat(page.locator(".found li"))
                    .containsText("leaf home/1/1 has this commitment: number 2 of home:box");
            search(page, hash);
            assertThat(page.locator(".found li")).containsText("has this hash in the log's tree");
            search(page, java.util.HexFormat.of().formatHex(log(node).root()));
            assertThat(page.locator(".found li").first()).containsText("anchored this root: Log home/1 is final");
            search(page, "2");
            assertThat(page.locator(".found a").last()).hasText("leaf home/1/2");
            search(page, "anchored");
            assertThat(page.locator(".found a")).hasText("type checkpoint-anchored");
            page.locator(".found a").press("Enter");
            assertThat(page.locator(".events .words").first()).containsText("Log home/1 is final");
            search(
                    page,
                    node.core()
                            .ledger()
                            .device(DeviceId.of("home:box"))
                            .keys()
                            .getFirst()
                            .hex());
            assertThat(page.locator(".found a")).hasText("device home:box");
        }
    }

    /// Two faces of a log, as they would come from two members: the log's own key signed both.
    private static void showTwoFaces(Node of) {
        LogRecord log = log(of);
        var key = of.core().keys().of(KeyRole.LOG);
        var notes = new ArrayList<byte[]>();
        for (byte face = 1; face <= 2; face++) {
            byte[] root = new byte[32];
            root[0] = face;
            notes.add(SignedNote.sign(
                            new Checkpoint(log.origin(), 3, root).body(),
                            new NoteKey(log.origin(), key.key().point()),
                            key::sign)
                    .encode()
                    .getBytes(StandardCharsets.UTF_8));
        }
        var evidence = new LogEvidence(log.log(), notes.getFirst(), new LogEvidence.Against.Note(notes.getLast()));
        org.assertj.core.api.Assertions.assertThat(of.core().registrar().ask(List.of(evidence)))
                .isEmpty();
    }

    @Test
    void a_log_with_two_faces_stands_in_red_on_every_page_and_leads_to_the_evidence() {
        try (var cheating = start("cheating");
                var visitor = visitor()) {
            showTwoFaces(cheating);
            for (String path : List.of("", "consortium", "ledger", "mirrors")) {
                var page = visitor.open(cheating.page() + path);
                var alarm = page.locator(".alarm");
                assertThat(alarm).containsText("The log home/1 told different members different things.");
                assertThat(alarm.getByRole(AriaRole.LINK)).hasAttribute("href", Pattern.compile("/ledger#event/\\d+"));
            }
            var page = visitor.open(cheating.page() + "mirrors");
            assertThat(page.locator("ts-mirrors .found li")).containsText("Two faces");
            visitor.checkLook("mirrors-forked");
            page.locator("ts-mirrors .found a").click();
            page.waitForURL(cheating.page() + "ledger#event/*");
            assertThat(page.locator("ts-ledger")).containsText("The log home/1 showed two faces at size 3");
            page = visitor.open(cheating.page() + "consortium");
            assertThat(page.locator(".member-row")).containsText("log 1 showed two faces");
        }
    }

    @Test
    void one_member_alone_has_no_mirrors_and_is_told_why() {
        try (var visitor = visitor()) {
            var page = visitor.open(url("mirrors"));
            assertThat(page.locator("ts-mirrors")).containsText("There is no other member.");
            assertThat(page.locator("ts-mirrors")).containsText("no promise was broken");
        }
    }

    @Test
    void one_member_alone_sees_its_devices_and_that_there_is_nobody_to_share_them_with() {
        try (var visitor = visitor()) {
            var page = visitor.open(url("things"));
            assertThat(page.locator(".thing")).containsText("home this node");
            assertThat(page.locator("ts-things")).containsText("Nobody else to share with");
            assertThat(page.getByText("Let it read")).hasCount(0);
        }
    }

    @Test
    void one_member_alone_is_told_so_and_how_to_found_a_consortium() {
        try (var visitor = visitor()) {
            var page = visitor.open(url("consortium"));
            var content = page.locator("ts-consortium");
            assertThat(content).containsText("One member alone: the ledger is its word.");
            assertThat(content).containsText("From the first block on the word of home alone.");
            assertThat(content).containsText("thingstead consortium found --member home");
            assertThat(page.locator(".member-row")).hasCount(1);
            assertThat(page.locator(".member-row")).containsText("this node");
            assertThat(page.locator(".member-row .strip i.did").first()).isVisible();
        }
    }
}
