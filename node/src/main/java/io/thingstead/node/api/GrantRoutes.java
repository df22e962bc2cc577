package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.ledger.GrantRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Grants: which other member reads which device, of this member's devices and to this member; giving and revoking
/// them.
///
/// @param self whose devices they are
public record GrantRoutes(MemberId self, LedgerReader ledger, Granting granting, LongSupplier nowMs) {
    private static final long MAX_MS = 1L << 52;
    private static final String MEMBER = "[a-z0-9-]{1,32}";
    private static final String DEVICE = MEMBER + ":[a-z0-9-]{1,64}";
    private static final Parameter<String> AFTER = Parameter.matching(
            "after", DEVICE + "/" + MEMBER, "a device and a member, member:name/member", "Only those after this one.");
    private static final Parameter<Long> LIMIT = Parameter.limit(500, 1_000);
    private static final Operation PAGE = Operation.of(
                    "Grants", "Who reads which device: of this member's devices, and what it may read itself")
            .takes(AFTER, LIMIT)
            .answers(Page.class);
    private static final Operation GRANT = Operation.of(
                    "Grants", "Lets another member read one of this member's devices")
            .takes(NewGrant.class, "{\"device\": \"home:box-1\", \"to\": \"acme\"}")
            .answers(204, "It is granted.")
            .refuses(Refusal.DEVICE_UNKNOWN, Refusal.MEMBER_UNKNOWN)
            .asksTheLedger();
    private static final Operation REVOKE = Operation.of("Grants", "Takes a grant back")
            .takes(OldGrant.class, "{\"device\": \"home:box-1\", \"to\": \"acme\"}")
            .answers(204, "It is granted no more.")
            .refuses(Refusal.GRANT_UNKNOWN, Refusal.DEVICE_UNKNOWN, Refusal.MEMBER_UNKNOWN)
            .asksTheLedger();

    private record GrantJson(
            String device,
            @Says("the member that may read") String to,

            @Says("the time of the first reading that is granted")
            long fromMs,

            @Says("the time that ends it; absent: until it is revoked") @Nullable
            Long toMs,

            @Says("that granted it") long event) {
        static GrantJson of(GrantRecord grant) {
            return new GrantJson(
                    grant.device().value(), grant.grantee().value(), grant.fromMs(), grant.toMs(), grant.event());
        }

        String place() {
            return device + "/" + to;
        }
    }

    private record Page(
            List<GrantJson> grants,

            @Says("to be given as `after` for those that follow; absent on the last page") @Nullable
            String next) {}

    private record NewGrant(
            @Says(value = "the device", pattern = DEVICE, needed = true) @Nullable
            String device,

            @Says(value = "the member that may read it", pattern = MEMBER, needed = true) @Nullable
            String to,

            @Says(value = "the time of the first reading; now when not given", least = 0, most = MAX_MS) @Nullable
            Long fromMs,

            @Says(value = "the time that ends it; none: until it is revoked", least = 1, most = MAX_MS) @Nullable
            Long toMs) {}

    private record OldGrant(
            @Says(value = "the device", pattern = DEVICE, needed = true) @Nullable
            String device,

            @Says(value = "the member that may read it", pattern = MEMBER, needed = true) @Nullable
            String to) {}

    /// A device and a member as the request names them.
    private record Pair(DeviceId device, MemberId member) {}

    public void register(Routes routes) {
        routes.get("/api/grants", PAGE, this::page)
                .post("/api/grants", GRANT, this::grant)
                .post("/api/grants/revoke", REVOKE, this::revoke);
    }

    private void page(Context context) {
        var params = new Params(context);
        String after = params.find(AFTER).orElse("");
        int limit = (int) params.number(LIMIT);
        if (params.sendRefusal()) return;
        List<GrantJson> page = Stream.concat(ledger.grantsBy(self).stream(), ledger.grantsOf(self).stream())
                .map(GrantJson::of)
                .filter(grant -> grant.place().compareTo(after) > 0)
                .sorted(Comparator.comparing(GrantJson::place))
                .limit(limit)
                .toList();
        Json.send(
                context,
                new Page(page, page.size() < limit ? null : page.getLast().place()));
    }

    private void grant(Context context) {
        switch (Json.read(context.bodyAsBytes(), NewGrant.class)) {
            case Result.Ok<NewGrant>(NewGrant wanted) -> send(context, grant(wanted));
            case Result.No<NewGrant>(Refused refused) -> Problem.of(refused).send(context);
        }
    }

    private Optional<Refused> grant(NewGrant wanted) {
        long from = wanted.fromMs == null ? nowMs.getAsLong() : wanted.fromMs;
        Long to = wanted.toMs;
        if (from < 0 || from > MAX_MS || (to != null && (to <= from || to > MAX_MS))) {
            return Optional.of(new Refused(Refusal.REQUEST_MALFORMED, "a grant ends after it begins"));
        }
        return switch (pair(wanted.device, wanted.to)) {
            case Result.Ok<Pair>(Pair pair) -> granting.grant(pair.device, pair.member, from, to);
            case Result.No<Pair>(Refused refused) -> Optional.of(refused);
        };
    }

    private void revoke(Context context) {
        switch (Json.read(context.bodyAsBytes(), OldGrant.class)) {
            case Result.Ok<OldGrant>(OldGrant old) -> send(context, revoke(old));
            case Result.No<OldGrant>(Refused refused) -> Problem.of(refused).send(context);
        }
    }

    private Optional<Refused> revoke(OldGrant old) {
        return switch (pair(old.device, old.to)) {
            case Result.Ok<Pair>(Pair pair) -> granting.revoke(pair.device, pair.member);
            case Result.No<Pair>(Refused refused) -> Optional.of(refused);
        };
    }

    private static Result<Pair> pair(@Nullable String device, @Nullable String to) {
        var id = DeviceId.parse(device == null ? "" : device);
        var member = MemberId.parse(to == null ? "" : to);
        return id.isPresent() && member.isPresent()
                ? Result.ok(new Pair(id.get(), member.get()))
                : Result.no(Refusal.REQUEST_MALFORMED, "device is member:name, to is a member's name");
    }

    private static void send(Context context, Optional<Refused> refused) {
        if (refused.isPresent()) {
            Problem.of(refused.get()).send(context);
        } else {
            context.status(204);
        }
    }
}
