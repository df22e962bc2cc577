package io.thingstead.node.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.thingstead.node.web.MoneyBrowserTest.CAR;
import static io.thingstead.node.web.MoneyBrowserTest.EUR;
import static io.thingstead.node.web.MoneyBrowserTest.HOMES;
import static io.thingstead.node.web.MoneyBrowserTest.dialog;
import static io.thingstead.node.web.MoneyBrowserTest.fill;
import static io.thingstead.node.web.MoneyBrowserTest.go;
import static io.thingstead.node.web.MoneyBrowserTest.ledger;
import static io.thingstead.node.web.MoneyBrowserTest.open;
import static io.thingstead.node.web.MoneyBrowserTest.press;
import static io.thingstead.node.web.MoneyBrowserTest.said;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.money.Voucher;
import io.thingstead.node.Node;
import io.thingstead.node.ledger.Transaction;
import io.thingstead.node.ledger.action.Capture;
import io.thingstead.node.ledger.action.CloseChannel;
import io.thingstead.node.ledger.action.Hold;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.OpenChannel;
import io.thingstead.node.ledger.action.Release;
import io.thingstead.node.ledger.action.RevokeLimit;
import io.thingstead.node.ledger.action.SetLimit;
import io.thingstead.node.ledger.action.TakeOffer;
import io.thingstead.node.ledger.action.TopUpChannel;
import io.thingstead.node.ledger.action.Transfer;
import io.thingstead.node.ledger.money.LimitRecord;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A browser that is a wallet: a real Chromium's key, what it signs, and what the ledger makes of it.
class WalletBrowserTest {
    private static final String WITHOUT_ED25519 = """
        const make = crypto.subtle.generateKey.bind(crypto.subtle);
        crypto.subtle.generateKey = (algorithm, ...rest) => algorithm.name === 'Ed25519'
          ? Promise.reject(new DOMException('Unrecognized name', 'NotSupportedError')) : make(algorithm, ...rest);\
        """;

    @TempDir
    private static Path folder;

    private static Chromium chromium;
    private static Node node;

    @BeforeAll
    static void start() {
        chromium = Chromium.needed();
        node = MoneyBrowserTest.rich(folder.resolve("node"));
    }

    @AfterAll
    static void stop() {
        if (node != null) node.close();
        if (chromium != null) chromium.close();
    }

    /// Makes a wallet and has its account opened.
    private static AccountId begin(Page page) {
        press(page, "Make a wallet in this browser");
        press(page, "Open its account");
        assertThat(page.locator("#account-title")).containsText("Account of wallet");
        return AccountId.of(
                (String) page.evaluate("async () => (await import('/app/wallet/wallet.js')).wallet.account"));
    }

    @Test
    void it_makes_a_key_that_never_leaves_it_and_pays_with_what_it_signs() {
        try (var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            Page page = open(visitor, node, "#wallet");
            visitor.checkLook("money-wallet-none");
            AccountId account = begin(page);
            assertThat(page.locator("ts-browser-wallet")).containsText("It has nothing.");
            ledger(node, new Issue(EUR, account, 2_000, null));
            assertThat(page.locator(".balances")).containsText("20.00");
            press(page, "Send…");
            fill(page, "To", "home");
            fill(page, "Amount", "2.5");
            go(page, "Continue…");
            assertThat(dialog(page)).containsText("This browser signs it with its key");
            go(page, "Send");
            assertThat(said(page)).containsText(Pattern.compile("wallet [0-9a-f]{16} paid 2.50 home:EUR to home"));
            assertThat(page.locator(".balances")).containsText("17.50");
            assertThat(page.locator(".movements li").first()).containsText("−2.50 home:EUR");

            visitor.expect("the server responded with a status of 409");
            press(page, "Send…");
            fill(page, "To", "home:car");
            fill(page, "Amount", "17.51");
            go(page, "Continue…");
            go(page, "Send");
            assertThat(dialog(page).locator("[role=alert]")).containsText("17.50");
            page.keyboard().press("Escape");

            // The key outlives the page, and is no bytes that anything can read.
            page.reload();
            assertThat(page.locator(".balances")).containsText("17.50");
            assertThat(page.evaluate("""
                async () => {
                  const { secret } = await (await import('/app/wallet/wallet.js')).wallet.find();
                  const tries = ['pkcs8', 'jwk', 'raw'].map((form) => crypto.subtle.exportKey(form, secret).then(() => form, () => 'refused'));
                  return [secret.extractable, ...(await Promise.all(tries))].join();
                }\
                """)).isEqualTo("false,refused,refused,refused");
            press(page, "Forget the key…");
            assertThat(dialog(page)).containsText("17.50 home:EUR would be lost: nobody could ever spend it.");
            visitor.checkLook("money-wallet-forget");
            go(page, "Keep it");
            assertThat(page.locator(".balances")).containsText("17.50");
        }
    }

