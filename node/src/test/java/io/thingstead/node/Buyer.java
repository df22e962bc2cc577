package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.OpenAccount;
import io.thingstead.node.ledger.action.PublishOffer;
import io.thingstead.node.ledger.market.Offer;
import io.thingstead.node.ledger.market.OfferWay;
import io.thingstead.node.view.SigningDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A node that people sign in at, which sells what its device `box` measures for 0.05 a request, and a wallet with
/// 20.00 that it hosts.
final class Buyer implements AutoCloseable {
    static final AssetId EUR = AssetId.of("home:EUR");
    static final MemberId HOME = new MemberId("home");
    static final String SOLD = "api/series?device=home:box&name=temperature";

    final SigningKey wallet = SigningKey.generate(Algorithm.ED25519);
    final AccountId account = AccountId.of(wallet.key().thumbprint());
    private final Path folder;
    private final Path config;
    final SigningDevice box;
    Node node;

    Buyer(Path folder) throws Exception {
        this.folder = folder;
        config = folder.resolve("thingstead.toml");
        Files.writeString(config, "[people]\nrequired = true\n");
        start();
        box = SigningDevice.registered(node.core(), "box");
        box.send(reading(21.5));
        LedgerId ledger = ledger();
        happens(
                new CreateAsset(EUR, 2),
                new OpenAccount(HOME, wallet.key(), Possession.sign(OpenAccount.subject(HOME), ledger, wallet)),
                new Issue(EUR, account, 2_000, null),
                offer(5));
        while (node.seriesBehind() > 0) Thread.sleep(5);
    }

    static Measurement reading(double celsius) {
        return Measurement.of("temperature", "Cel", celsius, System.currentTimeMillis());
    }

    void start() {
        node = Node.start(folder.resolve("node"), NodeConfig.read(config).withPorts(0, 0));
    }

    void restart() {
        node.close();
        start();
    }

    PublishOffer offer(long price) {
        return new PublishOffer(
                new Offer(
                        AccountId.of(HOME),
                        "data.temperature",
                        null,
                        null,
                        EUR,
                        price,
                        "{request}",
                        0,
                        node.core().ledger().market().timeMs() + 86_400_000L,
                        new OfferWay.ByRequest("https://node.home.example/" + SOLD)),
                null);
    }

    LedgerId ledger() {
        return node.core().registrar().ledger();
    }

    String adminToken() throws Exception {
        return Files.readString(folder.resolve("node").resolve(NodeFiles.ADMIN_TOKEN))
                .trim();
    }

    TransactionResult happens(Action... actions) {
        TransactionResult result = node.core().registrar().submit(List.of(actions));
        assertThat(result.refusals()).isEmpty();
        return result;
    }

    /// Signed by the wallet.
    TransactionResult asks(Action... actions) {
        byte[] nonce = new byte[16];
        new java.security.SecureRandom().nextBytes(nonce);
        TransactionResult result = node.core()
                .registrar()
                .handIn(Transactions.sign(
                        ledger(), nonce, System.currentTimeMillis() + 60_000, List.of(actions), List.of(wallet)));
        assertThat(result.refusals()).isEmpty();
        return result;
    }

    long balance(AccountId of) {
        return node.core().ledger().money().balances(of).stream()
                .filter(holding -> holding.asset().asset().equals(EUR))
                .mapToLong(holding -> holding.balance().amount())
                .sum();
    }

    @Override
    public void close() {
        node.close();
    }
}
