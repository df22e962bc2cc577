package io.thingstead.node.web;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;

/// The browser's own virtual authenticator (Chrome DevTools Protocol, WebAuthn domain): a phone that always recognises
/// its owner, as long as it is told to.
final class VirtualAuthenticator {
    private final CDPSession session;
    private final String id;

    VirtualAuthenticator(Page page) {
        session = page.context().newCDPSession(page);
        session.send("WebAuthn.enable");
        JsonObject options = new JsonObject();
        options.addProperty("protocol", "ctap2");
        options.addProperty("transport", "internal");
        options.addProperty("hasResidentKey", true);
        options.addProperty("hasUserVerification", true);
        options.addProperty("isUserVerified", true);
        options.addProperty("automaticPresenceSimulation", true);
        JsonObject parameters = new JsonObject();
        parameters.add("options", options);
        id = session.send("WebAuthn.addVirtualAuthenticator", parameters)
                .get("authenticatorId")
                .getAsString();
    }

    /// Whether it recognises its owner from now on.
    void recognises(boolean owner) {
        JsonObject parameters = of();
        parameters.addProperty("isUserVerified", owner);
        session.send("WebAuthn.setUserVerified", parameters);
    }

    /// How many passkeys it has.
    int passkeys() {
        return session.send("WebAuthn.getCredentials", of())
                .getAsJsonArray("credentials")
                .size();
    }

    private JsonObject of() {
        JsonObject parameters = new JsonObject();
        parameters.addProperty("authenticatorId", id);
        return parameters;
    }
}
