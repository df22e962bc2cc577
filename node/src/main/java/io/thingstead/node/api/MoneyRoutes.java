package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.Move;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.statement.Camt053;
import io.thingstead.node.statement.Pain001;
import io.thingstead.node.statement.Statement;
import io.thingstead.node.statement.StatementCsv;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Money to be looked at: assets, accounts, statements for book-keepers, payment instructions for banks.
public record MoneyRoutes(LedgerReader ledger, LongSupplier nowMs) {
    private static final long FOR_EVER_MS = 1L << 52;
    private static final int MOST_REMITTANCE = 140;
    private static final String CSV = "text/csv";
    private static final String XML = "application/xml";

    private static final Operation ASSETS =
            Operation.of("Money", "All assets on the ledger, by name").answers(Assets.class);
    private static final Operation ACCOUNT = Operation.of(
                    "Money", "What an account has, what is promised of it, and what happened to it")
            .details("An account is `member/home`, `device/home:box-1`, `key/` and the 64 hex digits of a wallet's"
                    + " thumbprint, `contract/1` or `channel/1`. A channel that is settled, and a contract that ended,"
                    + " are accounts no more.")
            .takes(MoneyParams.KIND, MoneyParams.NAME)
            .answers(MoneyJson.AccountJson.class)
            .refuses(Refusal.ACCOUNT_UNKNOWN);
    private static final Parameter<String> ASSET = Parameter.matching(
                    "asset", MoneyParams.ASSET, "an asset, member:CODE", "In which asset.")
            .required()
            .example("home:EUR");
    private static final Parameter<Long> FROM =
            Parameter.number("from", 0, FOR_EVER_MS, "From this block time on.").or(0L);
    private static final Parameter<Long> TO =
            Parameter.number("to", 0, FOR_EVER_MS, "Before this block time; left out: up to now.");
    private static final Parameter<String> FORMAT = Parameter.matching(
                    "format", "csv|camt\\.053", "csv or camt.053", "What it is written as.")
            .or("csv");
    private static final Operation STATEMENT = Operation.of("Money", "An account's statement in one asset")
            .details("camt.053.001.08 of ISO 20022, for assets whose code is a currency's, of three letters and with at"
                    + " most 5 decimals. An account of more than 34 characters stands there as 32 hex digits of its"
                    + " SHA-256.")
            .takes(MoneyParams.KIND, MoneyParams.NAME, ASSET, FROM, TO, FORMAT)
            .answers(CSV, "`time`, `event`, `amount`, `asset`, `other`, `balance`, `reference`, `words`.")
            .answers(XML, "A `BkToCstmrStmt`.")
            .refuses(Refusal.ACCOUNT_UNKNOWN, Refusal.ASSET_UNKNOWN, Refusal.EXPORT_TOO_LARGE, Refusal.PROOF_HISTORY);
    private static final Operation INSTRUCTIONS = Operation.of(
                    "Money", "Payment instructions for a bank, of what events on the ledger say is owed")
            .details("pain.001.001.09 of ISO 20022. Each payment has the amount and the currency of its event, which is"
                    + " about one sum, and the reference `event-` and its number. Nothing is sent to a bank.")
            .takes(
                    Instructions.class,
                    "{\"debtor\": {\"name\": \"Home\", \"iban\": \"DE75512108001245126199\"}, \"day\": \"2026-05-04\","
                            + " \"payments\": [{\"event\": 12, \"creditor\": {\"name\": \"Acme\", \"iban\":"
                            + " \"FR1420041010050500013M02606\"}}]}")
            .answers(XML, "A `CstmrCdtTrfInitn`.")
            .refuses(Refusal.REQUEST_NOT_FOUND);

    private record Assets(List<MoneyJson.AssetJson> assets) {}

    private record PartyJson(
            @Says(value = "as the bank knows it", longest = 70, needed = true) @Nullable
            String name,

            @Says(value = "without spaces", pattern = "[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", needed = true) @Nullable
            String iban,

            @Says("of the bank; where it does not find it by the IBAN") @Nullable
            String bic) {
        Pain001.Party party() {
            return new Pain001.Party(name == null ? "" : name, iban == null ? "" : iban, bic);
        }
    }

    private record PaymentJson(
            @Says(value = "which says what is owed", least = 0, most = EventRoutes.MAX_NUMBER, needed = true) @Nullable
            Long event,

            @Says(value = "who is paid", needed = true) @Nullable
            PartyJson creditor,

            @Says(value = "what it is for; the event's words when left out", longest = MOST_REMITTANCE) @Nullable
            String remittance) {}

    private record Instructions(
            @Says(value = "who pays", needed = true) @Nullable
            PartyJson debtor,

            @Says(value = "on which the bank is to pay", pattern = "[0-9]{4}-[0-9]{2}-[0-9]{2}", needed = true)
            @Nullable
            String day,

            @Says(value = "at most 1,000", needed = true) @Nullable
            List<PaymentJson> payments) {}

