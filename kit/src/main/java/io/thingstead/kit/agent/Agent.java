package io.thingstead.kit.agent;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.money.Voucher;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A program with a wallet: it finds offers, takes them by contract, and pays for requests one by one. Its limits are
/// kept before anything is signed. One thread at a time; others wait.
public final class Agent {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int PAYMENT_REQUIRED = 402;
    private static final int MOST_ROUNDS = 5;
    private static final long VALID_MS = 120_000;
    private static final long CHANNEL_MS = 7 * 86_400_000L;
    private static final long WINDOW_MS = 600_000;

    private final HttpClient http;
    private final HostNode node;
    private final SigningKey wallet;
    private final AgentBook book;
    private final Map<AssetId, SpendingLimit> limits = new LinkedHashMap<>();
    private final LongSupplier clockMs;
    /// What was asked last for an address, so that the next request there need not be refused first.
    private final Map<URI, PaymentRequired> prices = new LinkedHashMap<>();

    /// @param node that hosts the wallet
    /// @param clockMs by which a day begins
    public Agent(
            HttpClient http,
            HostNode node,
            SigningKey wallet,
            AgentBook book,
            List<SpendingLimit> limits,
            LongSupplier clockMs) {
        this.http = http;
        this.node = node;
        this.wallet = wallet;
        this.book = book;
        this.clockMs = clockMs;
        limits.forEach(limit -> this.limits.put(limit.asset(), limit));
    }

    /// Whose money it spends.
    public AccountId account() {
        return AccountId.of(wallet.key().thumbprint());
    }

    /// What it has signed for today.
    public synchronized long spentToday(AssetId asset) {
        return book.spent(asset, clockMs.getAsLong());
    }

    /// Offers that fit and are free: the nearest first, or the cheapest.
    public Result<List<FoundOffer>> find(FoundOffer.Search search) throws IOException, InterruptedException {
        return node.get(search.path())
                .map(json -> json.at("offers").elements().stream()
                        .flatMap(offer -> FoundOffer.of(offer).stream())
                        .toList());
    }

    private Result<JsonValue> ask(byte[] action) throws IOException, InterruptedException {
        byte[] nonce = new byte[WalletTransaction.NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        long now = Math.max(clockMs.getAsLong(), blockTime());
        return node.submit(WalletTransaction.sign(node.ledger(), nonce, now + VALID_MS, List.of(action), wallet));
    }

    private long blockTime() throws IOException, InterruptedException {
        return node.get("/api/status").orThrow().at("ledger").at("blockTime").number();
    }

    /// The number of what an event of this type is about, by its subject.
    private static Optional<Long> numbered(JsonValue done, String type, String subject) {
        for (JsonValue event : done.at("events").elements()) {
            if (!event.at("type").text().equals(type)) continue;
            for (JsonValue about : event.at("subjects").elements()) {
                if (about.text().startsWith(subject))
                    return Optional.of(Long.parseLong(
                            about.text(), subject.length(), about.text().length(), 10));
            }
        }
        return Optional.empty();
    }

    /// Takes an offer by its contract, for the wallet.
    ///
    /// @param values of open terms, by name
    /// @return the contract's number
    public synchronized Result<Long> take(long offer, Map<String, String> values)
            throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder("{\"taker\":")
                .append(JsonValue.quoted(account().value()))
                .append(",\"values\":{");
        String between = "";
        for (var value : values.entrySet()) {
            body.append(between)
                    .append(JsonValue.quoted(value.getKey()))
                    .append(':')
                    .append(JsonValue.quoted(value.getValue()));
            between = ",";
        }
        return switch (node.post(
                "/api/offers/" + offer + "/prepare", body.append("}}").toString())) {
            case Result.No<JsonValue>(Refused refused) -> new Result.No<>(refused);
            case Result.Ok<JsonValue>(JsonValue prepared) -> {
                Refused objection = lock(prepared);
                yield objection == null ? take(offer, prepared) : new Result.No<>(objection);
            }
        };
    }