    @Test
    void a_channel_of_its_own_is_opened_and_its_vouchers_count_also_where_it_signs_with_P256() {
        try (var visitor = new Visitor(chromium, 390, ColorScheme.DARK)) {
            visitor.before(WITHOUT_ED25519);
            Page page = open(visitor, node, "#wallet");
            AccountId account = begin(page);
            assertThat(page.locator("ts-browser-wallet .tag").first()).hasText("P-256 (ES256)");
            ledger(node, new Issue(EUR, account, 1_000, null));
            assertThat(page.locator(".balances")).containsText("10.00");
            press(page, "Open a channel…");
            fill(page, "To", "home:car");
            fill(page, "Deposit", "8");
            go(page, "Continue…");
            go(page, "Open it");
            assertThat(page.locator(".promise")).containsText("this browser signs its vouchers");
            press(page, "Sign a voucher of channel");
            fill(page, "In all", "3.2");
            go(page, "Sign it");
            String text = dialog(page).locator("pre").textContent();
            visitor.checkLook("money-wallet-voucher");
            go(page, "Done");
            byte[] voucher = Base64Url.decode(text).orElseThrow();
            var channel = node.core().ledger().money().channels(account).getFirst();
            var read = Voucher.verify(
                            voucher,
                            node.core().registrar().ledger(),
                            VerifyingKey.decode(channel.key()).orThrow())
                    .orThrow();
            assertThat(read).isEqualTo(new Voucher(channel.number(), 320));
            ledger(node, new CloseChannel(channel.number(), voucher));
            assertThat(page.locator(".promise")).hasCount(0);
            assertThat(page.locator(".balances")).containsText("6.80");
            assertThat(page.locator(".movements li").first()).containsText("+4.80 home:EUR");
            visitor.checkLook("money-wallet-open");
        }
    }

    @Test
    void where_the_page_came_over_plain_HTTP_from_elsewhere_it_says_so() {
        try (var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            visitor.before("Object.defineProperty(window, 'isSecureContext', { value: false });");
            Page page = open(visitor, node, "#wallet");
            assertThat(page.locator("ts-browser-wallet")).containsText("only over HTTPS");
        }
    }

    @Test
    void every_wish_is_written_as_the_ledger_reads_it() {
        AccountId car = AccountId.of(CAR);
        long most = (1L << 53) - 1;
        try (var visitor = new Visitor(chromium, 1280, ColorScheme.LIGHT)) {
            Page page = open(visitor, node, "#wallet");
            @SuppressWarnings("unchecked")
            var made = (List<String>) page.evaluate("""
                async () => {
                  const [{ signTransaction }, { makeKey }, { base64url }] = await Promise.all(
                    ['/app/wallet/transaction.js', '/app/device/key.js', '/app/wallet/wallet.js'].map((name) => import(name)));
                  const key = await makeKey();
                  const [member, car, asset, most] = ['member/home', 'device/home:car', 'home:EUR', 2 ** 53 - 1];
                  const wishes = [
                    { does: 'transfer', from: member, to: car, asset, amount: most },
                    { does: 'transfer', from: member, to: car, asset, amount: 1, limit: 7 },
                    { does: 'hold', from: member, payee: car, asset, amount: 256, until: 1790000000000 },
                    { does: 'capture', number: 3, amount: 24 },
                    { does: 'release', number: 65536 },
                    { does: 'set-limit', owner: member, spender: car, asset, perDay: 2000, atOnce: 500, purpose: 'parking', payees: [member], until: most },
                    { does: 'set-limit', owner: member, spender: car, asset, perDay: 2, atOnce: 1, until: 5 },
                    { does: 'revoke-limit', number: 1 },
                    { does: 'open-channel', payer: member, payee: car, asset, deposit: 4000, key: key.cose, until: 99, windowMs: 600000 },
                    { does: 'top-up-channel', number: 2, amount: 4294967296 },
                    { does: 'close-channel', number: 2 },
                    { does: 'close-channel', number: 2, voucher: Uint8Array.of(1, 2, 3) },
                    { does: 'take-offer', offer: 7, values: Uint8Array.of(4, 5), accounts: [car, member], renderer: 1, textHash: 'ab'.repeat(32) },
                  ];
                  const ledger = new Uint8Array(32).fill(0x5a);
                  const signed = await Promise.all(wishes.map((wish) => signTransaction(key, ledger, 1790000000000, wish)));
                  return [key.cose, ...signed].map(base64url);
                }\
                """);
            VerifyingKey key = VerifyingKey.decode(
                            Base64Url.decode(made.getFirst()).orElseThrow())
                    .orThrow();
            var read = made.stream()
                    .skip(1)
                    .map(text -> Transaction.decode(Base64Url.decode(text).orElseThrow())
                            .orThrow())
                    .toList();
            assertThat(read.stream().map(each -> each.actions().getFirst()).toList())
                    .usingRecursiveComparison()
                    .isEqualTo(List.of(
                            new Transfer(HOMES, car, EUR, most, null, null),
                            new Transfer(HOMES, car, EUR, 1, null, 7L),
                            new Hold(HOMES, car, EUR, 256, 1_790_000_000_000L, null),
                            new Capture(3, 24, null),
                            new Release(65_536),
                            new SetLimit(new LimitRecord.Terms(
                                    HOMES, car, EUR, 2_000, 500, "parking", List.of(HOMES), most)),
                            new SetLimit(new LimitRecord.Terms(HOMES, car, EUR, 2, 1, null, List.of(), 5)),
                            new RevokeLimit(1),
                            new OpenChannel(HOMES, car, EUR, 4_000, key, 99, 600_000),
                            new TopUpChannel(2, 4_294_967_296L),
                            new CloseChannel(2, null),
                            new CloseChannel(2, new byte[] {1, 2, 3}),
                            new TakeOffer(
                                    7,
                                    new byte[] {4, 5},
                                    List.of(car, HOMES),
                                    1,
                                    HexFormat.of().parseHex("ab".repeat(32)))));
            assertThat(read).allSatisfy(each -> {
                assertThat(each.validUntil()).isEqualTo(1_790_000_000_000L);
                assertThat(each.signers()).containsExactly(key.thumbprint());
                assertThat(key.verify(
                                Transaction.toSign(each.payload()),
                                each.signatures().getFirst()))
                        .isTrue();
            });
        }
    }
}
