package io.thingstead.kit.crypto;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A public key: its COSE_Key bytes (`docs/formats.md` §2), its thumbprint, and the one signature predicate.
/// Immutable, safe for all threads; prepared once, verified with often.
public final class VerifyingKey {
    private static final byte[] ED25519_SPKI = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] P256_SPKI =
            HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

    private final Algorithm algorithm;
    private final byte[] point;
    private final byte[] coseKey;
    private final Thumbprint thumbprint;
    private final SignatureProvider provider;
    private final @Nullable PublicKey prepared;

    private VerifyingKey(Algorithm algorithm, byte[] point, SignatureProvider provider) {
        this.algorithm = algorithm;
        this.point = point;
        this.coseKey = encode(algorithm, point);
        this.thumbprint = new Thumbprint(Sha256.of(coseKey));
        this.provider = provider;
        this.prepared = prepare();
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

    private @Nullable PublicKey prepare() {
        boolean possible = switch (algorithm) {
            case ED25519 -> SignaturePredicate.isCanonicalPoint(point, 0);
            case ES256 -> SignaturePredicate.isOnP256(point);
        };
        if (!possible) {
            return null;
        }
        byte[] prefix = algorithm == Algorithm.ED25519 ? ED25519_SPKI : P256_SPKI;
        byte[] info = Arrays.copyOf(prefix, prefix.length + point.length);
        System.arraycopy(point, 0, info, prefix.length, point.length);
        try {
            return provider.publicKey(algorithm, info);
        } catch (GeneralSecurityException e) {
            // Not a point of the curve: nothing verifies with it.
            return null;
        }
    }

    /// The one predicate: whether `signature` (64 bytes) over `message` is this key's.
    public boolean verify(byte[] message, byte[] signature) {
        return prepared != null
                && SignaturePredicate.admits(algorithm, signature)
                && provider.verify(algorithm, prepared, message, signature);
    }

    /// Whether the key may be registered: a canonical point of full order, free of torsion.
    public boolean isStrong() {
        return SignaturePredicate.isStrong(algorithm, point);
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