    private Result<Long> take(long offer, JsonValue prepared) throws IOException, InterruptedException {
        List<AccountId> accounts = new ArrayList<>();
        for (JsonValue party : prepared.at("accounts").elements()) {
            accounts.add(AccountId.parse(party.text())
                    .orElseThrow(() -> new IOException("the node names a party that is no account")));
        }
        byte[] action = WalletTransaction.takeOffer(
                offer,
                Base64Url.decode(prepared.at("values").text())
                        .orElseThrow(() -> new IOException("the node's values are not base64url")),
                accounts,
                prepared.at("renderer").number(),
                HexFormat.of().parseHex(prepared.at("textHash").text()));
        return ask(action)
                .flatMap(done -> numbered(done, "offer-taken", "contract/")
                        .map(Result::ok)
                        .orElseGet(() -> Result.no(Refusal.CONTRACT_UNKNOWN, "no contract came of it")));
    }

    /// Counts what a contract locks up of the wallet's as spent, if the limits allow it.
    private @Nullable Refused lock(JsonValue prepared) throws IOException, InterruptedException {
        Map<AssetId, Long> locked = new LinkedHashMap<>();
        for (JsonValue lock : prepared.at("locks").elements()) {
            if (!lock.at("account").text().equals(account().value())) continue;
            AssetId asset = AssetId.parse(lock.at("asset").text())
                    .orElseThrow(() -> new IOException("the node names an asset that is none"));
            long amount = Amounts.parse(lock.at("amount").text(), decimals(asset))
                    .orElseThrow(() -> new IOException("the node says an amount that is none"));
            locked.merge(asset, amount, Math::addExact);
        }
        long now = clockMs.getAsLong();
        for (var each : locked.entrySet()) {
            Refused objection = AgentBook.objection(
                    limits.get(each.getKey()), book.spent(each.getKey(), now), each.getValue(), each.getValue());
            if (objection != null) return objection;
        }
        locked.forEach((asset, amount) -> book.spend(asset, amount, now));
        return null;
    }

    private int decimals(AssetId asset) throws IOException, InterruptedException {
        for (JsonValue known : node.get("/api/assets").orThrow().at("assets").elements()) {
            if (known.at("asset").text().equals(asset.value()))
                return (int) known.at("decimals").number();
        }
        throw new IOException("the node does not know the asset " + asset);
    }

    /// Agrees to a way on in a contract of which the wallet is a party.
    public synchronized Result<Long> agree(long contract, String party, String way)
            throws IOException, InterruptedException {
        return ask(WalletTransaction.signWay(contract, party, way)).map(_ -> contract);
    }

    /// Asks for what is at an address, and pays for it where payment is required.
    ///
    /// What is answered with another status than 200 was not paid. Where no answer comes, the next call for it
    /// asks again with the same voucher.
    public synchronized Result<HttpResponse<byte[]>> get(URI at) throws IOException, InterruptedException {
        PaymentRequired price = prices.get(at);
        if (price == null) {
            HttpResponse<byte[]> answer = send(at, null);
            if (answer.statusCode() != PAYMENT_REQUIRED) return Result.ok(answer);
            switch (PaymentRequired.read(answer.body(), node.ledger())) {
                case Result.No<PaymentRequired>(Refused refused) -> {
                    return new Result.No<>(refused);
                }
                case Result.Ok<PaymentRequired>(PaymentRequired asked) -> price = asked;
            }
        }
        return pay(at, price);
    }

