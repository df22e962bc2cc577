package io.thingstead.node.people;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticationRequest;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.CollectedClientData;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.util.exception.WebAuthnException;
import com.webauthn4j.verifier.exception.MaliciousCounterValueException;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.challenge.Challenges;
import java.util.List;
import java.util.Objects;

/// Checks what browsers say of passkeys (Web Authentication Level 3, §7.1 and §7.2): made or proven for this site, for
/// a
/// challenge of ours that is not two minutes old and was not used before, with the person verified by the device.
/// Which maker's device it is nobody asks.
final class WebAuthn {
    /// ES256, EdDSA, RS256, in the order in which they are wanted.
    static final List<Long> ALGORITHMS = List.of(-7L, -8L, -257L);

    private static final int MOST_BYTES = 16_384;
    private static final boolean VERIFIED = true;
    private static final boolean PRESENT = true;
    private static final List<PublicKeyCredentialParameters> WANTED = ALGORITHMS.stream()
            .map(algorithm -> new PublicKeyCredentialParameters(
                    PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.create(algorithm)))
            .toList();

    private final WebAuthnManager manager;
    private final AttestedCredentialDataConverter converter;
    private final Challenges challenges;

    WebAuthn(Challenges challenges) {
        var objects = new ObjectConverter();
        this.manager = WebAuthnManager.createNonStrictWebAuthnManager(objects);
        this.converter = new AttestedCredentialDataConverter(objects);
        this.challenges = challenges;
    }

    /// The passkey that was made, without its person.
    Result<Passkey> made(Attestation attestation, Site site, long nowMs) {
        if (isTooLong(attestation.clientDataJson()) || isTooLong(attestation.attestationObject()))
            return invalid("it is too long");
        try {
            var data = manager.parse(
                    new RegistrationRequest(attestation.attestationObject(), attestation.clientDataJson()));
            var client = data.getCollectedClientData();
            var object = data.getAttestationObject();
            if (client == null || client.getChallenge() == null || object == null) return invalid("it is incomplete");
            manager.verify(data, new RegistrationParameters(server(site, client), WANTED, VERIFIED, PRESENT));
            if (!challenges.take(client.getChallenge().getValue())) return stale();
            AuthenticatorData<?> authenticator = object.getAuthenticatorData();
            var credential = authenticator.getAttestedCredentialData();
            if (credential == null) return invalid("it has no key");
            return Result.ok(new Passkey(
                    Base64Url.encode(credential.getCredentialId()),
                    "",
                    site.rpId(),
                    converter.convert(credential),
                    authenticator.getSignCount(),
                    authenticator.isFlagBE(),
                    nowMs,
                    0));
        } catch (RuntimeException e) {
            return unfit(e);
        }
    }

    /// The counter of the passkey's signatures, if this proves that whoever sent it has it.
    Result<Long> proven(Passkey passkey, Assertion assertion, Site site) {
        if (!passkey.rpId().equals(site.rpId())) return invalid("it was made for " + passkey.rpId());
        if (isTooLong(assertion.clientDataJson())
                || isTooLong(assertion.authenticatorData())
                || isTooLong(assertion.signature())) return invalid("it is too long");
        try {
            var credential = converter.convert(passkey.data());
            var data = manager.parse(new AuthenticationRequest(
                    credential.getCredentialId(),
                    assertion.userHandle(),
                    assertion.authenticatorData(),
                    assertion.clientDataJson(),
                    assertion.signature()));
            var client = data.getCollectedClientData();
            var authenticator = data.getAuthenticatorData();
            if (client == null || client.getChallenge() == null || authenticator == null)
                return invalid("it is incomplete");
            var record = new CredentialRecordImpl(
                    new NoneAttestationStatement(),
                    VERIFIED,
                    passkey.backupEligible(),
                    passkey.backupEligible() && authenticator.isFlagBS(),
                    passkey.counter(),
                    credential,
                    null,
                    null,
                    null,
                    null);
            manager.verify(data, new AuthenticationParameters(server(site, client), record, null, VERIFIED, PRESENT));
            if (!challenges.take(client.getChallenge().getValue())) return stale();
            return Result.ok(authenticator.getSignCount());
        } catch (RuntimeException e) {
            return unfit(e);
        }
    }

    /// The challenge is whichever the browser signed: whether it is one of ours is asked of `Challenges` afterwards.
    private static ServerProperty server(Site site, CollectedClientData client) {
        return ServerProperty.builder()
                .origin(Origin.create(site.origin()))
                .rpId(site.rpId())
                .challenge(Objects.requireNonNull(client.getChallenge()))
                .build();
    }

    private static boolean isTooLong(byte[] bytes) {
        return bytes.length > MOST_BYTES;
    }

    private static <T> Result<T> stale() {
        return Result.no(Refusal.PASSKEY_STALE, "that took longer than two minutes, or was sent twice: try again");
    }

    /// Bad input comes as exceptions of many kinds out of the library and what it reads with. Nothing else is in
    /// trouble
    /// here: it reads and compares what it was handed.
    private static <T> Result<T> unfit(RuntimeException e) {
        return switch (e) {
            case MaliciousCounterValueException _ ->
                invalid("its counter went back, as a copy's would: remove it, and make another one");
            case WebAuthnException known -> invalid(String.valueOf(known.getMessage()));
            default -> invalid("it cannot be read");
        };
    }

    private static <T> Result<T> invalid(String why) {
        return Result.no(Refusal.PASSKEY_INVALID, "the passkey does not prove itself: " + why);
    }
}
