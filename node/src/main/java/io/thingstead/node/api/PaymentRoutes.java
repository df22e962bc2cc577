package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.money.Voucher;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.LimitRecord;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Money moved with the member's authority: its node signs, for the account of the member and those of its devices.
///
/// @param self whose node it is
public record PaymentRoutes(MemberId self, LedgerReader ledger, Paying paying) {
    private static final long TEN_MINUTES_MS = 600_000;
    private static final Parameter<Long> NUMBER = Parameter.number(
                    "number", 1, EventRoutes.MAX_NUMBER, "Its number on the ledger.")
            .inPath();

    private static Operation moving(String summary, Refusal... refusals) {
        return Operation.of("Money", summary)
                .answers(MoneyJson.Done.class)
                .refuses(
                        Refusal.ASSET_UNKNOWN,
                        Refusal.ACCOUNT_UNKNOWN,
                        Refusal.AMOUNT_RANGE,
                        Refusal.FUNDS_INSUFFICIENT)
                .refuses(refusals)
                .asksTheLedger();
    }

    private static final Operation CREATE = moving(
                    "Creates an asset that this member issues", Refusal.ASSET_EXISTS, Refusal.ASSET_FULL)
            .takes(NewAsset.class, "{\"code\": \"EUR\", \"decimals\": 2}");
    private static final Operation ISSUE = moving("Issues more of this member's asset to an account")
            .takes(MoneyParams.ASSET_IN_PATH)
            .takes(Sum.class, "{\"to\": \"member/home\", \"amount\": \"100.00\"}");
    private static final Operation REDEEM = moving("Takes some of this member's asset, out of its own account, away")
            .takes(MoneyParams.ASSET_IN_PATH)
            .takes(Sum.class, "{\"amount\": \"100.00\"}");
    private static final Operation WALLET = moving(
                    "Opens the account of a wallet key, hosted by this member",
                    Refusal.ACCOUNT_FULL,
                    Refusal.KEY_EXISTS,
                    Refusal.KEY_WEAK,
                    Refusal.KEY_POSSESSION)
            .takes(Wallet.class, "{\"key\": \"…\", \"possession\": \"…\"}");
    private static final Operation TRANSFER = moving(
                    "Pays from the account of this member or of one of its devices",
                    Refusal.LIMIT_UNKNOWN,
                    Refusal.LIMIT_OVER,
                    Refusal.LIMIT_PAYEE)
            .takes(Payment.class, "{\"to\": \"member/acme\", \"asset\": \"home:EUR\", \"amount\": \"12.50\"}");
    private static final Operation HOLD = moving("Sets money aside for a payee", Refusal.TIME_RANGE, Refusal.HOLD_FULL)
            .takes(
                    NewHold.class,
                    "{\"payee\": \"member/acme\", \"asset\": \"home:EUR\", \"amount\": \"12.50\", \"forMs\": 86400000}");
    private static final Operation CAPTURE = moving(
                    "Takes what is held for this member or one of its devices", Refusal.HOLD_UNKNOWN)
            .takes(NUMBER)
            .takes(Amount.class, "{\"amount\": \"10.00\"}");
    private static final Operation RELEASE = moving(
                    "Gives free what is held for this member or one of its devices", Refusal.HOLD_UNKNOWN)
            .takes(NUMBER);
    private static final Operation LIMIT = moving(
                    "Lets another account spend from this member's, so much a day and at once",
                    Refusal.TIME_RANGE,
                    Refusal.LIMIT_FULL)
            .takes(
                    NewLimit.class,
                    "{\"spender\": \"device/home:car\", \"asset\": \"home:EUR\", \"perDay\": \"20.00\","
                            + " \"atOnce\": \"5.00\", \"purpose\": \"parking\", \"forMs\": 2592000000}");
    private static final Operation REVOKE =
            moving("Takes back a limit, or gives one up", Refusal.LIMIT_UNKNOWN).takes(NUMBER);
    private static final Operation CHANNEL = moving(
                    "Opens a payment channel", Refusal.TIME_RANGE, Refusal.CHANNEL_FULL, Refusal.KEY_WEAK)
            .takes(
                    NewChannel.class,
                    "{\"payee\": \"member/acme\", \"asset\": \"home:EUR\", \"deposit\": \"20.00\", \"key\": \"…\","
                            + " \"forMs\": 86400000}");
    private static final Operation TOP_UP = moving(
                    "Puts more into a payment channel", Refusal.CHANNEL_UNKNOWN, Refusal.CHANNEL_CLOSING)
            .takes(NUMBER)
            .takes(Amount.class, "{\"amount\": \"10.00\"}");
    private static final Operation CLOSE = moving(
                    "Closes a payment channel: paid at once as its payee, after a window as its payer",
                    Refusal.CHANNEL_UNKNOWN,
                    Refusal.CHANNEL_CLOSING,
                    Refusal.VOUCHER_INVALID)
            .takes(NUMBER)
            .takes(Closing.class, "{}");

