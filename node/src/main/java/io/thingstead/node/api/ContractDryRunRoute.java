package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Value;
import io.thingstead.node.contract.Act;
import io.thingstead.node.contract.Code;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.DryRun;
import io.thingstead.node.contract.Finding;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.PastReadings;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.Sums;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.view.LoggedReading;
import io.thingstead.node.view.series.Selection;
import io.thingstead.node.view.series.SeriesStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Runs a contract on readings of the past before anyone signs it, as `thingstead contract simulate` does.
public final class ContractDryRunRoute {
    private static final long MOST_MS = 1L << 52;
    private static final long MOST_SPAN_MS = 366L * 86_400_000;
    private static final int MOST_READINGS = 100_000;
    private static final int MOST_SIGNATURES = 200;
    private static final int MOST_STEPS = 500;
    private static final int MOST_NAME = 128;
    private static final int MOST_UNIT = 32;
    private static final String NAME = "[a-z][a-z0-9_]{0,31}";

    private static final Operation RUN = Operation.of("Contracts", "Runs a contract on readings of the past")
            .details("The readings stand in `readings`, as lines of `/api/export?format=ndjson` have them; or they are"
                    + " those of this member’s devices that the contract names, measured from `fromMs` to `toMs`, at most "
                    + MOST_READINGS + " of them. It tells at most " + MOST_STEPS
                    + " steps; nothing of it is on the ledger.")
            .takes(
                    Question.class,
                    "{\"text\": \"thingstead: contract/1\\ntitle: …\", \"readings\": [{\"timeMs\": 1795939200000, \"device\":"
                            + " \"maker:box-1\", \"name\": \"temperature\", \"unit\": \"Cel\", \"value\": 9.5}]}")
            .answers(Answer.class)
            .refuses(Refusal.CONTRACT_UNSOUND, Refusal.EXPORT_TOO_LARGE, Refusal.BUSY);

    private final MemberId self;
    private final SeriesStore series;
    private final LongSupplier nowMs;
    private final Semaphore one = new Semaphore(1);

    private record LineJson(
            @Says(value = "as the device says", least = 0, most = MOST_MS, needed = true) @Nullable
            Long timeMs,

            @Says(value = "member:name", needed = true, longest = 97) @Nullable
            String device,

            @Says(value = "as the device sends it", needed = true, longest = MOST_NAME) @Nullable
            String name,

            @Says(value = "left out: none", longest = MOST_UNIT) @Nullable
            String unit,

            @Says("a number or a flag; others do not count") @Nullable
            Object value,

            @Says(
                    value = "the leaf that has it: readings with the same one are of one frame",
                    least = 0,
                    most = MOST_MS)
            @Nullable
            Long index) {
        boolean isWhole() {
            return timeMs != null
                    && isTime(timeMs)
                    && isTime(index)
                    && device != null
                    && DeviceId.parse(device).isPresent()
                    && name != null
                    && name.length() <= MOST_NAME
                    && (unit == null || unit.length() <= MOST_UNIT);
        }

        void addTo(PastReadings past, long leaf) {
            Double number = value instanceof Number given
                    ? Double.valueOf(given.doubleValue())
                    : value instanceof Boolean flag ? Double.valueOf(flag ? 1 : 0) : null;
            if (number != null) {
                past.add(
                        Objects.requireNonNull(timeMs),
                        Objects.requireNonNull(device),
                        Objects.requireNonNull(name),
                        unit == null ? "" : unit,
                        number,
                        leaf);
            }
        }
    }

    private record SignedJson(
            @Says(value = "when, as `timeMs` of readings", least = 0, most = MOST_MS, needed = true) @Nullable
            Long timeMs,

            @Says(value = "who signs or pays", pattern = NAME, needed = true) @Nullable
            String party,

            @Says(value = "the way on", pattern = NAME, needed = true) @Nullable
            String way) {
        boolean isWhole() {
            return timeMs != null
                    && isTime(timeMs)
                    && party != null
                    && party.matches(NAME)
                    && way != null
                    && way.matches(NAME);
        }

        DryRun.Signed asInput() {
            return new DryRun.Signed(
                    Objects.requireNonNull(timeMs), Objects.requireNonNull(party), Objects.requireNonNull(way));
        }
    }

    private record Question(
            @Says(value = "the contract, YAML or JSON", needed = true) @Nullable
            String text,

            @Says("values of terms and accounts of parties that take the place of the text's, by name") @Nullable
            Map<String, String> values,

            @Says("what was measured, in any order of devices, each device's in its own") @Nullable
            List<LineJson> readings,

            @Says(value = "of this member's devices, instead of readings", least = 0, most = MOST_MS) @Nullable
            Long fromMs,

            @Says(value = "not part of it; now when not given", least = 0, most = MOST_MS) @Nullable
            Long toMs,

            @Says("who signs or pays what when, at most 200") @Nullable
            List<SignedJson> signatures,

            @Says(
                    value = "when all have signed; when not given, a moment before the first reading",
                    least = 0,
                    most = MOST_MS)
            @Nullable
            Long startMs,

            @Says(value = "up to when time goes on; when not given, until it ends", least = 0, most = MOST_MS) @Nullable
            Long untilMs) {}

