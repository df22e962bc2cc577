package io.thingstead.kit.crypto;

import java.math.BigInteger;
import java.util.Arrays;

/// Signs with an Ed25519 key that has a part of small order, so that the cofactorless equation itself holds: only the
/// rule that such a key verifies nothing stands against its signatures.
public final class WeakSigner implements Signer {
    private final BigInteger scalar;
    private final Edwards part;
    private final VerifyingKey key;

    /// @param part which of the eight points of small order is added, 0 being the identity
    /// @param whole whether there is an honest part beside it; without one the key is the small point itself
    public WeakSigner(byte[] seed, int part, boolean whole) {
        this.scalar = whole ? Edwards.secretScalar(seed).mod(Edwards.L) : BigInteger.ZERO;
        this.part = Edwards.smallOrder().get(part);
        var point = Edwards.BASE.times(scalar).plus(this.part);
        this.key = VerifyingKey.of(Algorithm.ED25519, point.encode());
    }

    @Override
    public VerifyingKey key() {
        return key;
    }

    @Override
    public byte[] sign(byte[] message) {
        for (int attempt = 1; ; attempt++) {
            var nonce = new BigInteger(1, Sha256.of(message, new byte[] {(byte) attempt})).mod(Edwards.L);
            var r = Edwards.BASE.times(nonce).encode();
            var challenge = Edwards.challenge(r, key.point(), message);
            if (!part.times(challenge).equals(Edwards.IDENTITY)) continue;
            var signature = Arrays.copyOf(r, 64);
            var s = nonce.add(challenge.multiply(scalar)).mod(Edwards.L);
            System.arraycopy(Edwards.littleEndian(s), 0, signature, 32, 32);
            return signature;
        }
    }
}
