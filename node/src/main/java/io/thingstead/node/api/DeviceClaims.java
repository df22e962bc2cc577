package io.thingstead.node.api;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Names that a member prepares, each with a code, and devices that claim them with keys they made themselves.
public interface DeviceClaims {
    /// Prepares a name. A code that was open for it is not any more.
    ///
    /// @param only the one key that may claim it; null: whichever comes first
    Result<Issued> issue(DeviceId device, @Nullable VerifyingKey only, long validMs);

    /// Those whose time has not ended, oldest first.
    List<Prepared> prepared();

    /// Takes a code back; whether there was one.
    boolean withdraw(DeviceId device);

    /// Whether one more attempt at a code is let through from there.
    boolean admits(InetAddress address);

    /// What the code is for.
    Result<Prepared> look(String code);

    /// Registers the key under the code's name, and waits until the ledger has decided. The same key may claim again.
    ///
    /// @param possession that whoever claims holds the key
    Result<Prepared> claim(String code, VerifyingKey key, byte[] possession);

    /// @param code told once and never again
    record Issued(String code, Prepared prepared) {}

    /// @param only the one key that may claim it
    /// @param by the key that claimed it
    record Prepared(
            DeviceId device,
            long issuedMs,
            long expiresMs,
            @Nullable Thumbprint only,
            @Nullable Thumbprint by) {}
}
