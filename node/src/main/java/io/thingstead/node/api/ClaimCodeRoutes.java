package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.crypto.KeyText;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.api.DeviceClaims.Issued;
import io.thingstead.node.api.DeviceClaims.Prepared;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Names prepared for devices, for those who may register devices: a code for one, with its link and QR code; which are
/// open and which were claimed; taking one back.
public record ClaimCodeRoutes(MemberId self, DeviceClaims claims, LongSupplier nowMs) {
    private static final long MINUTE_MS = 60_000;
    private static final long USUAL_MINUTES = 60;
    private static final long MOST_MINUTES = 7 * 24 * 60;
    private static final int MOST_PAGE = 200;
    private static final Operation ALL = Operation.of("Devices", "Names that wait for a device, and those just claimed")
            .answers(PreparedNames.class);
    private static final Operation ISSUE = Operation.of("Devices", "Prepares a name and makes a code to claim it with")
            .details(
                    "The code is told once and never again. The one before for this name is not good any more. Nothing is"
                            + " on the ledger until a device claims.")
            .takes(NewClaimCode.class, "{\"name\": \"kitchen\", \"page\": \"http://127.0.0.1:8080\"}")
            .answers(201, ClaimCode.class)
            .refuses(Refusal.DEVICE_EXISTS, Refusal.CLAIM_FULL, Refusal.KEY_WEAK);
    private static final Operation WITHDRAW = Operation.of("Devices", "Takes the code for a name back")
            .takes(DeviceRoutes.DEVICE)
            .answers(204, "Nobody can claim it any more.")
            .refuses(Refusal.DEVICE_UNKNOWN);

    private record NewClaimCode(
            @Says(
                    value = "the device's name at this member",
                    pattern = "[a-z0-9-]{1,64}",
                    needed = true,
                    example = "kitchen")
            @Nullable
            String name,

            @Says("the only public key that may claim: a did:key, or hex") @Nullable
            String key,

            @Says("this node's address as whoever claims reaches it; the answer then has the link and its QR code")
            @Nullable
            String page,

            @Says(value = "for how long the code is good; an hour when not given", least = 1, most = MOST_MINUTES)
            @Nullable
            Long minutes) {}

    private record ClaimCode(
            String device,
            @Says("told once") String code,
            @Says("when it ends") long expiresMs,
            @Nullable String link,
            @Nullable QrCode qr) {}

    private record PreparedName(
            String device,
            long issuedMs,
            long expiresMs,

            @Says("thumbprint of the only key that may claim") @Nullable
            String onlyKey,

            @Says("thumbprint of the key that did") @Nullable
            String claimedBy) {
        static PreparedName of(Prepared prepared) {
            return new PreparedName(
                    prepared.device().value(),
                    prepared.issuedMs(),
                    prepared.expiresMs(),
                    hex(prepared.only()),
                    hex(prepared.by()));
        }

        private static @Nullable String hex(@Nullable Thumbprint key) {
            return key == null ? null : key.hex();
        }
    }

    private record PreparedNames(@Says("the node's clock") long nowMs, List<PreparedName> claims) {}

    public void register(Routes routes) {
        routes.get("/api/claims", ALL, this::all)
                .post("/api/claims", ISSUE, this::issue)
                .delete("/api/claims/{device}", WITHDRAW, this::withdraw);
    }

    private void all(Context context) {
        Json.send(
                context,
                new PreparedNames(
                        nowMs.getAsLong(),
                        claims.prepared().stream().map(PreparedName::of).toList()));
    }

    private void issue(Context context) {
        var issued = switch (Json.read(context.bodyAsBytes(), NewClaimCode.class)) {
            case Result.No<NewClaimCode>(Refused refused) -> new Result.No<ClaimCode>(refused);
            case Result.Ok<NewClaimCode>(NewClaimCode wanted) -> issue(wanted);
        };
        switch (issued) {
            case Result.No<ClaimCode>(Refused refused) -> Problem.of(refused).send(context);
            case Result.Ok<ClaimCode>(ClaimCode code) -> Json.send(context.status(201), code);
        }
    }

    private Result<ClaimCode> issue(NewClaimCode wanted) {
        var device = DeviceId.parse(self + ":" + wanted.name);
        if (wanted.name == null || device.isEmpty())
            return Result.no(Refusal.REQUEST_MALFORMED, "name: 1 to 64 of a-z, 0-9 and '-'");
        long minutes = wanted.minutes == null ? USUAL_MINUTES : wanted.minutes;
        if (minutes < 1 || minutes > MOST_MINUTES)
            return Result.no(Refusal.REQUEST_MALFORMED, "minutes: 1 to " + MOST_MINUTES);
        var page = wanted.page == null ? Optional.of("") : address(wanted.page);
        if (page.isEmpty())
            return Result.no(Refusal.REQUEST_MALFORMED, "page: this node's address, http://host:port or https://host");
        VerifyingKey only = null;
        if (wanted.key != null) {
            switch (KeyText.read(wanted.key)) {
                case Result.No<VerifyingKey>(Refused refused) -> {
                    return new Result.No<>(refused);
                }
                case Result.Ok<VerifyingKey>(VerifyingKey key) -> only = key;
            }
            if (!only.isStrong()) return Result.no(Refusal.KEY_WEAK, "not a point of full order on its curve");
        }
        return claims.issue(device.get(), only, minutes * MINUTE_MS).map(issued -> code(issued, page.get()));
    }

    private static ClaimCode code(Issued issued, String page) {
        String link = page.isEmpty() ? null : page + "/connect#claim=" + issued.code();
        return new ClaimCode(
                issued.prepared().device().value(),
                issued.code(),
                issued.prepared().expiresMs(),
                link,
                link == null ? null : QrCode.of(link));
    }

    /// The address without a slash at its end, when it is one of a node.
    private static Optional<String> address(String page) {
        if (page.length() > MOST_PAGE) return Optional.empty();
        try {
            URI uri = URI.create(page);
            boolean isOne = Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null;
            return isOne ? Optional.of(page.replaceAll("/+$", "")) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void withdraw(Context context) {
        var params = new Params(context);
        var device = params.find(DeviceRoutes.DEVICE);
        if (params.sendRefusal()) return;
        if (claims.withdraw(device.orElseThrow())) context.status(204);
        else Problem.send(context, Refusal.DEVICE_UNKNOWN, "no code is open for " + device.get());
    }
}
