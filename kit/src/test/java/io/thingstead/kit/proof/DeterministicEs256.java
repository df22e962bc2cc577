package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.VerifyingKey;
import java.math.BigInteger;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;

/// ES256 without chance (RFC 6979), so that fixtures are the same in every run.
record DeterministicEs256(VerifyingKey key, byte[] secret) implements Signer {
    @Override
    public byte[] sign(byte[] message) {
        var curve = new ECDomainParameters(CustomNamedCurves.getByOID(SECObjectIdentifiers.secp256r1));
        var signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, new ECPrivateKeyParameters(new BigInteger(1, secret), curve));
        var parts = signer.generateSignature(Sha256.of(message));
        var signature = new byte[64];
        for (int i = 0; i < 2; i++) {
            var part = parts[i].toByteArray();
            int length = Math.min(32, part.length);
            System.arraycopy(part, part.length - length, signature, 32 * i + 32 - length, length);
        }
        return signature;
    }
}
