package io.thingstead.kit.crypto;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A public key: its COSE_Key bytes (`docs/formats.md` §2), its thumbprint, and the one signature predicate.
/// Immutable, safe for all threads; keep it, as the first signature it verifies makes it ready for the others.
public final class VerifyingKey {
    /// The key ready for use; a key that is not strong verifies nothing.
    private record Ready(boolean strong, SignatureProvider.Verifier verifier) {}

    private final Algorithm algorithm;
    private final byte[] point;
    private final byte[] coseKey;
    private final Thumbprint thumbprint;
    private final SignatureProvider provider;
    /// Made at first use: many keys are only looked at.
    private volatile @Nullable Ready ready;

    private VerifyingKey(Algorithm algorithm, byte[] point, SignatureProvider provider) {
        this.algorithm = algorithm;
        this.point = point;
        this.coseKey = encode(algorithm, point);
        this.thumbprint = new Thumbprint(Sha256.of(coseKey));
        this.provider = provider;
    }

    /// From the raw public key: 32 bytes for Ed25519, x ‖ y for P-256.
    public static VerifyingKey of(Algorithm algorithm, byte[] point) {
        return of(algorithm, point, SignatureProvider.current());
    }

    public static VerifyingKey of(Algorithm algorithm, byte[] point, SignatureProvider provider) {
        int length = algorithm == Algorithm.ED25519 ? 32 : 64;
        if (point.length != length) {
            throw new IllegalArgumentException("a public key of " + length + " bytes expected");
        }
        return new VerifyingKey(algorithm, point.clone(), provider);
    }

    /// From the bytes of a COSE_Key in its one form; says nothing yet about the key's strength.
    public static Result<VerifyingKey> decode(byte[] coseKey) {
        try {
            return Result.ok(read(coseKey));
        } catch (CborMalformed e) {
            return Result.no(Refusal.KEY_WEAK, "not a COSE_Key of Ed25519 or P-256: " + e.getMessage());
        }
    }

    /// From a SubjectPublicKeyInfo, as certificates hold it, in its one form; empty when it is none of the two kinds.
    public static Optional<VerifyingKey> ofSubjectPublicKeyInfo(byte[] info) {
        return KeyDer.readPublicKey(info).map(point -> of(point.algorithm(), point.bytes()));
    }

    private static VerifyingKey read(byte[] coseKey) {
        CborReader in = CborReader.strict(coseKey);
        int members = in.readMap(4);
        expect(in, 1);
        long type = in.readInteger();
        expect(in, -1);
        long curve = in.readInteger();
        expect(in, -2);
        byte[] x = in.readBytesOf(32);
        if (type == 1 && curve == 6 && members == 3) {
            in.expectEnd();
            return new VerifyingKey(Algorithm.ED25519, x, SignatureProvider.current());
        }
        if (type == 2 && curve == 1 && members == 4) {
            expect(in, -3);
            byte[] point = Arrays.copyOf(x, 64);
            System.arraycopy(in.readBytesOf(32), 0, point, 32, 32);
            in.expectEnd();
            return new VerifyingKey(Algorithm.ES256, point, SignatureProvider.current());
        }
        throw new CborMalformed("key type and curve are not supported");
    }

    private static void expect(CborReader in, int label) {
        if (in.readInteger() != label) {
            throw new CborMalformed("label " + label + " expected");
        }
    }

    private static byte[] encode(Algorithm algorithm, byte[] point) {
        CborWriter out = new CborWriter(80);
        switch (algorithm) {
            case ED25519 ->
                out.map(3)
                        .integer(1)
                        .integer(1)
                        .integer(-1)
                        .integer(6)
                        .integer(-2)
                        .bytes(point);
            case ES256 ->
                out.map(4)
                        .integer(1)
                        .integer(2)
                        .integer(-1)
                        .integer(1)
                        .integer(-2)
                        .bytes(Arrays.copyOf(point, 32))
                        .integer(-3)
                        .bytes(Arrays.copyOfRange(point, 32, 64));
        }
        return out.toBytes();
    }

    /// The one predicate: whether `signature` over `message` is this key's. A key that is not strong verifies nothing.
    public boolean verify(byte[] message, byte[] signature) {
        return SignaturePredicate.admits(algorithm, signature)
                && ready().verifier().verify(message, signature);
    }

    private Ready ready() {
        Ready known = ready;
        if (known == null) {
            // Two threads may both make one; either serves.
            known = SignaturePredicate.isStrong(algorithm, point)
                    ? new Ready(true, provider.verifier(algorithm, point))
                    : new Ready(false, (_, _) -> false);
            ready = known;
        }
        return known;
    }

    /// Whether the key may be registered: a canonical point of full order, free of torsion.
    public boolean isStrong() {
        return ready().strong();
    }

    public Algorithm algorithm() {
        return algorithm;
    }

    public Thumbprint thumbprint() {
        return thumbprint;
    }

    /// The first 8 bytes of the thumbprint: the hint in a frame's header.
    public byte[] kid() {
        return Arrays.copyOf(thumbprint.bytes(), 8);
    }

    public byte[] coseKey() {
        return coseKey.clone();
    }

    /// As certificates hold it (RFC 8410, RFC 5480).
    public byte[] subjectPublicKeyInfo() {
        return KeyDer.publicKey(algorithm, point);
    }

    /// The raw public key: 32 bytes for Ed25519, x ‖ y for P-256.
    public byte[] point() {
        return point.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VerifyingKey that && thumbprint.equals(that.thumbprint);
    }

    @Override
    public int hashCode() {
        return thumbprint.hashCode();
    }

    @Override
    public String toString() {
        return algorithm + " " + thumbprint;
    }
}
