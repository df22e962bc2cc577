package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

/// `thingstead market`: what machines offer each other.
@Command(
        name = "market",
        description = {
            "The service market: what is offered, where, for how much, and the contracts that take it. Kinds of"
                    + " services",
            "are written from the general to the special: energy.charging. Accounts and assets as in thingstead money."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            MarketCommand.Offer.class,
            MarketCommand.Find.class,
            MarketCommand.Show.class,
            MarketCommand.Take.class,
            MarketCommand.Withdraw.class
        })
final class MarketCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        Objects.requireNonNull(spec).commandLine().usage(System.out);
    }

    private static String[] place(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != 2) throw new RunningNode.NodeException("a place is LATITUDE,LONGITUDE: 48.14,11.56");
        return parts;
    }

    /// `thingstead market offer KIND`.
    @Command(
            name = "offer",
            description = {
                "Offers a service: by a contract (--terms FILE --as PARTY), or by the request (--url URL), where who"
                        + " asks",
                "pays for each with a voucher of a payment channel (HTTP 402)."
            },
            mixinStandardHelpOptions = true)
    static final class Offer extends MoneyPart {
        @Parameters(paramLabel = "KIND", description = "For example parking or energy.charging.")
        private String kind = "";

        @Option(names = "--price", paramLabel = "AMOUNT", required = true, description = "Of one unit: 0.05.")
        private String price = "";

        @Option(names = "--asset", paramLabel = "ASSET", required = true, description = "The asset it is paid in.")
        private String asset = "";

        @Option(
                names = "--per",
                paramLabel = "UNIT",
                required = true,
                description = "A UCUM code: min, kW.h, {request}.")
        private String per = "";

        @Option(names = "--device", paramLabel = "DEVICE", description = "That does it or measures it.")
        private @Nullable String device;

        @Option(names = "--at", paramLabel = "LAT,LON", description = "Where, in degrees.")
        private @Nullable String at;

        @Option(
                names = "--for",
                paramLabel = "SPAN",
                description = "How long it holds: 90m, 12h, 30d (default: ${DEFAULT-VALUE}).")
        private String span = "30d";

        @Option(
                names = "--places",
                paramLabel = "N",
                description = "How many contracts may run at once (default: any).")
        private @Nullable Long places;

        @Option(names = "--account", paramLabel = "ACCOUNT", description = "Who offers (default: this member).")
        private @Nullable String account;

        @Option(names = "--terms", paramLabel = "FILE", description = "The contract by which it is taken.")
        private @Nullable Path terms;

        @Option(names = "--as", paramLabel = "PARTY", description = "Which of its parties offers.")
        private @Nullable String party;

        @Option(names = "--open", paramLabel = "TERM", description = "A term that who takes it may choose; repeatable.")
        private List<String> open = new ArrayList<>();

        @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A value of a term; repeatable.")
        private Map<String, String> values = new LinkedHashMap<>();

        @Option(names = "--url", paramLabel = "URL", description = "Where it is asked for.")
        private @Nullable String url;

        @Override
        public Integer call() throws IOException {
            RunningNode node = data.node();
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("kind", kind);
            body.put("asset", asset(node, asset));
            body.put("price", price);
            body.put("per", per);
            body.put("forMs", millis(span));
            if (account != null) body.put("account", account(account));
            if (device != null) body.put("device", node.device(device));
            if (places != null) body.put("places", places);
            if (at != null) {
                String[] parts = place(at);
                try {
                    body.put("latitude", Double.valueOf(parts[0]));
                    body.put("longitude", Double.valueOf(parts[1]));
                } catch (NumberFormatException e) {
                    throw new RunningNode.NodeException("a place is LATITUDE,LONGITUDE in degrees, not " + at);
                }
            }
            if (url != null) body.put("url", url);
            if (terms != null) {
                body.put("text", Files.readString(terms));
                body.put("values", values);
                body.put("open", open);
                if (party != null) body.put("party", party);
            }
            return sayDone(node.post("/api/offers", body));
        }
    }

    private static String inWords(JsonNode offer) {
        StringBuilder line = new StringBuilder("offer " + offer.path("number").asLong() + ": ")
                .append(offer.path("kind").asText())
                .append(" by ")
                .append(offer.path(offer.has("device") ? "device" : "name").asText())
                .append(", ")
                .append(offer.path("price").asText())
                .append(' ')
                .append(offer.path("asset").asText())
                .append(" per ")
                .append(offer.path("per").asText());
        if (offer.has("distanceM"))
            line.append(", ").append(offer.path("distanceM").asLong()).append(" m away");
        if (!offer.path("free").asBoolean()) line.append(", all places taken");
        if (offer.has("url")) line.append(", at ").append(offer.path("url").asText());
        for (JsonNode rating : offer.path("rating")) {
            line.append("; ended “")
                    .append(rating.path("state").asText())
                    .append("” ")
                    .append(rating.path("count").asLong())
                    .append(" times, earned ")
                    .append(rating.path("earned").asText())
                    .append(" ")
                    .append(rating.path("asset").asText());
        }
        return line.toString();
    }

    /// `thingstead market find [KIND]`.
    @Command(
            name = "find",
            description = "Looks for offers by kind, place and price, the nearest or newest first.",
            mixinStandardHelpOptions = true)
    static final class Find extends MoneyPart {
        @Parameters(paramLabel = "KIND", arity = "0..1", description = "This kind, and what is more special (all).")
        private @Nullable String kind;

        @Option(names = "--near", paramLabel = "LAT,LON", description = "Only those near there.")
        private @Nullable String near;

        @Option(names = "--within", paramLabel = "METRES", description = "How near (default: 50000).")
        private @Nullable Long within;

        @Option(names = "--asset", paramLabel = "ASSET", description = "Only for this asset.")
        private @Nullable String asset;

        @Option(names = "--at-most", paramLabel = "AMOUNT", description = "Only up to this price; with --asset.")
        private @Nullable String atMost;

        @Option(names = "--free", description = "Only those from which a contract may begin now.")
        private boolean free;

        @Option(names = "--own", description = "Only those of this member and of its devices.")
        private boolean own;

        @Option(names = "--sort", paramLabel = "ORDER", description = "newest, price or distance.")
        private @Nullable String sort;

        @Option(names = "--json", description = "As the node says it, for programs.")
        private boolean json;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            StringBuilder path = new StringBuilder("/api/offers?limit=200");
            if (kind != null) path.append("&kind=").append(encoded(kind));
            if (near != null) path.append("&near=").append(encoded(near));
            if (within != null) path.append("&radius=").append(within);
            if (asset != null) path.append("&asset=").append(encoded(asset(node, asset)));
            if (atMost != null) path.append("&atMost=").append(encoded(atMost));
            if (own) path.append("&own=true");
            if (free) path.append("&free=true");
            if (sort != null) path.append("&sort=").append(encoded(sort));
            JsonNode found = node.getJson(path.toString());
            if (json) {
                say(found.toString());
                return 0;
            }
            found.path("offers").forEach(offer -> say(inWords(offer)));
            if (found.path("offers").isEmpty()) say("Nothing is offered that fits.");
            else if (found.has("next")) say("… and more: " + found.path("total").asLong() + " in all.");
            return 0;
        }
    }

    /// `thingstead market show N`.
    @Command(
            name = "show",
            description = "Shows an offer, and in plain words the contract by which it is taken.",
            mixinStandardHelpOptions = true)
    static final class Show extends MoneyPart {
        @Parameters(paramLabel = "N", description = "The offer's number.")
        private long number;

        @Override
        public Integer call() {
            JsonNode shown = data.node().getJson("/api/offers/" + number);
            say(inWords(shown.path("offer")));
            for (JsonNode term : shown.path("terms")) {
                if (term.path("open").asBoolean())
                    say("to be chosen: " + term.path("name").asText() + " ("
                            + term.path("type").asText() + "), proposed "
                            + term.path("value").asText());
            }
            if (shown.has("words")) {
                say("");
                say(shown.path("words").asText().stripTrailing());
            }
            return 0;
        }
    }

    /// `thingstead market take N`.
    @Command(
            name = "take",
            description = {
                "Takes an offer: its contract is signed as it stands, and begins once all parties have signed.",
                "Read it first: thingstead market show N"
            },
            mixinStandardHelpOptions = true)
    static final class Take extends MoneyPart {
        @Parameters(paramLabel = "N", description = "The offer's number.")
        private long number;

        @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A value of an open term; repeatable.")
        private Map<String, String> values = new LinkedHashMap<>();

        @Option(names = "--party", paramLabel = "PARTY=ACCOUNT", description = "The account of a party; repeatable.")
        private Map<String, String> parties = new LinkedHashMap<>();

        @Option(names = "--for", paramLabel = "ACCOUNT", description = "Who takes it (default: this member).")
        private @Nullable String taker;

        @Override
        public Integer call() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("values", values);
            Map<String, String> accounts = new LinkedHashMap<>();
            parties.forEach((party, account) -> accounts.put(party, account(account)));
            body.put("accounts", accounts);
            if (taker != null) body.put("taker", account(taker));
            return sayDone(data.node().post("/api/offers/" + number + "/take", body));
        }
    }

    /// `thingstead market withdraw N`.
    @Command(
            name = "withdraw",
            description = "Takes an offer of this member back; contracts that took it go on.",
            mixinStandardHelpOptions = true)
    static final class Withdraw extends MoneyPart {
        @Parameters(paramLabel = "N", description = "The offer's number.")
        private long number;

        @Override
        public Integer call() {
            return sayDone(data.node().post("/api/offers/" + number + "/withdraw", Map.of()));
        }
    }
}