    private record NewAsset(
            @Says(value = "its code", pattern = "[A-Z0-9]{1,12}", needed = true) @Nullable
            String code,

            @Says(value = "how many decimals people read it with", least = 0, most = 9, needed = true) @Nullable
            Integer decimals) {}

    private record Sum(
            @Says(value = "who gets it; this member when left out", pattern = MoneyParams.ACCOUNT) @Nullable
            String to,

            @Says(value = "decimal", pattern = MoneyParams.AMOUNT, needed = true) @Nullable
            String amount,

            @Says(value = "a commitment to what it is for", pattern = MoneyParams.REFERENCE) @Nullable
            String reference) {}

    private record Amount(
            @Says(value = "decimal", pattern = MoneyParams.AMOUNT, needed = true) @Nullable
            String amount) {}

    private record Wallet(
            @Says(value = "COSE_Key in base64url", needed = true) @Nullable
            String key,

            @Says(value = "the proof that it is held, for `<member>#wallet`, in base64url", needed = true) @Nullable
            String possession) {}

    private record Payment(
            @Says(value = "whose money; this member's when left out", pattern = MoneyParams.ACCOUNT) @Nullable
            String from,

            @Says(value = "who gets it", pattern = MoneyParams.ACCOUNT, needed = true) @Nullable
            String to,

            @Says(value = "member:CODE", pattern = MoneyParams.ASSET, needed = true) @Nullable
            String asset,

            @Says(value = "decimal", pattern = MoneyParams.AMOUNT, needed = true) @Nullable
            String amount,

            @Says(value = "a commitment to what it is for", pattern = MoneyParams.REFERENCE) @Nullable
            String reference,

            @Says(
                    value = "the limit within which it is spent, where `from` is another's",
                    least = 1,
                    most = EventRoutes.MAX_NUMBER)
            @Nullable
            Long limit) {}

    private record NewHold(
            @Says(value = "whose money; this member's when left out", pattern = MoneyParams.ACCOUNT) @Nullable
            String from,

            @Says(value = "who may take it", pattern = MoneyParams.ACCOUNT, needed = true) @Nullable
            String payee,

            @Says(value = "member:CODE", pattern = MoneyParams.ASSET, needed = true) @Nullable
            String asset,

            @Says(value = "decimal", pattern = MoneyParams.AMOUNT, needed = true) @Nullable
            String amount,

            @Says(value = "for how long, ledger time", least = 1, most = Amounts.MAX / 2, needed = true) @Nullable
            Long forMs,

            @Says(value = "a commitment to what it is for", pattern = MoneyParams.REFERENCE) @Nullable
            String reference) {}

    private record NewLimit(
            @Says(value = "whose money; this member's when left out", pattern = MoneyParams.ACCOUNT) @Nullable
            String owner,

            @Says(value = "who may spend it", pattern = MoneyParams.ACCOUNT, needed = true) @Nullable
            String spender,

            @Says(value = "member:CODE", pattern = MoneyParams.ASSET, needed = true) @Nullable
            String asset,

            @Says(value = "decimal", pattern = MoneyParams.AMOUNT, needed = true) @Nullable
            String perDay,

            @Says(value = "decimal", pattern = MoneyParams.AMOUNT, needed = true) @Nullable
            String atOnce,

            @Says(value = "for people and programs to read", pattern = "[a-z0-9-]{1,32}") @Nullable
            String purpose,

            @Says("who may be paid, at most 16; left out: all") @Nullable
            List<String> payees,

            @Says(value = "for how long, ledger time", least = 1, most = Amounts.MAX / 2, needed = true) @Nullable
            Long forMs) {}

    private record NewChannel(
            @Says(value = "whose deposit; this member's when left out", pattern = MoneyParams.ACCOUNT) @Nullable
            String payer,

            @Says(value = "who is paid", pattern = MoneyParams.ACCOUNT, needed = true) @Nullable
            String payee,

            @Says(value = "member:CODE", pattern = MoneyParams.ASSET, needed = true) @Nullable
            String asset,

            @Says(value = "decimal", pattern = MoneyParams.AMOUNT, needed = true) @Nullable
            String deposit,

            @Says(value = "that signs vouchers: COSE_Key in base64url", needed = true) @Nullable
            String key,

            @Says(value = "for how long, ledger time", least = 1, most = Amounts.MAX / 2, needed = true) @Nullable
            Long forMs,

            @Says(value = "ten minutes when left out", least = TEN_MINUTES_MS, most = Amounts.MAX / 2) @Nullable
            Long windowMs) {}

