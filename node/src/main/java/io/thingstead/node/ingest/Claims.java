package io.thingstead.node.ingest;

import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.api.DeviceClaims;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.storage.Store;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Claim codes and what becomes of them. A code is bound to the first key that proves itself, on disk, before the
/// ledger
/// is asked: so it counts once whatever crashes, and a device whose answer was lost asks again with the same key.
public final class Claims implements DeviceClaims {
    private static final int MOST = 1_000;

    private final LedgerReader ledger;
    private final Registration registration;
    private final LongSupplier clockMs;
    private final int most;
    private final ClaimAttempts attempts = new ClaimAttempts(System::nanoTime);
    private final ClaimRows rows;

    /// Registers a device's key on the ledger; empty when it happened.
    @FunctionalInterface
    public interface Registration {
        Optional<Refused> register(DeviceId device, VerifyingKey key, byte[] possession);
    }

    public Claims(Store store, LedgerReader ledger, Registration registration, LongSupplier clockMs) {
        this(store, ledger, registration, clockMs, MOST);
    }

    /// @param most names that may wait at once
    Claims(Store store, LedgerReader ledger, Registration registration, LongSupplier clockMs, int most) {
        this.ledger = ledger;
        this.registration = registration;
        this.clockMs = clockMs;
        this.most = most;
        this.rows = ClaimRows.open(store);
    }

    @Override
    public synchronized Result<Issued> issue(DeviceId device, @Nullable VerifyingKey only, long validMs) {
        if (ledger.device(device) != null)
            return Result.no(Refusal.DEVICE_EXISTS, "device " + device + " is registered already");
        long now = clockMs.getAsLong();
        rows.forgetUntil(now);
        if (rows.count() >= most)
            return Result.no(Refusal.CLAIM_FULL, most + " codes are open: take some back, or wait until they expire");
        ClaimCode code = ClaimCode.random();
        var prepared = new Prepared(device, now, now + validMs, only == null ? null : only.thumbprint(), null);
        rows.replace(code, prepared);
        return Result.ok(new Issued(code.text(), prepared));
    }

    @Override
    public synchronized List<Prepared> prepared() {
        long now = clockMs.getAsLong();
        return rows.all().stream()
                .filter(prepared -> now < prepared.expiresMs())
                .sorted(Comparator.comparingLong(Prepared::issuedMs)
                        .thenComparing(prepared -> prepared.device().value()))
                .toList();
    }

    @Override
    public synchronized boolean withdraw(DeviceId device) {
        return rows.forget(device);
    }

    @Override
    public boolean admits(InetAddress address) {
        return attempts.admits(address);
    }

    @Override
    public Result<Prepared> look(String code) {
        return ClaimCode.read(code)
                .map(rows::hash)
                .flatMap(this::open)
                .map(Result::ok)
                .orElseGet(() -> Result.no(
                        Refusal.CLAIM_INVALID,
                        "no such claim code: it is mistyped, was taken back, or its time has ended"));
    }

    private synchronized Optional<Prepared> open(ClaimRows.Hash hash) {
        return rows.find(hash).filter(prepared -> clockMs.getAsLong() < prepared.expiresMs());
    }

    @Override
    public Result<Prepared> claim(String code, VerifyingKey key, byte[] possession) {
        return switch (look(code)) {
            case Result.No<Prepared> no -> no;
            case Result.Ok<Prepared>(Prepared prepared) -> {
                DeviceId device = prepared.device();
                LedgerId ledgerId = ledger.head().ledger();
                yield Possession.holds(possession, device.value(), ledgerId, key)
                        ? bind(rows.hash(ClaimCode.read(code).orElseThrow()), key, possession)
                        : Result.no(Refusal.KEY_POSSESSION, "not a proof that the key is held for " + device);
            }
        };
    }

    private Result<Prepared> bind(ClaimRows.Hash hash, VerifyingKey key, byte[] possession) {
        Prepared mine;
        synchronized (this) {
            Prepared prepared = open(hash).orElse(null);
            if (prepared == null) return Result.no(Refusal.CLAIM_INVALID, "the code was just taken back");
            Thumbprint own = key.thumbprint();
            if (prepared.only() != null && !prepared.only().equals(own))
                return Result.no(Refusal.CLAIM_KEY, "the code is for another key, " + prepared.only());
            if (prepared.by() != null && !prepared.by().equals(own))
                return Result.no(Refusal.CLAIM_USED, "another key has claimed with this code, " + prepared.by());
            mine = rows.bind(hash, prepared, own);
        }
        // Crash point: the code is this key's, and the ledger does not know it yet: the device asks again.
        if (isRegistered(mine)) return Result.ok(mine);
        Optional<Refused> refused = registration.register(mine.device(), key, possession);
        // Of two requests at once with one key the ledger refuses the second, and its device is there all the same.
        if (refused.isEmpty() || isRegistered(mine)) return Result.ok(mine);
        synchronized (this) {
            if (rows.find(hash).isPresent()) rows.bind(hash, mine, null);
        }
        return new Result.No<>(refused.get());
    }

    private boolean isRegistered(Prepared prepared) {
        var known = ledger.device(prepared.device());
        return known != null && prepared.by() != null && known.keys().contains(prepared.by());
    }
}
