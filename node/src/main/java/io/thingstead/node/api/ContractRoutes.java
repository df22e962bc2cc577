package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.Finding;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.Templates;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Contracts over HTTP: templates, the check, drafts, signatures, where each stands and what led there.
///
/// @param self whose node it is: it signs for the accounts of the member and of its devices
public record ContractRoutes(MemberId self, LedgerReader ledger, Contracting contracting) {
    private static final int MOST_LISTED = 1_000;
    private static final Parameter<Long> NUMBER = Parameter.number(
                    "number", 1, EventRoutes.MAX_NUMBER, "Its number on the ledger.")
            .inPath();
    private static final String TEXT_EXAMPLE =
            "{\"text\": \"thingstead: contract/1\\ntitle: …\", \"values\": {\"price\": \"120.00\"}}";

    private static final Operation TEMPLATES =
            Operation.of("Contracts", "Templates of contracts to begin with").answers(TemplatesJson.class);
    private static final Operation CHECK = Operation.of(
                    "Contracts", "Checks a contract, and says in plain words what it means")
            .takes(Text.class, TEXT_EXAMPLE)
            .answers(ContractJson.CheckedJson.class);
    private static final Operation LIST = Operation.of(
                    "Contracts",
                    "Contracts of which this member or one of its devices is a party, the newest first, at most 1,000")
            .answers(ListJson.class);
    private static final Operation SHOW = Operation.of(
                    "Contracts", "A contract: its words, its parties, where it stands, and every step so far")
            .takes(NUMBER)
            .answers(ContractJson.ContractFullJson.class)
            .refuses(Refusal.CONTRACT_UNKNOWN);

    private static Operation acting(String summary, Refusal... refusals) {
        return Operation.of("Contracts", summary)
                .answers(MoneyJson.Done.class)
                .refuses(Refusal.CONTRACT_UNKNOWN, Refusal.ACTION_NOT_ALLOWED)
                .refuses(refusals)
                .asksTheLedger();
    }

    private static final Operation DRAFT = acting(
                    "Brings a contract onto the ledger, for all its parties to sign",
                    Refusal.CONTRACT_MALFORMED,
                    Refusal.CONTRACT_UNSOUND,
                    Refusal.CONTRACT_PARTY,
                    Refusal.CONTRACT_FULL,
                    Refusal.ACCOUNT_UNKNOWN,
                    Refusal.ASSET_UNKNOWN,
                    Refusal.DEVICE_UNKNOWN,
                    Refusal.MEMBER_REMOVED)
            .details("Every party has an account, in the text or in `values` by the party's name.")
            .takes(Draft.class, TEXT_EXAMPLE);
    private static final Operation SIGN = acting(
                    "Signs a contract for this member; with the last party's signature it begins",
                    Refusal.CONTRACT_SIGNED,
                    Refusal.FUNDS_INSUFFICIENT)
            .details("`agreement` is what was read: the signature is refused where the contract is another.")
            .takes(NUMBER)
            .takes(Signature.class, "{\"agreement\": \"" + "ab".repeat(32) + "\"}");
    private static final Operation WITHDRAW = acting(
                    "Takes a draft back that not all have signed", Refusal.CONTRACT_SIGNED)
            .takes(NUMBER);
    private static final Operation STEP = acting(
                    "Signs or pays a way on of a running contract for this member, pauses or resumes its time",
                    Refusal.CONTRACT_WAY,
                    Refusal.CONTRACT_PARTY,
                    Refusal.CONTRACT_LATE,
                    Refusal.FUNDS_INSUFFICIENT)
            .takes(NUMBER)
            .takes(Step.class, "{\"kind\": \"sign\", \"way\": \"delivered\"}");
    private static final Operation DEMAND = acting(
                    "Demands the readings of a span, as the contract lets this member",
                    Refusal.CONTRACT_WAY,
                    Refusal.CONTRACT_PARTY,
                    Refusal.CONTRACT_LATE)
            .takes(NUMBER)
            .takes(Demand.class, "{\"stream\": \"temperature\", \"fromMs\": 1795939200000, \"toMs\": 1795942800000}");

    private record TemplatesJson(List<ContractJson.TemplateJson> templates) {}

    private record ListJson(List<ContractJson.ShortJson> contracts) {}

    private record Text(
            @Says(value = "the contract, YAML or JSON", needed = true) @Nullable
            String text,

            @Says("values of terms and accounts of parties that take the place of the text's, by name") @Nullable
            Map<String, String> values) {}

    private record Draft(
            @Says(value = "the contract, YAML or JSON", needed = true) @Nullable
            String text,

            @Says("values of terms and accounts of parties that take the place of the text's, by name") @Nullable
            Map<String, String> values,

            @Says(
                    value = "for a draft: the running contract in whose place it comes once all have signed",
                    least = 1,
                    most = EventRoutes.MAX_NUMBER)
            @Nullable
            Long replaces) {}

