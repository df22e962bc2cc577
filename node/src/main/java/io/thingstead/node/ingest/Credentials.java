package io.thingstead.node.ingest;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.Connect;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.challenge.Challenges;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerReader;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Tells who connects, by what they bring: a signed Connect message, an access token, or nothing.
public final class Credentials {
    private static final int MOST_PASSWORD = 1_024;

    private final LedgerId ledgerId;
    private final MemberId member;
    private final LedgerReader ledger;
    private final Tokens tokens;
    private final Challenges challenges;
    private final LongSupplier clockMs;

    public Credentials(
            LedgerId ledgerId,
            MemberId member,
            LedgerReader ledger,
            Tokens tokens,
            Challenges challenges,
            LongSupplier clockMs) {
        this.ledgerId = ledgerId;
        this.member = member;
        this.ledger = ledger;
        this.tokens = tokens;
        this.challenges = challenges;
        this.clockMs = clockMs;
    }

    /// @param user the device's name or an access token; empty for neither
    /// @param password base64url of a Connect message, or empty
    public Result<Sender> check(String user, String password) {
        if (user.isEmpty()) {
            return password.isEmpty()
                    ? Result.ok(Sender.ANYONE)
                    : Result.no(Refusal.CONNECT_INVALID, "a password without a user name");
        }
        if (!password.isEmpty()) {
            return checkDevice(user, password);
        }
        return user.contains(":")
                ? Result.no(
                        Refusal.CONNECT_REQUIRED, "a device proves its key: the password is a signed Connect message")
                : checkToken(user).map(holder -> holder);
    }

    /// The device of an access token.
    public Result<Sender.TokenHolder> checkToken(String token) {
        Optional<DeviceId> device = tokens.device(token);
        if (device.isEmpty()) {
            return Result.no(Refusal.TOKEN_INVALID, "no such access token");
        }
        return device.get().member().equals(member) && ledger.device(device.get()) != null
                ? Result.ok(new Sender.TokenHolder(device.get(), Tokens.Hash.of(token)))
                : Result.no(Refusal.DEVICE_UNKNOWN, "the token's device " + device.get() + " is not registered");
    }

    /// Why what a connection was opened with is no more in force; else null.
    public @Nullable Refused objection(Sender sender) {
        return switch (sender) {
            case Sender.Anyone _ -> null;
            case Sender.Keyholder holder -> {
                KeyRecord key = ledger.key(holder.key());
                yield key != null && key.inForce()
                        ? null
                        : new Refused(
                                Refusal.KEY_REVOKED, "the key of " + holder.device() + " is revoked or rotated away");
            }
            case Sender.TokenHolder holder ->
                tokens.device(holder.token()).isPresent()
                        ? null
                        : new Refused(Refusal.TOKEN_INVALID, "the access token was revoked");
        };
    }

    private Result<Sender> checkDevice(String user, String password) {
        Optional<DeviceId> named = DeviceId.parse(user);
        if (named.isEmpty()) {
            return Result.no(Refusal.CONNECT_INVALID, "the user name is not a device (member:name)");
        }
        DeviceId device = named.get();
        if (!device.member().equals(member)) {
            return Result.no(Refusal.DEVICE_FOREIGN, device + " is not a device of " + member);
        }
        DeviceRecord record = ledger.device(device);
        if (record == null) {
            return Result.no(Refusal.DEVICE_UNKNOWN, "no device " + device);
        }
        byte[] message = decoded(password);
        Refused why = new Refused(Refusal.KEY_UNKNOWN, device + " has no key in force");
        for (Thumbprint thumbprint : record.keys()) {
            KeyRecord key = ledger.key(thumbprint);
            if (key == null || !key.inForce()) {
                continue;
            }
            switch (Connect.check(message, ledgerId, key.key(), clockMs.getAsLong(), challenges::take)) {
                case Result.Ok<DeviceId>(DeviceId proven) -> {
                    return proven.equals(device)
                            ? Result.ok(new Sender.Keyholder(device, thumbprint))
                            : Result.no(Refusal.CONNECT_INVALID, "the connect message is for " + proven);
                }
                case Result.No<DeviceId>(var refused) -> why = refused;
            }
        }
        return new Result.No<>(why);
    }

    private static byte[] decoded(String password) {
        return password.length() > MOST_PASSWORD
                ? new byte[0]
                : Base64Url.decode(password).orElse(new byte[0]);
    }
}
