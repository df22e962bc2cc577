package io.thingstead.node.api;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.people.Assertion;
import io.thingstead.node.people.Attestation;
import io.thingstead.node.people.Passkey;
import io.thingstead.node.people.SignIn;
import io.thingstead.node.people.Site;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What browsers are asked for about passkeys, and what they answer, as JSON: Web Authentication's own forms (§5.4,
/// §5.5), bytes as base64url.
final class PasskeyJson {
    private static final String TYPE = "public-key";
    private static final int TIMEOUT_MS = 120_000;
    static final int LONGEST = 16_384;
    static final String CLIENT = "the browser's `response.clientDataJSON`, base64url";
    static final String MADE_EXAMPLE = "{\"clientDataJSON\": \"eyJ0eXBlIjo\", \"attestationObject\": \"o2NmbXQ\"}";
    static final String PROVEN_EXAMPLE = "{\"id\": \"AQID\", \"clientDataJSON\": \"eyJ0eXBlIjo\","
            + " \"authenticatorData\": \"SZYN5Q\", \"signature\": \"MEUCIQ\", \"userHandle\": \"QUJD\"}";

    private PasskeyJson() {}

    record Party(String id, String name) {}

    record User(String id, String name, String displayName) {}

    record Algorithm(String type, long alg) {}

    record Known(String type, String id) {}

    record Selection(String residentKey, boolean requireResidentKey, String userVerification) {}

    /// To make one.
    record Creation(
            String challenge,
            Party rp,
            User user,
            List<Algorithm> pubKeyCredParams,
            List<Known> excludeCredentials,
            Selection authenticatorSelection,
            String attestation,
            int timeout) {}

    /// To prove one, whichever the person chooses.
    record Request(String challenge, String rpId, String userVerification, int timeout) {}

    /// @param person id of the person whose it will be
    /// @param own those that the person has, of which the device should not make another one
    static Creation creation(SignIn signIn, Site site, String member, String person, String name, List<Passkey> own) {
        return new Creation(
                Base64Url.encode(signIn.challenge()),
                new Party(site.rpId(), "Thingstead " + member),
                new User(Base64Url.encode(person.getBytes(StandardCharsets.US_ASCII)), name, name),
                SignIn.ALGORITHMS.stream()
                        .map(algorithm -> new Algorithm(TYPE, algorithm))
                        .toList(),
                own.stream().map(passkey -> new Known(TYPE, passkey.id())).toList(),
                new Selection("required", true, "required"),
                "none",
                TIMEOUT_MS);
    }

    static Request request(SignIn signIn, Site site) {
        return new Request(Base64Url.encode(signIn.challenge()), site.rpId(), "required", TIMEOUT_MS);
    }

    record Made(
            @Says(value = CLIENT, needed = true, longest = LONGEST) @Nullable
            String clientDataJSON,

            @Says(value = "the browser's `response.attestationObject`, base64url", needed = true, longest = LONGEST)
            @Nullable
            String attestationObject) {
        Result<Attestation> read() {
            var client = bytes(clientDataJSON);
            var object = bytes(attestationObject);
            return client.isPresent() && object.isPresent()
                    ? Result.ok(new Attestation(client.get(), object.get()))
                    : malformed("clientDataJSON and attestationObject");
        }
    }

    record Proven(
            @Says(value = "the passkey's id, base64url", needed = true, longest = LONGEST) @Nullable
            String id,

            @Says(value = CLIENT, needed = true, longest = LONGEST) @Nullable
            String clientDataJSON,

            @Says(value = "the browser's `response.authenticatorData`, base64url", needed = true, longest = LONGEST)
            @Nullable
            String authenticatorData,

            @Says(value = "the browser's `response.signature`, base64url", needed = true, longest = LONGEST) @Nullable
            String signature,

            @Says(value = "the browser's `response.userHandle`, base64url", needed = true, longest = LONGEST) @Nullable
            String userHandle) {
        Result<Assertion> read() {
            var client = bytes(clientDataJSON);
            var authenticator = bytes(authenticatorData);
            var signed = bytes(signature);
            var handle = bytes(userHandle);
            return id != null
                            && client.isPresent()
                            && authenticator.isPresent()
                            && signed.isPresent()
                            && handle.isPresent()
                    ? Result.ok(new Assertion(id, client.get(), authenticator.get(), signed.get(), handle.get()))
                    : malformed("id, clientDataJSON, authenticatorData, signature and userHandle");
        }
    }

    private static Optional<byte[]> bytes(@Nullable String base64Url) {
        return Optional.ofNullable(base64Url).flatMap(Base64Url::decode);
    }

    private static <T> Result<T> malformed(String what) {
        return Result.no(Refusal.REQUEST_MALFORMED, what + " are base64url without padding");
    }
}