    private record Closing(
            @Says("the highest voucher, in base64url") @Nullable
            String voucher) {}

    public void register(Routes routes) {
        routes.post("/api/assets", CREATE, context -> move(context, NewAsset.class, this::create))
                .post(
                        "/api/assets/{asset}/issue",
                        ISSUE,
                        context -> move(context, Sum.class, (sum, read) -> issue(context, sum, read)))
                .post(
                        "/api/assets/{asset}/redeem",
                        REDEEM,
                        context -> move(context, Sum.class, (sum, read) -> redeem(context, sum, read)))
                .post("/api/wallets", WALLET, context -> move(context, Wallet.class, this::open))
                .post("/api/transfers", TRANSFER, context -> move(context, Payment.class, this::transfer))
                .post("/api/holds", HOLD, context -> move(context, NewHold.class, this::hold))
                .post("/api/holds/{number}/capture", CAPTURE, this::capture)
                .post("/api/holds/{number}/release", RELEASE, context -> numbered(context, paying::release))
                .post("/api/limits", LIMIT, context -> move(context, NewLimit.class, this::limit))
                .post("/api/limits/{number}/revoke", REVOKE, context -> numbered(context, paying::revokeLimit))
                .post("/api/channels", CHANNEL, context -> move(context, NewChannel.class, this::channel))
                .post("/api/channels/{number}/top-up", TOP_UP, this::topUp)
                .post("/api/channels/{number}/close", CLOSE, this::close);
    }

    /// Reads the body, lets it be asked for, and answers.
    private <T> void move(
            Context context, Class<T> type, BiFunction<T, MoneyParams, Optional<TransactionResult>> asked) {
        switch (Json.read(context.bodyAsBytes(), type)) {
            case Result.No<T>(Refused refused) -> Problem.of(refused).send(context);
            case Result.Ok<T>(T body) -> {
                var read = new MoneyParams(ledger);
                Optional<TransactionResult> result = asked.apply(body, read);
                if (result.isPresent()) TransactionRoute.answer(context, result.get(), ledger);
                else Problem.of(read.refused().orElseThrow()).send(context);
            }
        }
    }

    private void numbered(Context context, Function<Long, TransactionResult> asked) {
        var params = new Params(context);
        long number = params.number(NUMBER);
        if (params.sendRefusal()) return;
        TransactionRoute.answer(context, asked.apply(number), ledger);
    }

    private static Optional<TransactionResult> unless(MoneyParams read, Supplier<TransactionResult> asked) {
        return read.refused().isPresent() ? Optional.empty() : Optional.of(asked.get());
    }

    private Optional<TransactionResult> create(NewAsset wanted, MoneyParams read) {
        String code = wanted.code == null ? "" : wanted.code;
        int decimals = wanted.decimals == null ? -1 : wanted.decimals;
        var asset = AssetId.parse(self + ":" + code);
        if (asset.isEmpty() || decimals < 0 || decimals > Amounts.MAX_DECIMALS) {
            read.refuse(Refusal.REQUEST_MALFORMED, "a code is 1 to 12 of A-Z and 0-9, decimals are 0 to 9");
        }
        return unless(read, () -> paying.createAsset(asset.orElseThrow(), decimals));
    }

    private AccountId own() {
        return AccountId.of(self);
    }

    private static @Nullable String assetOf(Context context) {
        return context.pathParam("asset");
    }

    private Optional<TransactionResult> issue(Context context, Sum wanted, MoneyParams read) {
        AssetRecord asset = read.asset(assetOf(context));
        AccountId to = read.account(wanted.to, "to", own());
        long amount = read.amount(wanted.amount, asset);
        byte[] reference = read.reference(wanted.reference);
        return unless(read, () -> paying.issue(asset.asset(), to, amount, reference));
    }

    private Optional<TransactionResult> redeem(Context context, Sum wanted, MoneyParams read) {
        AssetRecord asset = read.asset(assetOf(context));
        if (wanted.to != null) read.refuse(Refusal.REQUEST_MALFORMED, "a member redeems out of its own account");
        long amount = read.amount(wanted.amount, asset);
        byte[] reference = read.reference(wanted.reference);
        return unless(read, () -> paying.redeem(asset.asset(), amount, reference));
    }

    private Optional<TransactionResult> open(Wallet wanted, MoneyParams read) {
        Optional<VerifyingKey> key = read.key(wanted.key);
        byte[] possession = read.bytes(wanted.possession, "possession");
        return unless(read, () -> paying.openAccount(key.orElseThrow(), possession));
    }

