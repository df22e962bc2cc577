package io.thingstead.node.people;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;

/// A browser and its authenticator with one passkey (ES256, no attestation), as far as a site sees them. What it says
/// of
/// itself can be made wrong.
public final class SoftAuthenticator {
    private static final int PRESENT = 0x01;
    private static final int VERIFIED = 0x04;
    private static final int HAS_KEY = 0x40;
    private static final int COORDINATE = 32;

    public String origin;
    public String rpId;
    public boolean verifies = true;
    public long counter = 1;
    private final KeyPair keys;
    private final byte[] id = new byte[16];

    public SoftAuthenticator(String origin, String rpId) {
        this.origin = origin;
        this.rpId = rpId;
        new SecureRandom().nextBytes(id);
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public String id() {
        return Base64Url.encode(id);
    }

    public Attestation make(byte[] challenge) {
        var object = new CborWriter()
                .map(3)
                .text("fmt")
                .text("none")
                .text("attStmt")
                .map(0)
                .text("authData")
                .bytes(concat(data(HAS_KEY), new byte[16], new byte[] {0, (byte) id.length}, id, publicKey()));
        return new Attestation(client("webauthn.create", challenge), object.toBytes());
    }

    public Assertion prove(byte[] challenge, String person) {
        byte[] client = client("webauthn.get", challenge);
        byte[] data = data(0);
        try {
            var signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(concat(data, Sha256.of(client)));
            return new Assertion(id(), client, data, signature.sign(), person.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] client(String type, byte[] challenge) {
        return ("{\"type\":\"" + type + "\",\"challenge\":\"" + Base64Url.encode(challenge) + "\",\"origin\":\""
                        + origin + "\",\"crossOrigin\":false}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] data(int flags) {
        byte[] hash = Sha256.of(rpId.getBytes(StandardCharsets.UTF_8));
        byte all = (byte) (flags | PRESENT | (verifies ? VERIFIED : 0));
        return ByteBuffer.allocate(hash.length + 5)
                .put(hash)
                .put(all)
                .putInt((int) counter++)
                .array();
    }

    private byte[] publicKey() {
        var point = ((ECPublicKey) keys.getPublic()).getW();
        return new CborWriter()
                .map(5)
                .integer(1)
                .integer(2)
                .integer(3)
                .integer(-7)
                .integer(-1)
                .integer(1)
                .integer(-2)
                .bytes(coordinate(point.getAffineX().toByteArray()))
                .integer(-3)
                .bytes(coordinate(point.getAffineY().toByteArray()))
                .toBytes();
    }

    private static byte[] coordinate(byte[] number) {
        byte[] out = new byte[COORDINATE];
        int length = Math.min(COORDINATE, number.length);
        System.arraycopy(number, number.length - length, out, COORDINATE - length, length);
        return out;
    }

    private static byte[] concat(byte[]... parts) {
        var all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) all.put(part);
        return all.array();
    }
}