    private record Signature(
            @Says(value = "of the contract, hex", pattern = "[0-9a-f]{64}", needed = true) @Nullable
            String agreement) {}

    private record Step(
            @Says(value = "sign, pay, pause or resume", pattern = "sign|pay|pause|resume", needed = true) @Nullable
            String kind,

            @Says(value = "the way on, for sign and pay", pattern = "[a-z][a-z0-9_]{0,31}") @Nullable
            String way,

            @Says(value = "for which party; this member's own when left out", pattern = "[a-z][a-z0-9_]{0,31}")
            @Nullable
            String party) {}

    private record Demand(
            @Says(value = "the stream's name in the contract", pattern = "[a-z][a-z0-9_]{0,31}", needed = true)
            @Nullable
            String stream,

            @Says(
                    value = "as devices tell time; the contract's begin when left out",
                    least = 0,
                    most = EventRoutes.MAX_NUMBER)
            @Nullable
            Long fromMs,

            @Says(value = "as devices tell time; now when left out", least = 0, most = EventRoutes.MAX_NUMBER) @Nullable
            Long toMs,

            @Says(value = "for which party; this member's own when left out", pattern = "[a-z][a-z0-9_]{0,31}")
            @Nullable
            String party) {}

    public void register(Routes routes) {
        routes.get("/api/contract-templates", TEMPLATES, this::templates)
                .post("/api/contract-checks", CHECK, this::check)
                .get("/api/contracts", LIST, this::list)
                .get("/api/contracts/{number}", SHOW, this::show)
                .post("/api/contracts", DRAFT, context -> with(context, Draft.class, this::draft))
                .post("/api/contracts/{number}/sign", SIGN, context -> numbered(context, Signature.class, this::sign))
                .post("/api/contracts/{number}/withdraw", WITHDRAW, this::withdraw)
                .post("/api/contracts/{number}/steps", STEP, context -> numbered(context, Step.class, this::step))
                .post(
                        "/api/contracts/{number}/demands",
                        DEMAND,
                        context -> numbered(context, Demand.class, this::demand));
    }

    private void templates(Context context) {
        Json.send(
                context,
                new TemplatesJson(Templates.all().stream()
                        .map(t -> new ContractJson.TemplateJson(t.name(), t.title(), t.about(), t.text()))
                        .toList()));
    }

    /// A contract of a request's body.
    static Result<ContractFile> file(@Nullable String text, @Nullable Map<String, String> given) {
        if (text == null) {
            return Result.no(Refusal.REQUEST_MALFORMED, "text is missing: the contract");
        }
        Map<String, String> values = new LinkedHashMap<>();
        if (given != null) {
            for (var value : given.entrySet()) {
                if (value.getValue() == null) {
                    return Result.no(Refusal.REQUEST_MALFORMED, "a value is a text: " + value.getKey());
                }
                values.put(value.getKey(), value.getValue());
            }
        }
        return Result.ok(ContractFile.read(text, values));
    }

    private void check(Context context) {
        Result<ContractFile> read =
                Json.read(context.bodyAsBytes(), Text.class).flatMap(body -> file(body.text, body.values));
        switch (read) {
            case Result.No<ContractFile>(Refused refused) -> Problem.of(refused).send(context);
            case Result.Ok<ContractFile>(ContractFile file) -> Json.send(context, ContractJson.CheckedJson.of(file));
        }
    }

    private void list(Context context) {
        Json.send(
                context,
                new ListJson(ledger.contracts().contracts(new AccountId.Member(self), MOST_LISTED).stream()
                        .map(record -> ContractJson.ShortJson.of(record, ledger, self))
                        .toList()));
    }

    private void show(Context context) {
        find(context).ifPresent(record -> Json.send(context, ContractJson.ContractFullJson.of(record, ledger, self)));
    }

    /// The contract of the path; where there is none that is answered.
    private Optional<ContractRecord> find(Context context) {
        var params = new Params(context);
        long number = params.number(NUMBER);
        if (params.sendRefusal()) return Optional.empty();
        Optional<ContractRecord> record = ledger.contracts().contract(number);
        if (record.isEmpty()) {
            Problem.send(context, Refusal.CONTRACT_UNKNOWN, "there is no contract " + number);
        }
        return record;
    }

    private <T> void with(Context context, Class<T> type, Function<T, Result<TransactionResult>> asked) {
        switch (Json.read(context.bodyAsBytes(), type).flatMap(asked)) {
            case Result.No<TransactionResult>(Refused refused) ->
                Problem.of(refused).send(context);
            case Result.Ok<TransactionResult>(TransactionResult result) ->
                TransactionRoute.answer(context, result, ledger);
        }
    }

