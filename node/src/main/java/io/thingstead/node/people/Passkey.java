package io.thingstead.node.people;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;

/// What a person signs in with: a key that never leaves the person's phone, computer or stick.
///
/// @param id the credential's id, base64url
/// @param rpId the name of the site that it is bound to
/// @param data the attested credential data, as WebAuthn has it: kind of authenticator, id, public key
/// @param counter of its signatures as last seen; a copy of the key would show
/// @param backupEligible whether it may be copied to the person's other machines by who keeps it
/// @param usedMs 0: never
public record Passkey(
        String id,
        String person,
        String rpId,
        byte[] data,
        long counter,
        boolean backupEligible,
        long createdMs,
        long usedMs)
        implements Row {
    static final int MOST_DATA = 8_192;
    static final int MOST_ID = 1_400;

    Passkey of(Person newPerson) {
        return new Passkey(id, newPerson.id(), rpId, data, counter, backupEligible, createdMs, usedMs);
    }

    Passkey used(long newCounter, long nowMs) {
        return new Passkey(id, person, rpId, data, newCounter, backupEligible, createdMs, nowMs);
    }

    @Override
    public Kind kind() {
        return Kind.PASSKEY;
    }

    @Override
    public byte[] value() {
        return new CborWriter()
                .array(7)
                .text(person)
                .text(rpId)
                .bytes(data)
                .integer(counter)
                .bool(backupEligible)
                .integer(createdMs)
                .integer(usedMs)
                .toBytes();
    }

    static Passkey read(String id, CborReader in) {
        in.readArrayOf(7);
        return new Passkey(
                id,
                in.readText(64),
                in.readText(256),
                in.readBytes(MOST_DATA),
                in.readUint(),
                in.readBoolean(),
                in.readUint(),
                in.readUint());
    }
}
