package io.thingstead.node.cli;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.money.Voucher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead money channel`: payment channels, whose vouchers go from payer to payee beside the ledger.
@Command(
        name = "channel",
        description = {
            "Payment channels: a deposit on the ledger, of which signed vouchers give more and more to the payee, beside",
            "the ledger. The payee closes with the highest voucher."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            MoneyChannelCommand.Open.class,
            MoneyChannelCommand.TopUp.class,
            MoneyChannelCommand.Sign.class,
            MoneyChannelCommand.Close.class
        })
final class MoneyChannelCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        Objects.requireNonNull(spec).commandLine().usage(System.out);
    }

    /// `thingstead money channel open PAYEE AMOUNT ASSET`.
    @Command(name = "open", description = "Opens a channel.", mixinStandardHelpOptions = true)
    static final class Open extends MoneyPart {
        @Parameters(index = "0", paramLabel = "PAYEE", description = "The account that is paid.")
        private String payee = "";

        @Parameters(index = "1", paramLabel = "AMOUNT", description = "The deposit, for example 20.00.")
        private String amount = "";

        @Parameters(index = "2", paramLabel = "ASSET", description = "The asset.")
        private String asset = "";

        @Option(
                names = "--key",
                paramLabel = "FILE",
                required = true,
                description = "Make a key that signs vouchers and keep it in this new file.")
        private @Nullable Path key;

        @Option(names = "--for", paramLabel = "SPAN", required = true, description = "How long: 90m, 12h, 30d.")
        private String span = "";

        @Option(
                names = "--window",
                paramLabel = "SPAN",
                description =
                        "How long the payee may still show a voucher after the payer closes (default: ${DEFAULT-VALUE}).")
        private String window = "10m";

        @Option(names = "--from", paramLabel = "ACCOUNT", description = "Whose money (default: this member's).")
        private @Nullable String payer;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            Path file = Objects.requireNonNull(key);
            if (Files.exists(file)) {
                throw new RunningNode.NodeException(file + " exists already: a key is never overwritten");
            }
            SigningKey made = SigningKey.generate(Algorithm.ED25519);
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("payee", account(payee));
            body.put("asset", asset(node, asset));
            body.put("deposit", amount);
            body.put("key", Base64Url.encode(made.key().coseKey()));
            body.put("forMs", millis(span));
            body.put("windowMs", millis(window));
            if (payer != null) body.put("payer", account(payer));
            made.save(file);
            return sayDone(node.post("/api/channels", body));
        }
    }

    /// `thingstead money channel top-up N AMOUNT`.
    @Command(name = "top-up", description = "Puts more into a channel.", mixinStandardHelpOptions = true)
    static final class TopUp extends MoneyPart {
        @Parameters(index = "0", paramLabel = "N", description = "The channel's number.")
        private long number;

        @Parameters(index = "1", paramLabel = "AMOUNT", description = "For example 10.00.")
        private String amount = "";

        @Override
        public Integer call() {
            return sayDone(data.node().post("/api/channels/" + number + "/top-up", Map.of("amount", amount)));
        }
    }

    /// `thingstead money channel voucher N AMOUNT`.
    @Command(
            name = "voucher",
            description = "Signs a voucher over what the payee may take in all, and prints it.",
            mixinStandardHelpOptions = true)
    static final class Sign extends MoneyPart {
        @Parameters(index = "0", paramLabel = "N", description = "The channel's number.")
        private long number;

        @Parameters(index = "1", paramLabel = "AMOUNT", description = "In all since it was opened, for example 7.50.")
        private String amount = "";

        @Option(names = "--key", paramLabel = "FILE", required = true, description = "The key that signs vouchers.")
        private @Nullable Path key;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            String account = node.getJson(path("channel/" + number))
                    .path("balances")
                    .path(0)
                    .path("asset")
                    .asText();
            int decimals = node.getJson("/api/assets")
                    .path("assets")
                    .valueStream()
                    .filter(asset -> asset.path("asset").asText().equals(account))
                    .findFirst()
                    .orElseThrow()
                    .path("decimals")
                    .asInt();
            long units = Amounts.parse(amount, decimals)
                    .orElseThrow(() -> new RunningNode.NodeException("not an amount of " + account + ": " + amount));
            LedgerId ledger = LedgerId.ofHex(
                    node.getJson("/api/status").path("ledger").path("id").asText());
            SigningKey signer = SigningKey.load(Objects.requireNonNull(key));
            if (!Amounts.isOne(number) || !Amounts.isOne(units)) {
                throw new RunningNode.NodeException("a voucher is over more than nothing");
            }
            say(Base64Url.encode(new Voucher(number, units).sign(ledger, signer)));
            return 0;
        }
    }

    /// `thingstead money channel close N`.
    @Command(
            name = "close",
            description = "Closes a channel: as its payee with the highest voucher, as its payer after a window.",
            mixinStandardHelpOptions = true)
    static final class Close extends MoneyPart {
        @Parameters(paramLabel = "N", description = "The channel's number.")
        private long number;

        @Option(names = "--voucher", paramLabel = "VOUCHER", description = "The highest voucher.")
        private @Nullable String voucher;

        @Override
        public Integer call() {
            return sayDone(data.node()
                    .post(
                            "/api/channels/" + number + "/close",
                            voucher == null ? Map.of() : Map.of("voucher", voucher)));
        }
    }
}
