package io.thingstead.kit.device;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Optional;

/// A device takes the name that its member prepared for it: with the code that it was given it registers the key that
/// it has made itself, so that no secret travels. The same code and key may be used again, when an answer was lost.
public sealed interface Claim {
    /// The device is registered with its key.
    ///
    /// @param logs with which it checks promises and receipts, when the node told them rightly
    /// @param memberKey of whoever commands it
    record Made(DeviceId device, LedgerId ledger, Optional<TrustedLogs> logs, VerifyingKey memberKey)
            implements Claim {}

    /// @param code stable, `docs/formats.md` §10
    record Refused(String code, String text) implements Claim {}

    /// Claims with a code.
    ///
    /// @param node the node's address, `http://host:port`
    /// @param code as the member's page or `device add --code` shows it
    static Claim make(HttpClient client, URI node, String code, Signer key) {
        ClaimRequests requests = new ClaimRequests(client, node);
        // Letters and digits alone, so that nothing in it is JSON.
        String plain = code.replaceAll("[^0-9A-Za-z]", "");
        return switch (requests.ask("/v1/claims/look", "{\"code\":\"" + plain + "\"}")) {
            case Refused refused -> refused;
            case Made looked -> {
                byte[] possession = Possession.sign(looked.device.value(), looked.ledger, key);
                yield requests.ask(
                        "/v1/claims",
                        "{\"code\":\"" + plain + "\",\"key\":\""
                                + Base64Url.encode(key.key().coseKey()) + "\",\"possession\":\""
                                + Base64Url.encode(possession) + "\"}");
            }
        };
    }

    /// Claims with the link that a QR code holds, `http://host:port/connect#claim=CODE`.
    static Claim make(HttpClient client, URI link, Signer key) {
        String fragment = String.valueOf(link.getFragment());
        return fragment.startsWith("claim=")
                ? make(client, link.resolve("/"), fragment.substring("claim=".length()), key)
                : new Refused("claim.invalid", link + " is no link to claim a device with");
    }

    /// For a program that cannot do without.
    default Made orThrow() {
        return switch (this) {
            case Made made -> made;
            case Refused(String code, String text) -> throw new IllegalStateException(code + ": " + text);
        };
    }
}