    private record PaidJson(
            String deposit,
            String party,
            @Says("with its asset") String amount,

            @Says("whether it went into the deposit, not out of it")
            boolean in) {}

    private record StepJson(
            long timeMs,
            @Says("what happened") String words,
            @Says("where it stands then") String state,
            @Says("whether it was refused: nothing changed") boolean refused,
            @Says("what was done with it") List<String> done,
            List<PaidJson> paid) {}

    private record SumJson(
            String party,
            @Says("into deposits") String gave,
            @Says("out of deposits") String got,
            @Says("got less gave") String balance,
            String asset) {}

    private record Answer(
            @Says("readings of its streams") long readings,
            @Says("streams that have readings") long streams,

            @Says("readings in another unit, or out of range, that were left out")
            long skipped,

            @Says("devices of others, whose readings this member has not")
            List<String> elsewhere,

            List<StepJson> steps,

            @Says("whether there are more steps than were told")
            boolean more,

            @Says("where it stands at last") String state,
            @Says("what it means to be there") String means,
            boolean ended,
            @Says("who gave and got how much in all") List<SumJson> sums) {}

    /// A question, understood.
    private record Trial(ContractFile file, PastReadings past, List<String> elsewhere, Question asked) {}

    public ContractDryRunRoute(MemberId self, SeriesStore series, LongSupplier nowMs) {
        this.self = self;
        this.series = series;
        this.nowMs = nowMs;
    }

    public void register(Routes routes) {
        routes.post("/api/contract-dry-runs", RUN, this::run);
    }

    /// One at a time: it may look at many readings.
    private void run(Context context) {
        if (!one.tryAcquire()) {
            Problem.send(context, Refusal.BUSY, "another contract is being tried: ask again in a moment");
            return;
        }
        try {
            switch (Json.read(context.bodyAsBytes(), Question.class)
                    .flatMap(this::trial)
                    .flatMap(this::outcome)) {
                case Result.Ok<Answer>(Answer answer) -> Json.send(context, answer);
                case Result.No<Answer>(Refused refused) -> Problem.of(refused).send(context);
            }
        } finally {
            one.release();
        }
    }

    private Result<Trial> trial(Question asked) {
        return ContractRoutes.file(asked.text, asked.values).flatMap(file -> {
            Optional<Finding> error =
                    file.findings().stream().filter(Finding::isError).findFirst();
            if (error.isPresent()) {
                return Result.no(Refusal.CONTRACT_UNSOUND, error.get().toString());
            }
            if ((asked.readings != null) && (asked.fromMs != null || asked.toMs != null)) {
                return Result.no(Refusal.REQUEST_MALFORMED, "either readings or fromMs and toMs");
            }
            PastReadings past = new PastReadings(file.contract(), file.values());
            return asked.readings != null
                    ? given(past, asked.readings).map(_ -> new Trial(file, past, List.of(), asked))
                    : kept(past, asked).map(elsewhere -> new Trial(file, past, elsewhere, asked));
        });
    }

    private static Result<PastReadings> given(PastReadings past, List<LineJson> lines) {
        long frame = MOST_MS;
        for (LineJson line : lines) {
            if (!line.isWhole()) {
                return Result.no(
                        Refusal.REQUEST_MALFORMED,
                        "a reading has timeMs, device, name and value, and perhaps unit and index");
            }
            line.addTo(past, line.index == null ? ++frame : line.index);
        }
        return Result.ok(past);
    }

    private static boolean isTime(@Nullable Long ms) {
        return ms == null || (ms >= 0 && ms <= MOST_MS);
    }

    /// Adds what this member has of the span.
    ///
    /// @return the devices of others
    private Result<List<String>> kept(PastReadings past, Question asked) {
        if (!isTime(asked.fromMs) || !isTime(asked.toMs)) {
            return Result.no(Refusal.REQUEST_MALFORMED, "fromMs and toMs are times from 1970 on");
        }
        List<DeviceId> own = new ArrayList<>();
        List<String> elsewhere = new ArrayList<>();
        for (String name : past.devices()) {
            Optional<DeviceId> device =
                    DeviceId.parse(name).filter(id -> id.member().equals(self));
            device.ifPresentOrElse(own::add, () -> elsewhere.add(name));
        }
        long to = asked.toMs == null ? nowMs.getAsLong() : asked.toMs;
        long from = asked.fromMs == null ? Math.max(0, to - MOST_SPAN_MS) : asked.fromMs;
        if (to <= from) {
            return Result.no(Refusal.REQUEST_MALFORMED, "toMs is after fromMs");
        }
        if (own.isEmpty()) {
            return Result.ok(elsewhere);
        }
        Selection selection = new Selection(own, Optional.empty(), from, to);
        long count = series.count(selection);
        if (count > MOST_READINGS) {
            return Result.no(
                    Refusal.EXPORT_TOO_LARGE,
                    "these are %d readings, and it is tried on at most %d: choose a shorter span"
                            .formatted(count, MOST_READINGS));
        }
        series.each(selection, readings -> readings.forEach(reading -> add(past, reading)));
        return Result.ok(elsewhere);
    }