    private Optional<TransactionResult> transfer(Payment wanted, MoneyParams read) {
        AccountId from = read.account(wanted.from, "from", own());
        AccountId to = read.account(wanted.to, "to");
        AssetRecord asset = read.asset(wanted.asset);
        long amount = read.amount(wanted.amount, asset);
        byte[] reference = read.reference(wanted.reference);
        Long limit = read.number(wanted.limit);
        return unless(read, () -> paying.transfer(from, to, asset.asset(), amount, reference, limit));
    }

    private Optional<TransactionResult> hold(NewHold wanted, MoneyParams read) {
        AccountId from = read.account(wanted.from, "from", own());
        AccountId payee = read.account(wanted.payee, "payee");
        AssetRecord asset = read.asset(wanted.asset);
        long amount = read.amount(wanted.amount, asset);
        long until = read.until(wanted.forMs);
        byte[] reference = read.reference(wanted.reference);
        return unless(read, () -> paying.hold(from, payee, asset.asset(), amount, until, reference));
    }

    private void capture(Context context) {
        var params = new Params(context);
        long number = params.number(NUMBER);
        if (params.sendRefusal()) return;
        var hold = ledger.money().hold(number);
        if (hold.isEmpty()) {
            Problem.send(context, Refusal.HOLD_UNKNOWN, "no hold " + number + ", or its time is over");
            return;
        }
        move(context, Amount.class, (wanted, read) -> {
            AssetRecord asset = read.asset(hold.get().asset().value());
            long amount = read.amount(wanted.amount, asset);
            return unless(read, () -> paying.capture(number, amount, null));
        });
    }

    private Optional<TransactionResult> limit(NewLimit wanted, MoneyParams read) {
        AccountId owner = read.account(wanted.owner, "owner", own());
        AccountId spender = read.account(wanted.spender, "spender");
        AssetRecord asset = read.asset(wanted.asset);
        long perDay = read.amount(wanted.perDay, asset);
        long atOnce = read.amount(wanted.atOnce, asset);
        List<String> names = wanted.payees == null ? List.of() : wanted.payees;
        if (names.size() > LimitRecord.MAX_PAYEES) {
            read.refuse(Refusal.REQUEST_MALFORMED, "a limit names at most " + LimitRecord.MAX_PAYEES + " payees");
        }
        String purpose = wanted.purpose;
        if (purpose != null && MemberId.parse(purpose).isEmpty()) {
            read.refuse(Refusal.REQUEST_MALFORMED, "a purpose is 1 to 32 of a-z, 0-9 and '-'");
        }
        List<AccountId> payees =
                names.stream().map(name -> read.account(name, "a payee")).toList();
        long until = read.until(wanted.forMs);
        return unless(
                read,
                () -> paying.setLimit(
                        new LimitRecord.Terms(owner, spender, asset.asset(), perDay, atOnce, purpose, payees, until)));
    }

    private Optional<TransactionResult> channel(NewChannel wanted, MoneyParams read) {
        AccountId payer = read.account(wanted.payer, "payer", own());
        AccountId payee = read.account(wanted.payee, "payee");
        AssetRecord asset = read.asset(wanted.asset);
        long deposit = read.amount(wanted.deposit, asset);
        Optional<VerifyingKey> key = read.key(wanted.key);
        long until = read.until(wanted.forMs);
        long window = wanted.windowMs == null ? TEN_MINUTES_MS : wanted.windowMs;
        if (window < TEN_MINUTES_MS || window > Amounts.MAX / 2) {
            read.refuse(Refusal.REQUEST_MALFORMED, "windowMs is at least ten minutes");
        }
        return unless(
                read, () -> paying.openChannel(payer, payee, asset.asset(), deposit, key.orElseThrow(), until, window));
    }

    private void topUp(Context context) {
        var params = new Params(context);
        long number = params.number(NUMBER);
        if (params.sendRefusal()) return;
        var channel = ledger.money().channel(number);
        if (channel.isEmpty()) {
            Problem.send(context, Refusal.CHANNEL_UNKNOWN, "no channel " + number + ", or it is settled");
            return;
        }
        move(context, Amount.class, (wanted, read) -> {
            AssetRecord asset = read.asset(channel.get().asset().value());
            long amount = read.amount(wanted.amount, asset);
            return unless(read, () -> paying.topUp(number, amount));
        });
    }

    private void close(Context context) {
        var params = new Params(context);
        long number = params.number(NUMBER);
        if (params.sendRefusal()) return;
        move(context, Closing.class, (wanted, read) -> {
            byte[] voucher = wanted.voucher == null ? null : read.bytes(wanted.voucher, "voucher");
            if (voucher != null && voucher.length > Voucher.MAX_BYTES) {
                read.refuse(Refusal.REQUEST_MALFORMED, "a voucher has at most " + Voucher.MAX_BYTES + " bytes");
            }
            return unless(read, () -> paying.closeChannel(number, voucher));
        });
    }
}
