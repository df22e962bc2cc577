package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead money`: the member's money on the ledger.
@Command(
        name = "money",
        description = {
            "Money on the ledger: assets that members issue, and who has how much of them. The node signs for the member",
            "and its devices. Accounts are written acme (a member), acme:box (a device) or key/THUMBPRINT (a wallet),",
            "assets acme:EUR, or EUR for this member's own, amounts 12.50."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            MoneyCommand.Asset.class,
            MoneyCommand.Issue.class,
            MoneyCommand.Redeem.class,
            MoneyCommand.Send.class,
            MoneyCommand.Show.class,
            MoneyCommand.Statement.class,
            MoneyLimitCommand.class,
            MoneyChannelCommand.class
        })
final class MoneyCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        Objects.requireNonNull(spec).commandLine().usage(System.out);
    }

    /// `thingstead money asset [CODE]`.
    @Command(
            name = "asset",
            description = "Creates an asset that this member issues, or lists all assets.",
            mixinStandardHelpOptions = true)
    static final class Asset extends MoneyPart {
        @Parameters(paramLabel = "CODE", arity = "0..1", description = "1 to 12 of A-Z and 0-9; none: list.")
        private @Nullable String code;

        @Option(
                names = "--decimals",
                paramLabel = "N",
                description = "How many decimals its amounts have, 0 to 9 (default: ${DEFAULT-VALUE}).")
        private int decimals = 2;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            if (code != null) return sayDone(node.post("/api/assets", Map.of("code", code, "decimals", decimals)));
            JsonNode assets = node.getJson("/api/assets").path("assets");
            for (JsonNode asset : assets) {
                say(asset.path("asset").asText() + "  " + asset.path("issued").asText() + " issued");
            }
            if (assets.isEmpty()) say("No asset yet. Create one: ./thingstead money asset EUR");
            return 0;
        }
    }

    /// `thingstead money issue AMOUNT ASSET`.
    @Command(
            name = "issue",
            description = "Issues more of this member's asset, to itself or another account.",
            mixinStandardHelpOptions = true)
    static final class Issue extends MoneyPart {
        @Parameters(index = "0", paramLabel = "AMOUNT", description = "For example 100.00.")
        private String amount = "";

        @Parameters(index = "1", paramLabel = "ASSET", description = "The asset's code.")
        private String asset = "";

        @Option(names = "--to", paramLabel = "ACCOUNT", description = "Who gets it (default: this member).")
        private @Nullable String to;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            Map<String, Object> body = new LinkedHashMap<>(Map.of("amount", amount));
            if (to != null) body.put("to", account(to));
            return sayDone(node.post("/api/assets/" + encoded(asset(node, asset)) + "/issue", body));
        }
    }

    /// `thingstead money redeem AMOUNT ASSET`.
    @Command(
            name = "redeem",
            description = "Takes some of this member's asset away, out of its own account.",
            mixinStandardHelpOptions = true)
    static final class Redeem extends MoneyPart {
        @Parameters(index = "0", paramLabel = "AMOUNT", description = "For example 100.00.")
        private String amount = "";

        @Parameters(index = "1", paramLabel = "ASSET", description = "The asset's code.")
        private String asset = "";

        @Override
        public Integer call() {
            RunningNode node = data.node();
            return sayDone(
                    node.post("/api/assets/" + encoded(asset(node, asset)) + "/redeem", Map.of("amount", amount)));
        }
    }

    /// `thingstead money send AMOUNT ASSET --to ACCOUNT`.
    @Command(
            name = "send",
            description = "Pays from the account of this member, or of one of its devices.",
            mixinStandardHelpOptions = true)
    static final class Send extends MoneyPart {
        @Parameters(index = "0", paramLabel = "AMOUNT", description = "For example 12.50.")
        private String amount = "";

        @Parameters(index = "1", paramLabel = "ASSET", description = "The asset.")
        private String asset = "";

        @Option(names = "--to", paramLabel = "ACCOUNT", required = true, description = "Who gets it.")
        private String to = "";

        @Option(names = "--from", paramLabel = "ACCOUNT", description = "Whose money (default: this member's).")
        private @Nullable String from;

        @Option(
                names = "--limit",
                paramLabel = "N",
                description = "The limit within which it is spent, where the money is another's.")
        private @Nullable Long limit;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("to", account(to));
            body.put("asset", asset(node, asset));
            body.put("amount", amount);
            if (from != null) body.put("from", account(from));
            if (limit != null) body.put("limit", limit);
            return sayDone(node.post("/api/transfers", body));
        }
    }

    /// `thingstead money balance [ACCOUNT]`.
    @Command(
            name = "balance",
            description = "What an account has, and what is promised of it.",
            mixinStandardHelpOptions = true)
    static final class Show extends MoneyPart {
        @Parameters(paramLabel = "ACCOUNT", arity = "0..1", description = "The account (default: this member's).")
        private @Nullable String name;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            JsonNode account = node.getJson(path(name == null ? own(node) : account(name)));
            for (JsonNode balance : account.path("balances")) {
                String held = balance.path("held").asText();
                boolean isHeld = held.chars().anyMatch(c -> c >= '1' && c <= '9');
                say(balance.path("amount").asText() + " "
                        + balance.path("asset").asText() + (isHeld ? ", " + held + " of it held for others" : ""));
            }
            if (account.path("balances").isEmpty()) say("Nothing.");
            for (JsonNode hold : account.path("holds")) {
                say("hold " + hold.path("number").asLong() + ": "
                        + hold.path("amount").asText() + " "
                        + hold.path("asset").asText() + " of "
                        + hold.path("from").asText() + " for "
                        + hold.path("payee").asText());
            }
            for (JsonNode limit : account.path("limits")) {
                say("limit " + limit.path("number").asLong() + ": "
                        + limit.path("spender").asText() + " spends of "
                        + limit.path("owner").asText() + " "
                        + limit.path("perDay").asText() + " "
                        + limit.path("asset").asText() + " a day ("
                        + limit.path("leftToday").asText() + " left today), "
                        + limit.path("atOnce").asText() + " at once");
            }
            for (JsonNode channel : account.path("channels")) {
                say("channel " + channel.path("number").asLong() + ": "
                        + channel.path("payer").asText() + " pays "
                        + channel.path("payee").asText() + " up to "
                        + channel.path("deposit").asText() + " "
                        + channel.path("asset").asText()
                        + (channel.has("closesMs") ? ", being closed" : ""));
            }
            return 0;
        }
    }

    /// `thingstead money statement ASSET`.
    @Command(
            name = "statement",
            description = "Writes an account's statement in one asset, as CSV or camt.053 (ISO 20022).",
            mixinStandardHelpOptions = true)
    static final class Statement extends MoneyPart {
        enum Format {
            CSV("csv"),
            CAMT053("camt.053");

            private final String label;

            Format(String label) {
                this.label = label;
            }
        }

        @Parameters(paramLabel = "ASSET", description = "The asset.")
        private String asset = "";

        @Option(names = "--account", paramLabel = "ACCOUNT", description = "The account (default: this member's).")
        private @Nullable String name;

        @Option(names = "--from", paramLabel = "TIME", description = "From then on, for example 2026-05-01.")
        private @Nullable String from;

        @Option(names = "--to", paramLabel = "TIME", description = "Before then (default: up to now).")
        private @Nullable String to;

        @Option(
                names = "--format",
                paramLabel = "FORMAT",
                description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
        private Format format = Format.CSV;

        @Option(names = "--out", paramLabel = "FILE", required = true, description = "A new file for it.")
        private @Nullable Path file;

        @Override
        public Integer call() throws IOException {
            RunningNode node = data.node();
            String path = path(name == null ? own(node) : account(name)) + "/statement?asset="
                    + encoded(asset(node, asset)) + "&format=" + format.label
                    + (from == null ? "" : "&from=" + GrantCommand.millis(from))
                    + (to == null ? "" : "&to=" + GrantCommand.millis(to));
            byte[] statement = node.get(path);
            Path target = Objects.requireNonNull(file);
            try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
                out.write(statement);
            }
            say("The statement is in " + target + ".");
            return 0;
        }
    }
}