    private Result<HttpResponse<byte[]>> pay(URI at, PaymentRequired first) throws IOException, InterruptedException {
        PaymentRequired price = first;
        LedgerId ledger = node.ledger();
        Refused last = new Refused(Refusal.PAYMENT_REQUIRED, "no payment is enough for " + at);
        // The amount of a voucher that the seller has and whose answer did not come.
        long unanswered = -1;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            AgentBook.Channel channel;
            switch (channel(ledger, price)) {
                case Result.No<AgentBook.Channel>(Refused refused) -> {
                    return new Result.No<>(refused);
                }
                case Result.Ok<AgentBook.Channel>(AgentBook.Channel open) -> channel = open;
            }
            long amount = channel.confirmed() + price.amount();
            boolean again =
                    amount == unanswered || (at.toString().equals(channel.pending()) && amount == channel.signed());
            long more = Math.max(0, amount - channel.signed());
            long now = clockMs.getAsLong();
            Refused objection = AgentBook.objection(
                    limits.get(price.asset()), book.spent(price.asset(), now), price.amount(), more);
            if (objection != null) return new Result.No<>(objection);
            channel = channel.promised(amount, at.toString());
            book.promise(channel, more, now);
            // A crash here, or after what follows: the next call asks again with the same voucher.
            byte[] voucher = new Voucher(channel.number(), amount).sign(ledger, wallet);
            HttpResponse<byte[]> answer = paid(at, price, channel, voucher, again);
            if (answer.statusCode() != PAYMENT_REQUIRED) {
                if (answer.headers()
                        .firstValue(PaymentRequired.RESPONSE_HEADER)
                        .filter(PaymentRequired::isSettled)
                        .isPresent()) {
                    book.put(channel.confirmed(amount));
                    remember(at, price);
                }
                return Result.ok(answer);
            }
            prices.remove(at);
            switch (PaymentRequired.read(answer.body(), ledger)) {
                case Result.No<PaymentRequired>(Refused refused) -> {
                    return new Result.No<>(refused);
                }
                case Result.Ok<PaymentRequired>(PaymentRequired asked) -> {
                    last = new Refused(HostNode.code(asked.code()), "the seller refuses the payment: " + asked.code());
                    boolean isTaken = HostNode.code(asked.code()) == Refusal.PAYMENT_REPLAYED && asked.paid() == amount;
                    if (isTaken && !again) unanswered = amount;
                    else if (!goesOn(asked, channel)) return new Result.No<>(last);
                    price = asked;
                }
            }
        }
        return new Result.No<>(last);
    }

    /// What the seller's refusal means for the channel; false: nothing that another voucher would change.
    @SuppressWarnings("EnumSwitch") // most codes end it
    private boolean goesOn(PaymentRequired asked, AgentBook.Channel channel) {
        return switch (HostNode.code(asked.code())) {
            case PAYMENT_REPLAYED, PAYMENT_TOO_LITTLE -> {
                // It cannot have more than was ever signed.
                boolean isTrue = asked.paid() >= channel.confirmed() && asked.paid() <= channel.signed();
                if (isTrue) book.put(channel.confirmed(asked.paid()));
                yield isTrue;
            }
            case CHANNEL_UNKNOWN, CHANNEL_CLOSING, CHANNEL_FOREIGN -> {
                book.forget(channel);
                yield true;
            }
            default -> false;
        };
    }

    private void remember(URI at, PaymentRequired price) {
        if (prices.size() > 1_000) prices.clear();
        prices.put(at, price);
    }

    private HttpResponse<byte[]> paid(
            URI at, PaymentRequired price, AgentBook.Channel channel, byte[] voucher, boolean again)
            throws IOException, InterruptedException {
        try {
            return send(at, PaymentRequired.header(price.network(), channel.number(), voucher, again));
        } catch (IOException _) {
            return send(at, PaymentRequired.header(price.network(), channel.number(), voucher, true));
        }
    }

    private HttpResponse<byte[]> send(URI at, @Nullable String payment) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(at).timeout(TIMEOUT).GET();
        if (payment != null) request.header(PaymentRequired.HEADER, payment);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /// The channel to a payee, with enough in it for one more request.
    private Result<AgentBook.Channel> channel(LedgerId ledger, PaymentRequired price)
            throws IOException, InterruptedException {
        SpendingLimit limit = limits.get(price.asset());
        // Before anything is signed, a deposit too.
        long spent = book.spent(price.asset(), clockMs.getAsLong());
        Refused objection = AgentBook.objection(limit, spent, price.amount(), 0);
        if (objection != null || limit == null) {
            return new Result.No<>(objection == null ? new Refused(Refusal.LIMIT_UNKNOWN, "no limit") : objection);
        }
        long deposit = Math.max(limit.deposit(), price.amount());
        Optional<AgentBook.Channel> known = book.channel(ledger, price.payTo(), price.asset());
        if (known.isEmpty()) return open(ledger, price, deposit);
        AgentBook.Channel channel = known.get();
        if (channel.deposit() - channel.confirmed() >= price.amount()) return Result.ok(channel);
        return switch (ask(WalletTransaction.topUpChannel(channel.number(), deposit))) {
            case Result.Ok<JsonValue> _ -> {
                AgentBook.Channel more = channel.toppedUp(deposit);
                book.put(more);
                yield Result.ok(more);
            }
            case Result.No<JsonValue>(Refused refused) -> {
                if (refused.code() != Refusal.CHANNEL_UNKNOWN && refused.code() != Refusal.CHANNEL_CLOSING) {
                    yield new Result.No<>(refused);
                }
                book.forget(channel);
                yield open(ledger, price, deposit);
            }
        };
    }

    private Result<AgentBook.Channel> open(LedgerId ledger, PaymentRequired price, long deposit)
            throws IOException, InterruptedException {
        JsonValue own;
        switch (node.get("/api/accounts/" + account().value())) {
            case Result.No<JsonValue>(Refused refused) -> {
                return new Result.No<>(refused);
            }
            case Result.Ok<JsonValue>(JsonValue account) -> own = account;
        }
        AgentBook.Channel lost = unknown(ledger, price, own);
        if (lost != null) {
            book.put(lost);
            return Result.ok(lost);
        }
        byte[] action = WalletTransaction.openChannel(
                account(),
                price.payTo(),
                price.asset(),
                deposit,
                wallet.key(),
                own.at("timeMs").number() + CHANNEL_MS,
                WINDOW_MS);
        return ask(action)
                .flatMap(done -> numbered(done, "channel-opened", "channel/")
                        .map(number -> {
                            var opened = new AgentBook.Channel(
                                    ledger, price.payTo(), price.asset(), number, deposit, 0, 0, null);
                            book.put(opened);
                            return Result.ok(opened);
                        })
                        .orElseGet(() -> Result.no(Refusal.CHANNEL_UNKNOWN, "no channel came of it")));
    }

    /// A channel of the wallet's that was opened just before a crash, so that it is in no book.
    private AgentBook.@Nullable Channel unknown(LedgerId ledger, PaymentRequired price, JsonValue own)
            throws IOException, InterruptedException {
        for (JsonValue channel : own.at("channels").elements()) {
            long number = channel.at("number").number();
            boolean isIt = channel.at("payer").text().equals(account().value())
                    && channel.at("payee").text().equals(price.payTo().value())
                    && channel.at("asset").text().equals(price.asset().value())
                    && channel.at("key").text().equals(wallet.key().thumbprint().hex())
                    && channel.at("closesMs") instanceof JsonValue.Nil
                    && channel.at("expiryMs").number() - own.at("timeMs").number() > 2 * WINDOW_MS
                    && !book.knows(ledger, number);
            if (isIt) {
                int decimals = decimals(price.asset());
                long deposit =
                        Amounts.parse(channel.at("deposit").text(), decimals).orElse(0);
                return new AgentBook.Channel(ledger, price.payTo(), price.asset(), number, deposit, 0, 0, null);
            }
        }
        return null;
    }

    /// Closes the wallet's channels: what was not spent comes back after their windows.
    ///
    /// @return how many
    public synchronized Result<Integer> close() throws IOException, InterruptedException {
        LedgerId ledger = node.ledger();
        int closed = 0;
        for (AgentBook.Channel channel : book.channels()) {
            if (!channel.ledger().equals(ledger)) continue;
            // What the payee took and nobody told, it shows itself within the window.
            byte[] voucher = channel.confirmed() == 0
                    ? null
                    : new Voucher(channel.number(), channel.confirmed()).sign(ledger, wallet);
            switch (ask(WalletTransaction.closeChannel(channel.number(), voucher))) {
                case Result.Ok<JsonValue> _ -> closed++;
                case Result.No<JsonValue>(Refused refused) -> {
                    if (refused.code() != Refusal.CHANNEL_UNKNOWN && refused.code() != Refusal.CHANNEL_CLOSING) {
                        return new Result.No<>(refused);
                    }
                }
            }
            book.forget(channel);
        }
        return Result.ok(closed);
    }
}