    public void register(Routes routes) {
        routes.get("/api/assets", ASSETS, this::assets)
                .get("/api/accounts/{kind}/{name}", ACCOUNT, this::account)
                .get("/api/accounts/{kind}/{name}/statement", STATEMENT, this::statement)
                .post("/api/payment-instructions", INSTRUCTIONS, this::instructions);
    }

    private void assets(Context context) {
        Json.send(
                context,
                new Assets(ledger.money().assets().stream()
                        .map(MoneyJson.AssetJson::of)
                        .toList()));
    }

    private void account(Context context) {
        var params = new Params(context);
        var account = account(params);
        if (params.sendRefusal()) return;
        if (account.isEmpty()) absent(context);
        else Json.send(context, MoneyJson.account(account.get(), ledger));
    }

    private Optional<AccountId> account(Params params) {
        return MoneyParams.inPath(params).filter(account -> ledger.money().knows(account));
    }

    private static void absent(Context context) {
        Problem.send(
                context,
                Refusal.ACCOUNT_UNKNOWN,
                "there is no account " + context.pathParam("kind") + "/" + context.pathParam("name"));
    }

    private void statement(Context context) {
        var params = new Params(context);
        var account = account(params);
        var asset = params.find(ASSET).flatMap(AssetId::parse);
        long from = params.number(FROM);
        long to = params.find(TO).orElseGet(() -> ledger.head().blockTime() + 1);
        boolean csv = params.find(FORMAT).orElse("csv").equals("csv");
        if (params.sendRefusal()) return;
        Optional<AssetRecord> record = asset.flatMap(ledger.money()::asset);
        if (account.isEmpty()) {
            absent(context);
        } else if (record.isEmpty()) {
            Problem.send(context, Refusal.ASSET_UNKNOWN, "there is no such asset");
        } else {
            Result<byte[]> written =
                    switch (Statement.of(ledger, account.get(), record.get(), from, Math.max(from, to))) {
                        case Result.No<Statement>(Refused refused) -> new Result.No<>(refused);
                        case Result.Ok<Statement>(Statement made) ->
                            csv
                                    ? Result.ok(StatementCsv.of(made))
                                    : Camt053.of(made, ledger.head().ledger(), nowMs.getAsLong());
                    };
            send(context, written, csv ? CSV : XML, csv ? "statement.csv" : "camt.053.xml");
        }
    }

    private static void send(Context context, Result<byte[]> document, String type, String fileName) {
        switch (document) {
            case Result.No<byte[]>(Refused refused) -> Problem.of(refused).send(context);
            case Result.Ok<byte[]>(byte[] bytes) -> {
                context.header("Content-Disposition", "attachment; filename=\"" + fileName + "\"");
                context.header("Cache-Control", "no-store");
                context.contentType(type).result(bytes);
            }
        }
    }

    private void instructions(Context context) {
        switch (Json.read(context.bodyAsBytes(), Instructions.class)) {
            case Result.No<Instructions>(Refused refused) -> Problem.of(refused).send(context);
            case Result.Ok<Instructions>(Instructions wanted) ->
                send(context, instructions(wanted), XML, "pain.001.xml");
        }
    }

    private Result<byte[]> instructions(Instructions wanted) {
        if (wanted.debtor == null || wanted.day == null || wanted.payments == null) {
            return Result.no(Refusal.REQUEST_MALFORMED, "debtor, day and payments are needed");
        }
        long now = nowMs.getAsLong();
        List<Pain001.Payment> payments = new ArrayList<>();
        List<Long> seen = new ArrayList<>();
        for (PaymentJson payment : wanted.payments) {
            if (payment.event == null || payment.creditor == null || seen.contains(payment.event)) {
                return Result.no(Refusal.REQUEST_MALFORMED, "each payment has an event of its own, and a creditor");
            }
            seen.add(payment.event);
            switch (payment(payment.event, payment.creditor, payment.remittance)) {
                case Result.No<Pain001.Payment>(Refused refused) -> {
                    return new Result.No<>(refused);
                }
                case Result.Ok<Pain001.Payment>(Pain001.Payment one) -> payments.add(one);
            }
        }
        return Pain001.of(
                ledger.head().ledger().hex().substring(0, 8) + "-" + now,
                now,
                wanted.day,
                wanted.debtor.party(),
                payments);
    }

    private Result<Pain001.Payment> payment(long number, PartyJson creditor, @Nullable String remittance) {
        var event = ledger.event(number);
        if (event.isEmpty()) return Result.no(Refusal.REQUEST_NOT_FOUND, "there is no event " + number + " here");
        List<Move> moves = Move.of(event.get());
        if (moves.size() != 1) {
            return Result.no(Refusal.REQUEST_MALFORMED, "event " + number + " is not about one sum of money");
        }
        Move move = moves.getFirst();
        String words = event.get().inWords();
        return Pain001.payment(
                "event-" + number,
                ledger.money().asset(move.asset()).orElseThrow(),
                move.amount(),
                creditor.party(),
                remittance == null ? words.substring(0, Math.min(MOST_REMITTANCE, words.length())) : remittance);
    }
}
