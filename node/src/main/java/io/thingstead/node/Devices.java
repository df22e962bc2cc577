package io.thingstead.node;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.api.ClaimRoutes;
import io.thingstead.node.api.DeviceKeys;
import io.thingstead.node.api.DeviceRegistrar;
import io.thingstead.node.api.DeviceTokens;
import io.thingstead.node.ingest.Claims;
import io.thingstead.node.ingest.Tokens;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.action.AddDeviceKey;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RevokeDeviceKey;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Registers devices and changes their keys for the HTTP interface: on the ledger with the member's node key, and,
/// where they have no key of their own, with an access token.
record Devices(MemberCore core, Tokens tokens) implements DeviceRegistrar, DeviceKeys, DeviceTokens {
    private static final int NEWEST = 100;

    @Override
    public Result<Registered> register(String name, byte @Nullable [] key, byte @Nullable [] possession) {
        Optional<DeviceId> device = DeviceId.parse(core.member() + ":" + name);
        if (device.isEmpty()) {
            return Result.no(Refusal.REQUEST_MALFORMED, "a device's name is 1 to 64 of a-z, 0-9 and '-'");
        }
        if ((key == null) != (possession == null)) {
            return Result.no(Refusal.REQUEST_MALFORMED, "a key comes with its proof of possession");
        }
        return key == null || possession == null
                ? registerToken(device.get())
                : registerKey(device.get(), key, possession);
    }

    private Result<Registered> registerToken(DeviceId device) {
        Optional<Refused> refused = hasLostItsToken(device)
                ? Optional.empty()
                : core.registrar().ask(List.of(RegisterDevice.withToken(device)));
        return refused.isPresent()
                ? new Result.No<>(refused.get())
                : Result.ok(new Registered(
                        device, tokens.issue(device, core.clockMs().getAsLong())));
    }

    /// Tokens are known here alone: when the member's data were lost, its token devices are on the ledger without one.
    private boolean hasLostItsToken(DeviceId device) {
        return tokens.list(device).isEmpty() && isTokenDevice(device);
    }

    private boolean isTokenDevice(DeviceId device) {
        DeviceRecord known = core.ledger().device(device);
        return known != null
                && !known.isGateway()
                && known.keys().isEmpty()
                && core.ledger().history(Draft.subject(device), NEWEST).stream()
                        .noneMatch(event -> event.type() == EventType.DEVICE_KEY_REVOKED);
    }

    private Result<Registered> registerKey(DeviceId device, byte[] coseKey, byte[] possession) {
        return switch (VerifyingKey.decode(coseKey)) {
            case Result.No<VerifyingKey>(Refused refused) -> new Result.No<>(refused);
            case Result.Ok<VerifyingKey>(VerifyingKey key) -> {
                Optional<Refused> refused = registerKey(device, key, possession);
                yield refused.isPresent() ? new Result.No<>(refused.get()) : Result.ok(new Registered(device, null));
            }
        };
    }

    Optional<Refused> registerKey(DeviceId device, VerifyingKey key, byte[] possession) {
        return core.registrar().ask(List.of(new RegisterDevice(device, KeyRole.DEVICE, key, possession)));
    }

    @Override
    public Optional<Refused> add(DeviceId device, VerifyingKey key, byte[] possession) {
        return core.registrar().ask(List.of(new AddDeviceKey(device, key, possession)));
    }

    @Override
    public Optional<Refused> revoke(DeviceId device, Thumbprint key, int reason) {
        return core.registrar().ask(List.of(new RevokeDeviceKey(device, key, reason)));
    }

    @Override
    public List<Token> tokens(DeviceId device) {
        return tokens.list(device).stream()
                .map(issued -> new Token(issued.id(), issued.issuedMs()))
                .toList();
    }

    @Override
    public Result<String> issue(DeviceId device) {
        return isTokenDevice(device)
                ? Result.ok(tokens.issue(device, core.clockMs().getAsLong()))
                : Result.no(
                        Refusal.ACTION_NOT_ALLOWED, device + " signs with a key of its own, or did: it gets no token");
    }

    @Override
    public Optional<Refused> revoke(DeviceId device, String id) {
        boolean isRevoked =
                tokens.list(device).stream().anyMatch(issued -> issued.id().equals(id)) && tokens.revoke(id);
        return isRevoked
                ? Optional.empty()
                : Optional.of(new Refused(Refusal.REQUEST_NOT_FOUND, device + " has no token " + id + " in force"));
    }

    /// Over which devices claim their names.
    ClaimRoutes claimRoutes(Claims claims) {
        var log = core.log().reader();
        return new ClaimRoutes(
                claims,
                core.registrar().ledger(),
                new NoteKey(log.origin(), core.keys().of(KeyRole.LOG).key().point()).text(),
                HexFormat.of().formatHex(core.keys().of(KeyRole.NODE).key().coseKey()));
    }
}
