package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.api.DeviceClaims.Prepared;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/// Devices that claim their names: what a code is for, and the key that a device made for itself. Whoever comes has the
/// code or nothing; codes travel in bodies, as addresses are written down on the way.
///
/// @param logKey verifier key of the log that grows
/// @param memberKey the node key as COSE_Key in hex
public record ClaimRoutes(DeviceClaims claims, LedgerId ledger, String logKey, String memberKey) {
    private static final int MAX_BODY = 2_048;

    private static final Operation LOOK = Operation.of("Devices' side", "What a claim code is for")
            .details("A device asks this first: the name and the ledger stand in what it signs to claim.")
            .takes(ClaimLook.class, "{\"code\": \"ABCDE-FGHJK\"}")
            .answers(Claimed.class)
            .refuses(Refusal.CLAIM_INVALID);
    private static final Operation CLAIM = Operation.of(
                    "Devices' side", "Claims a name with a key that the device made")
            .details(
                    "The first key that proves itself has the name. The same may repeat this until the code's time ends,"
                            + " when an answer was lost.")
            .takes(
                    NewClaim.class,
                    "{\"code\": \"ABCDE-FGHJK\", \"key\": \"owEBIAYhWCA\", \"possession\": \"hEOhASeg\"}")
            .answers(201, Claimed.class)
            .refuses(
                    Refusal.CLAIM_INVALID,
                    Refusal.CLAIM_USED,
                    Refusal.CLAIM_KEY,
                    Refusal.DEVICE_EXISTS,
                    Refusal.KEY_EXISTS,
                    Refusal.KEY_WEAK,
                    Refusal.KEY_POSSESSION)
            .asksTheLedger();

    private record ClaimLook(
            @Says(value = "as it was given out; case, spaces and - do not matter", needed = true) @Nullable
            String code) {}

    private record NewClaim(
            @Says(value = "as it was given out", needed = true) @Nullable
            String code,

            @Says(value = "the device's public key as a COSE_Key, in base64url", needed = true) @Nullable
            String key,

            @Says(value = "the key's proof of possession for the device, in base64url", needed = true) @Nullable
            String possession) {}

    private record Claimed(
            String device,
            @Says("the ledger's id in hex") String ledger,
            @Says("verifier key of the member's log") String logKey,

            @Says("the member's node key as a COSE_Key in hex, which signs commands")
            String memberKey,

            @Says("when the code ends") long expiresMs,

            @Says("thumbprint of the key that claimed") @Nullable
            String claimedBy) {}

    public void register(Routes routes) {
        routes.post("/v1/claims/look", LOOK, context -> answer(context, 200, look(context)))
                .post("/v1/claims", CLAIM, context -> answer(context, 201, claim(context)));
    }

    private Result<Prepared> look(Context context) {
        return switch (read(context, ClaimLook.class)) {
            case Result.No<ClaimLook>(Refused refused) -> new Result.No<>(refused);
            case Result.Ok<ClaimLook>(ClaimLook asked) ->
                asked.code == null ? malformed("code is missing") : claims.look(asked.code);
        };
    }

    private Result<Prepared> claim(Context context) {
        return switch (read(context, NewClaim.class)) {
            case Result.No<NewClaim>(Refused refused) -> new Result.No<>(refused);
            case Result.Ok<NewClaim>(NewClaim asked) -> claim(asked);
        };
    }

    private Result<Prepared> claim(NewClaim asked) {
        if (asked.code == null || asked.key == null || asked.possession == null)
            return malformed("code, key and possession are needed");
        var cose = Base64Url.decode(asked.key);
        var possession = Base64Url.decode(asked.possession);
        if (cose.isEmpty() || possession.isEmpty())
            return malformed("key and possession are base64url without padding");
        return switch (VerifyingKey.decode(cose.get())) {
            case Result.No<VerifyingKey>(Refused refused) -> new Result.No<>(refused);
            case Result.Ok<VerifyingKey>(VerifyingKey key) ->
                key.isStrong()
                        ? claims.claim(asked.code, key, possession.get())
                        : Result.no(Refusal.KEY_WEAK, "not a point of full order on its curve");
        };
    }

    /// A body, of who may try now.
    private <T> Result<T> read(Context context, Class<T> type) {
        if (!claims.admits(address(context)))
            return Result.no(Refusal.BUSY, "too many claims at once: try again in a minute");
        if (context.contentLength() > MAX_BODY)
            return Result.no(Refusal.REQUEST_TOO_LARGE, "at most " + MAX_BODY + " bytes");
        return Json.read(context.bodyAsBytes(), type);
    }

    private static InetAddress address(Context context) {
        try {
            return InetAddress.getByName(context.ip());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the address of a connection is one", e);
        }
    }

    private static <T> Result<T> malformed(String text) {
        return Result.no(Refusal.REQUEST_MALFORMED, text);
    }

    private void answer(Context context, int status, Result<Prepared> result) {
        switch (result) {
            case Result.No<Prepared>(Refused refused) -> Problem.of(refused).send(context);
            case Result.Ok<Prepared>(Prepared prepared) ->
                Json.send(
                        context.status(status),
                        new Claimed(
                                prepared.device().value(),
                                ledger.hex(),
                                logKey,
                                memberKey,
                                prepared.expiresMs(),
                                prepared.by() == null ? null : prepared.by().hex()));
        }
    }
}
