package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.proof.ProofFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The proof page in a real Chromium: served, and as one file without a server; by drop, choice and paste.
class ProofPageBrowserTest {
    private static final ProofFixture HONEST = ProofFixture.of("proof page");
    private static JavaScriptVerifier chromium;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        chromium = new JavaScriptVerifier(Chromium.needed());
    }

    @AfterAll
    static void stop() {
        if (chromium != null) chromium.close();
    }

    @Test
    void chosen_files_are_proven_step_by_step() throws IOException {
        var page = served(1000, ColorScheme.LIGHT);
        choose(page, HONEST.proofBytes(), HONEST.trustBytes());
        assertThat(page.locator(".verdict h2")).hasText("Proven by one member's word");
        assertThat(page.locator(".steps li.good")).hasCount(10);
        assertThat(page.locator("tbody tr").first()).containsText("temperature5.125Cel");
        assertThat(page.locator("proof-check")).containsText("That the sensor told the truth");
        assertThat(page.locator("proof-check")).containsText("is file.trust.json, chosen by you");
        assertThat(page.locator("proof-check")).containsText("days ago");
    }

    @Test
    void a_false_proof_is_red_and_a_broken_one_grey() throws IOException {
        var page = served(1000, ColorScheme.DARK);
        choose(page, HONEST.proofBytes(), ProofFixture.of("another ledger").trustBytes());
        assertThat(page.locator(".verdict.bad h2")).hasText("False");
        assertThat(page.locator("proof-check")).containsText("What the file claims (not proven)");
        var broken = Files.write(folder.resolve("broken.proof.json"), new byte[] {'{'});
        page.getByLabel("Proof", new Page.GetByLabelOptions().setExact(true)).setInputFiles(broken);
        assertThat(page.locator(".verdict.grey h2")).containsText("neither proven nor disproven");
    }

    @Test
    void pasted_texts_are_checked_with_the_keyboard_alone() {
        var page = served(390, ColorScheme.LIGHT);
        paste(page, "proof", HONEST.proofBytes());
        paste(page, "trust", HONEST.trustBytes());
        assertThat(page.locator("proof-check[data-verdict=proven-by-one-member]"))
                .isVisible();
        assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
                .as("no sideways scrolling at 390 pixels")
                .isLessThanOrEqualTo(390);
    }

    @Test
    void a_browser_without_ed25519_says_so_and_calls_nothing_false() throws IOException {
        var page = chromium.page(new Browser.NewContextOptions());
        page.addInitScript("""
                crypto.subtle.importKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'));
                """);
        page.navigate("http://localhost/proof.html");
        choose(page, HONEST.proofBytes(), HONEST.trustBytes());
        assertThat(page.locator(".verdict.grey")).containsText("This browser cannot check Ed25519 signatures");
        assertThat(page.locator(".verdict.grey")).containsText("could not be checked here");
    }

    @Test
    void the_page_as_one_file_works_without_server_or_network() throws IOException {
        var file = Files.write(folder.resolve("check.html"), OfflineProofPage.make());
        var page = chromium.page();
        var requests = new ArrayList<String>();
        var complaints = new ArrayList<String>();
        page.onRequest(request -> requests.add(request.url()));
        page.onConsoleMessage(message -> complaints.add(message.text()));
        page.onPageError(complaints::add);
        page.navigate(file.toUri().toString());
        choose(page, HONEST.proofBytes(), HONEST.trustBytes());
        assertThat(page.locator(".verdict.good h2")).hasText("Proven by one member's word");
        assertThat(page.locator(".verdict.good")).hasCSS("display", "flex");
        assertThat(requests)
                .allMatch(url -> url.startsWith("file:") || url.startsWith("data:"))
                .hasSizeLessThanOrEqualTo(2);
        assertThat(complaints).isEmpty();
    }

    @Test
    void every_colour_is_legible_in_light_and_dark() throws IOException {
        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            var page = served(1000, scheme);
            choose(page, HONEST.proofBytes(), HONEST.trustBytes());
            assertThat(page.locator(".verdict")).isVisible();
            var poor = page.evaluate(CONTRAST);
            assertThat((List<?>) poor).as(scheme.toString()).isEmpty();
        }
    }

    /// WCAG 2.2 §1.4.3: each text against the nearest opaque background, 4.5 to 1.
    private static final String CONTRAST = """
            () => {
              const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
              const light = ([r, g, b]) => {
                const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
                return 0.2126 * x + 0.7152 * y + 0.0722 * z;
              };
              const behind = (e) => {
                for (; e; e = e.parentElement) {
                  const colour = rgb(getComputedStyle(e).backgroundColor);
                  if (colour.length === 3 || colour[3] === 1) return colour;
                }
                return [255, 255, 255];
              };
              return [...document.querySelectorAll('main *')]
                .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
                .map((e) => {
                  const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
                  return [e.className + ' ' + e.textContent.slice(0, 40), (a + 0.05) / (b + 0.05)];
                })
                .filter(([, ratio]) => ratio < 4.5);
            }""";

    private static Page served(int width, ColorScheme scheme) {
        var page = chromium.page(
                new Browser.NewContextOptions().setViewportSize(width, 900).setColorScheme(scheme));
        page.navigate("http://localhost/proof.html");
        return page;
    }

    private void choose(Page page, byte[] proof, byte[] trust) throws IOException {
        page.getByLabel("Proof", new Page.GetByLabelOptions().setExact(true))
                .setInputFiles(Files.write(folder.resolve("file.proof.json"), proof));
        page.getByLabel("Trust", new Page.GetByLabelOptions().setExact(true))
                .setInputFiles(Files.write(folder.resolve("file.trust.json"), trust));
    }

    private static void paste(Page page, String kind, byte[] text) {
        var place =
                page.locator(".drop").filter(new Locator.FilterOptions().setHas(page.locator("#" + kind + "-file")));
        place.locator("summary").focus();
        page.keyboard().press("Enter");
        page.keyboard().press("Tab");
        page.keyboard().insertText(new String(text, java.nio.charset.StandardCharsets.US_ASCII));
    }
}