    private interface Asked<T> {
        Result<TransactionResult> of(ContractRecord record, T body);
    }

    private <T> void numbered(Context context, Class<T> type, Asked<T> asked) {
        find(context).ifPresent(record -> with(context, type, body -> asked.of(record, body)));
    }

    private Result<TransactionResult> draft(Draft draft) {
        if (draft.replaces != null && (draft.replaces < 1 || draft.replaces > EventRoutes.MAX_NUMBER)) {
            return Result.no(Refusal.REQUEST_MALFORMED, "replaces is the number of a contract");
        }
        return file(draft.text, draft.values).flatMap(file -> {
            var error = file.findings().stream().filter(Finding::isError).findFirst();
            if (error.isPresent()) {
                return Result.no(Refusal.CONTRACT_UNSOUND, error.get().toString());
            }
            List<AccountId> accounts = new ArrayList<>();
            for (Contract.Party party : file.contract().parties()) {
                Optional<AccountId> account =
                        Optional.ofNullable(file.accounts().get(party.name())).flatMap(AccountId::parse);
                if (account.isEmpty()) {
                    return Result.no(
                            Refusal.CONTRACT_PARTY,
                            "“" + party.name() + "” has no account: write account: member/NAME, or give it as a value");
                }
                accounts.add(account.get());
            }
            CborWriter values = new CborWriter();
            file.values().write(values);
            String words = PlainText.of(file.contract(), file.values(), file.accounts());
            return Result.ok(contracting.draft(
                    file.contract().encode(),
                    values.toBytes(),
                    accounts,
                    PlainText.RENDERER,
                    PlainText.hash(words),
                    draft.replaces == null ? 0 : draft.replaces));
        });
    }

    private Result<TransactionResult> sign(ContractRecord record, Signature body) {
        return body.agreement == null || !body.agreement.matches("[0-9a-f]{64}")
                ? Result.no(Refusal.REQUEST_MALFORMED, "agreement is missing: 64 hex digits")
                : Result.ok(contracting.sign(record.number(), HexFormat.of().parseHex(body.agreement)));
    }

    private void withdraw(Context context) {
        find(context)
                .ifPresent(record -> TransactionRoute.answer(context, contracting.withdraw(record.number()), ledger));
    }

    /// The party that is named, or the member's own.
    private Result<String> party(ContractRecord record, @Nullable String named) {
        String party = named != null
                ? named
                : ContractJson.party(record, ContractJson.contract(record, ledger.contracts()), self);
        return party == null
                ? Result.no(Refusal.ACTION_NOT_ALLOWED, "this member is no party of contract " + record.number())
                : Result.ok(party);
    }

    /// The party that is named, or of the member's own the one that may do this now.
    private Result<String> actor(ContractRecord record, @Nullable String named, @Nullable String way) {
        Contract contract = ContractJson.contract(record, ledger.contracts());
        ContractStands stands = new ContractStands(record, contract, record.values(contract), self);
        return named != null
                ? Result.ok(named)
                : stands.actsAs(way).map(Result::ok).orElseGet(() -> party(record, null));
    }

    private Result<TransactionResult> step(ContractRecord record, Step body) {
        if (body.kind == null || (body.way == null && (body.kind.equals("sign") || body.kind.equals("pay")))) {
            return Result.no(Refusal.REQUEST_MALFORMED, "kind is needed; for sign and pay, way too");
        }
        String way = body.way == null ? "" : body.way;
        long number = record.number();
        return actor(record, body.party, body.way).flatMap(party -> switch (body.kind) {
            case "sign" -> Result.ok(contracting.signWay(number, party, way));
            case "pay" -> Result.ok(contracting.payWay(number, party, way));
            case "pause" -> Result.ok(contracting.pause(number, party));
            case "resume" -> Result.ok(contracting.resume(number, party));
            default -> Result.no(Refusal.REQUEST_MALFORMED, "kind is sign, pay, pause or resume");
        });
    }

    private Result<TransactionResult> demand(ContractRecord record, Demand body) {
        if (body.stream == null) {
            return Result.no(Refusal.REQUEST_MALFORMED, "stream is missing: its name in the contract");
        }
        long from = body.fromMs == null ? record.since() : body.fromMs;
        long to = body.toMs == null ? ledger.contracts().timeMs() : body.toMs;
        if (from < 0 || to < 0 || from > EventRoutes.MAX_NUMBER || to > EventRoutes.MAX_NUMBER) {
            return Result.no(Refusal.REQUEST_MALFORMED, "fromMs and toMs are times from 1970 on");
        }
        String stream = body.stream;
        return party(record, body.party).map(party -> contracting.demand(record.number(), party, stream, from, to));
    }
}
