package io.thingstead.node.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead money limit`: who may spend of this member's money, and how much.
@Command(
        name = "limit",
        description = "Lets another account spend from this member's: so much a day, so much at once. Or no more.",
        mixinStandardHelpOptions = true,
        subcommands = {MoneyLimitCommand.Set.class, MoneyLimitCommand.Revoke.class})
final class MoneyLimitCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        Objects.requireNonNull(spec).commandLine().usage(System.out);
    }

    /// `thingstead money limit set SPENDER ASSET`.
    @Command(name = "set", description = "Sets a limit.", mixinStandardHelpOptions = true)
    static final class Set extends MoneyPart {
        @Parameters(index = "0", paramLabel = "SPENDER", description = "The account that may spend.")
        private String spender = "";

        @Parameters(index = "1", paramLabel = "ASSET", description = "The asset.")
        private String asset = "";

        @Option(names = "--per-day", paramLabel = "AMOUNT", required = true, description = "For example 20.00.")
        private String perDay = "";

        @Option(names = "--at-once", paramLabel = "AMOUNT", required = true, description = "For example 5.00.")
        private String atOnce = "";

        @Option(names = "--purpose", paramLabel = "WORD", description = "What for, a-z, 0-9 and '-'.")
        private @Nullable String purpose;

        @Option(names = "--payee", paramLabel = "ACCOUNT", description = "Who may be paid; several; none: all.")
        private List<String> payees = List.of();

        @Option(names = "--for", paramLabel = "SPAN", required = true, description = "How long: 90m, 12h, 30d.")
        private String span = "";

        @Option(names = "--of", paramLabel = "ACCOUNT", description = "Whose money (default: this member's).")
        private @Nullable String owner;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("spender", account(spender));
            body.put("asset", asset(node, asset));
            body.put("perDay", perDay);
            body.put("atOnce", atOnce);
            body.put("forMs", millis(span));
            body.put("payees", payees.stream().map(MoneyPart::account).toList());
            if (purpose != null) body.put("purpose", purpose);
            if (owner != null) body.put("owner", account(owner));
            return sayDone(node.post("/api/limits", body));
        }
    }

    /// `thingstead money limit revoke N`.
    @Command(name = "revoke", description = "Takes a limit back, or gives one up.", mixinStandardHelpOptions = true)
    static final class Revoke extends MoneyPart {
        @Parameters(paramLabel = "N", description = "The limit's number (thingstead money balance lists them).")
        private long number;

        @Override
        public Integer call() {
            return sayDone(data.node().post("/api/limits/" + number + "/revoke", Map.of()));
        }
    }
}