    private static void add(PastReadings past, LoggedReading logged) {
        var reading = logged.reading();
        String unit = reading.unit() == null ? "" : reading.unit();
        switch (reading.value()) {
            case Value.Number(double number) ->
                past.add(reading.timeMs(), logged.device().value(), reading.name(), unit, number, logged.index());
            case Value.Flag(boolean flag) ->
                past.add(reading.timeMs(), logged.device().value(), reading.name(), unit, flag ? 1 : 0, logged.index());
            default -> {
                // no number
            }
        }
    }

    private Result<Answer> outcome(Trial trial) {
        List<DryRun.Input> inputs = new ArrayList<>(trial.past.inputs());
        List<SignedJson> signatures = trial.asked.signatures == null ? List.of() : trial.asked.signatures;
        if (signatures.size() > MOST_SIGNATURES) {
            return Result.no(Refusal.REQUEST_MALFORMED, "at most " + MOST_SIGNATURES + " signatures");
        }
        for (SignedJson signed : signatures) {
            if (!signed.isWhole()) {
                return Result.no(Refusal.REQUEST_MALFORMED, "a signature has timeMs, party and way");
            }
            inputs.add(signed.asInput());
        }
        if (!isTime(trial.asked.startMs) || !isTime(trial.asked.untilMs)) {
            return Result.no(Refusal.REQUEST_MALFORMED, "startMs and untilMs are times from 1970 on");
        }
        long first = inputs.stream().mapToLong(DryRun.Input::time).min().orElseGet(() -> nowMs.getAsLong() + 1);
        long start = trial.asked.startMs == null ? first - 1 : trial.asked.startMs;
        long until = trial.asked.untilMs == null ? Long.MAX_VALUE : trial.asked.untilMs;
        Machine machine = new Machine(new Code(trial.file.contract()), trial.file.values());
        return Result.ok(told(trial, DryRun.of(machine, start, inputs, until)));
    }

    private static Answer told(Trial trial, DryRun.Outcome outcome) {
        Contract contract = trial.file.contract();
        Sums sums = new Sums(contract, trial.file.values());
        outcome.timeline().forEach(moment -> sums.add(moment.acts()));
        List<DryRun.Moment> timeline = outcome.timeline();
        return new Answer(
                trial.past.inputs().size(),
                trial.past.streams(),
                trial.past.skipped(),
                trial.elsewhere,
                timeline.stream()
                        .limit(MOST_STEPS)
                        .map(moment -> step(contract, moment))
                        .toList(),
                timeline.size() > MOST_STEPS,
                outcome.state(),
                contract.state(outcome.state()).means(),
                outcome.ended(),
                sums.all().stream()
                        .map(sum -> new SumJson(
                                sum.party(),
                                money(sum.gave(), sum),
                                money(sum.got(), sum),
                                money(sum.got() - sum.gave(), sum),
                                sum.asset()))
                        .toList());
    }

    private static String money(long amount, Sums.Sum sum) {
        return PlainText.money(amount, sum.asset(), sum.decimals());
    }

    private static StepJson step(Contract contract, DryRun.Moment moment) {
        return new StepJson(
                moment.time(),
                moment.words(),
                moment.state(),
                moment.refused(),
                moment.acts().stream().map(act -> act.inWords(contract)).toList(),
                moment.acts().stream()
                        .flatMap(act -> paid(contract, act).stream())
                        .toList());
    }

    private static Optional<PaidJson> paid(Contract contract, Act act) {
        return switch (act) {
            case Act.Paid(String deposit, String party, long amount, var _) ->
                Optional.of(new PaidJson(deposit, party, Act.money(contract, deposit, amount), false));
            case Act.Released(String deposit, String party, long amount) ->
                Optional.of(new PaidJson(deposit, party, Act.money(contract, deposit, amount), false));
            case Act.PaidIn(String deposit, long amount) ->
                Optional.of(new PaidJson(
                        deposit, contract.deposit(deposit).party(), Act.money(contract, deposit, amount), true));
            default -> Optional.empty();
        };
    }
}
