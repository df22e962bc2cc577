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
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The keys of a device of this member, on the ledger: giving it a further one, and revoking one.
///
/// @param self whose devices they are
public record DeviceKeyRoutes(MemberId self, LedgerReader ledger, DeviceKeys keys) {
    /// In the order of their numbers in events, from 1 on.
    private static final List<String> REASONS = List.of("lost", "stolen", "retired", "misbehaved");

    private static final int MAX_BODY = 4_096;
    private static final Parameter<String> KEY = Parameter.matching(
                    "key", "[0-9a-f]{64}", "a thumbprint, 64 hex digits", "The key's thumbprint.")
            .inPath();
    private static final Operation ADD = Operation.of("Devices", "Gives a device a further key")
            .details("After a lost one was revoked, beside one that is about to be replaced, or when a device that had"
                    + " a token learns to sign. The proof of possession names the device, so it is made for it.")
            .takes(DeviceRoutes.DEVICE)
            .takes(
                    NewKey.class,
                    "{\"key\": \"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\","
                            + " \"possession\": \"0oRDoQEn\"}")
            .answers(201, InForce.class)
            .refuses(
                    Refusal.DEVICE_UNKNOWN,
                    Refusal.DEVICE_FOREIGN,
                    Refusal.KEY_EXISTS,
                    Refusal.KEY_WEAK,
                    Refusal.KEY_POSSESSION)
            .asksTheLedger();
    private static final Operation REVOKE = Operation.of("Devices", "Revokes a key of a device, for ever")
            .details("From the event on nothing that it signs is accepted. What was final before stays proven.")
            .takes(DeviceRoutes.DEVICE, KEY)
            .takes(Revocation.class, "{\"reason\": \"lost\"}")
            .answers(InForce.class)
            .refuses(Refusal.DEVICE_UNKNOWN, Refusal.DEVICE_FOREIGN, Refusal.KEY_UNKNOWN)
            .asksTheLedger();

    private record NewKey(
            @Says(
                    value = "the public key: a did:key, hex of an Ed25519 key, a P-256 point or a COSE_Key,"
                            + " or a COSE_Key in base64url",
                    needed = true)
            @Nullable
            String key,

            @Says(value = "the key's proof of possession for this device, in base64url", needed = true) @Nullable
            String possession) {}

    private record Revocation(
            @Says(
                    value = "why",
                    oneOf = {"lost", "stolen", "retired", "misbehaved"},
                    needed = true)
            @Nullable
            String reason) {}

    private record InForce(
            String device,

            @Says("thumbprints of its keys that are in force now")
            List<String> keys) {}

    public void register(Routes routes) {
        routes.post("/api/devices/{device}/keys", ADD, this::add)
                .post("/api/devices/{device}/keys/{key}/revoke", REVOKE, this::revoke);
    }

    private void add(Context context) {
        var params = new Params(context);
        var device = params.find(DeviceRoutes.DEVICE);
        if (context.contentLength() > MAX_BODY) {
            Problem.send(context, Refusal.REQUEST_TOO_LARGE, "at most " + MAX_BODY + " bytes");
            return;
        }
        if (params.sendRefusal()) return;
        var refused = switch (Json.read(context.bodyAsBytes(), NewKey.class)) {
            case Result.Ok<NewKey>(NewKey wanted) -> add(device.orElseThrow(), wanted);
            case Result.No<NewKey>(Refused why) -> Optional.of(why);
        };
        send(context, 201, device.orElseThrow(), refused);
    }

    private Optional<Refused> add(DeviceId device, NewKey wanted) {
        Optional<Refused> foreign = OwnDevice.refused(self, ledger, device);
        if (foreign.isPresent()) return foreign;
        if (wanted.key == null || wanted.possession == null)
            return refused(Refusal.KEY_POSSESSION, "a key comes with its proof of possession");
        byte[] possession;
        try {
            possession = Base64.getUrlDecoder().decode(wanted.possession.strip());
        } catch (IllegalArgumentException e) {
            return refused(Refusal.REQUEST_MALFORMED, "possession is base64url");
        }
        return switch (key(wanted.key.strip())) {
            case Result.Ok<VerifyingKey>(VerifyingKey key) -> keys.add(device, key, possession);
            case Result.No<VerifyingKey>(Refused why) -> Optional.of(why);
        };
    }

    /// As people copy it, or as programs have it.
    private static Result<VerifyingKey> key(String text) {
        var read = KeyText.read(text);
        if (read instanceof Result.Ok<VerifyingKey>) return read;
        try {
            var decoded = VerifyingKey.decode(Base64.getUrlDecoder().decode(text));
            return decoded instanceof Result.Ok<VerifyingKey> ? decoded : read;
        } catch (IllegalArgumentException e) {
            return read;
        }
    }

    private void revoke(Context context) {
        var params = new Params(context);
        var device = params.find(DeviceRoutes.DEVICE);
        var key = params.find(KEY);
        if (params.sendRefusal()) return;
        var refused = switch (Json.read(context.bodyAsBytes(), Revocation.class)) {
            case Result.Ok<Revocation>(Revocation wanted) ->
                revoke(device.orElseThrow(), Thumbprint.ofHex(key.orElseThrow()), wanted.reason);
            case Result.No<Revocation>(Refused why) -> Optional.of(why);
        };
        send(context, 200, device.orElseThrow(), refused);
    }

    private Optional<Refused> revoke(DeviceId device, Thumbprint key, @Nullable String reason) {
        int number = reason == null ? 0 : REASONS.indexOf(reason) + 1;
        if (number == 0) return refused(Refusal.REQUEST_MALFORMED, "reason is one of " + String.join(", ", REASONS));
        Optional<Refused> foreign = OwnDevice.refused(self, ledger, device);
        return foreign.isPresent() ? foreign : keys.revoke(device, key, number);
    }

    private static Optional<Refused> refused(Refusal code, String text) {
        return Optional.of(new Refused(code, text));
    }

    private void send(Context context, int status, DeviceId device, Optional<Refused> refused) {
        if (refused.isPresent()) {
            Problem.of(refused.get()).send(context);
            return;
        }
        var record = ledger.device(device);
        Json.send(
                context.status(status),
                new InForce(
                        device.value(),
                        record == null
                                ? List.of()
                                : record.keys().stream().map(Thumbprint::hex).toList()));
    }
}
