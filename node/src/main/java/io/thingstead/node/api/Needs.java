package io.thingstead.node.api;

import static io.thingstead.node.people.Need.ADMIN;
import static io.thingstead.node.people.Need.ALARMS;
import static io.thingstead.node.people.Need.COMMANDS;
import static io.thingstead.node.people.Need.DEVICE;
import static io.thingstead.node.people.Need.DEVICES;
import static io.thingstead.node.people.Need.EXPORT;
import static io.thingstead.node.people.Need.METRICS;
import static io.thingstead.node.people.Need.MONEY;
import static io.thingstead.node.people.Need.NOTHING;
import static io.thingstead.node.people.Need.READ;
import static io.thingstead.node.people.Need.SIGNED_IN;

import io.thingstead.node.people.Need;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What each HTTP route needs: the one place that says it. A listener with a route that is not here does not start, so
/// a new route gets its line here, with the path as it is registered.
public final class Needs {
    private static final Map<String, Need> OF_ROUTE = new TreeMap<>();

    static {
        // The pages: program and style. What they show they ask for below.
        routes(NOTHING, "GET /", "GET /index.html", "GET /app/*", "GET /lib/*", "GET /favicon.svg");
        routes(
                NOTHING,
                "GET /things",
                "GET /consortium",
                "GET /ledger",
                "GET /decisions",
                "GET /mirrors",
                "GET /alarms",
                "GET /connect",
                "GET /interface",
                "GET /settings");
        routes(NOTHING, "GET /fleet", "GET /devices", "GET /devices/{device}", "GET /money");
        routes(NOTHING, "GET /contracts", "GET /contracts/{number}");
        routes(NOTHING, "GET /market", "GET /market/{number}");
        routes(NOTHING, "GET /proof", "GET /proof.html", "GET /proof/*");

        routes(NOTHING, "GET /health/live", "GET /health/ready");
        routes(METRICS, "GET /metrics");

        // What strangers verify with: heads and hashes of logs, and keys.
        routes(
                NOTHING,
                "GET /log/{domain}/{ledger}/{number}/checkpoint",
                "GET /log/{domain}/{ledger}/{number}/cosigned");
        routes(NOTHING, "GET /log/{domain}/{ledger}/{number}/tile/<path>", "GET /api/trust", "GET /api/trust/links");

        routes(NOTHING, "GET /api/openapi.json");

        // Devices.
        routes(DEVICE, "GET /v1/challenge", "POST /v1/frames", "POST /v1/devices/me/frames");
        routes(DEVICE, "POST /api/v1/{token}/telemetry", "POST /api/v1/{token}/attributes");
        routes(DEVICE, "GET /api/v1/{token}/rpc", "POST /api/v1/{token}/rpc/{number}");
        routes(DEVICE, "GET /v1/devices/{device}/commands");
        routes(DEVICE, "POST /v1/claims/look", "POST /v1/claims");

        // Devices and what they say.
        routes(READ, "GET /api/status", "GET /api/live");
        routes(READ, "GET /api/devices", "GET /api/devices/{device}", "GET /api/readings", "GET /api/series");
        routes(READ, "GET /api/fleet/map");
        // A question in SQL may be about all readings at once.
        routes(EXPORT, "GET /api/export", "POST /api/sql");
        routes(READ, "GET /api/proofs", "GET /api/proofs/{device}/{n}");
        routes(READ, "GET /api/things", "GET /api/things/{device}");
        routes(READ, "GET /api/things/{device}/property", "GET /api/things/{device}/properties");
        routes(DEVICES, "POST /api/devices", "PUT /api/devices/{device}/label");
        routes(DEVICES, "POST /api/devices/{device}/keys", "POST /api/devices/{device}/keys/{key}/revoke");
        routes(DEVICES, "GET /api/devices/{device}/tokens", "POST /api/devices/{device}/tokens");
        routes(DEVICES, "DELETE /api/devices/{device}/tokens/{token}");
        routes(DEVICES, "GET /api/claims", "POST /api/claims", "DELETE /api/claims/{device}");
        routes(READ, "GET /api/grants");
        routes(DEVICES, "POST /api/grants", "POST /api/grants/revoke");
        routes(READ, "GET /api/devices/{device}/commands", "GET /api/devices/{device}/commands/{number}");
        routes(COMMANDS, "POST /api/devices/{device}/commands");
        routes(READ, "GET /api/devices/{device}/shadow");
        routes(COMMANDS, "PUT /api/devices/{device}/shadow");

        // Alarms.
        routes(READ, "GET /api/alarms", "GET /api/alarms/{number}", "GET /api/alarm-rules", "GET /api/anomaly");
        routes(ALARMS, "POST /api/alarms/{number}/acknowledge", "POST /api/alarm-rules");
        routes(ALARMS, "PUT /api/alarm-rules/{id}", "DELETE /api/alarm-rules/{id}");
        routes(ALARMS, "POST /api/alarm-rules/{id}/restore", "POST /api/alarm-rules/test");
        routes(ALARMS, "GET /api/alarm-channels", "POST /api/alarm-channels/{name}/test");

        // Money. What wallets and devices signed themselves is authenticated by its signatures.
        routes(READ, "GET /api/assets", "GET /api/accounts", "GET /api/accounts/{kind}/{name}");
        routes(READ, "GET /api/accounts/{kind}/{name}/movements");
        routes(READ, "GET /api/accounts/{kind}/{name}/statement", "POST /api/payment-instructions");
        routes(DEVICE, "POST /api/transactions");
        routes(MONEY, "POST /api/assets", "POST /api/assets/{asset}/issue", "POST /api/assets/{asset}/redeem");
        routes(MONEY, "POST /api/wallets", "POST /api/transfers");
        routes(MONEY, "POST /api/holds", "POST /api/holds/{number}/capture", "POST /api/holds/{number}/release");
        routes(MONEY, "POST /api/limits", "POST /api/limits/{number}/revoke");
        routes(MONEY, "POST /api/channels", "POST /api/channels/{number}/top-up");
        routes(MONEY, "POST /api/channels/{number}/close");

        // Contracts.
        routes(READ, "GET /api/contract-templates", "POST /api/contract-checks");
        routes(READ, "GET /api/contracts", "GET /api/contracts/{number}", "POST /api/contract-dry-runs");
        routes(READ, "GET /api/contracts/{number}/evidence/{event}");
        routes(MONEY, "POST /api/contracts", "POST /api/contracts/{number}/sign");
        routes(MONEY, "POST /api/contracts/{number}/withdraw", "POST /api/contracts/{number}/steps");
        routes(MONEY, "POST /api/contracts/{number}/demands");

        // The market.
        routes(MONEY, "GET /api/takings");
        routes(READ, "GET /api/offers", "GET /api/offers/{number}", "POST /api/offers/{number}/prepare");
        routes(MONEY, "POST /api/offers", "POST /api/offers/{number}/withdraw", "POST /api/offers/{number}/take");

        // The ledger and its members.
        routes(READ, "GET /api/consortium", "GET /api/find", "GET /api/blocks", "GET /api/blocks/{height}");
        routes(READ, "GET /api/events", "GET /api/events/{number}", "GET /api/leaves");
        routes(READ, "GET /api/mirrors", "GET /api/mirrors/contents", "GET /api/holdings");
        routes(READ, "POST /api/evidence/promise");
        routes(READ, "GET /api/decisions", "GET /api/invite");
        routes(ADMIN, "POST /api/decisions");
        routes(ADMIN, "POST /api/decisions/{number}/approve", "POST /api/decisions/{number}/withdraw");
        routes(ADMIN, "GET /api/consortium/vote-again", "POST /api/consortium/vote-again");

        // People and programs.
        routes(NOTHING, "GET /sign-in", "GET /people");
        routes(NOTHING, "POST /api/sign-in", "POST /api/sign-in/options");
        routes(NOTHING, "POST /api/sign-in/link", "POST /api/sign-in/enter");
        routes(SIGNED_IN, "POST /api/sign-out", "GET /api/me", "GET /api/me/ways");
        routes(SIGNED_IN, "POST /api/me/passkeys/options", "POST /api/me/passkeys");
        routes(SIGNED_IN, "DELETE /api/me/passkeys/{id}", "DELETE /api/me/sessions/{id}");
        routes(ADMIN, "GET /api/people", "PUT /api/people/{id}/role", "DELETE /api/people/{id}");
        routes(ADMIN, "POST /api/people/{id}/link", "DELETE /api/people/{id}/sessions");
        routes(ADMIN, "POST /api/people/invitations", "DELETE /api/people/invitations/{id}");
        routes(ADMIN, "POST /api/people/administrator-link");
        routes(ADMIN, "GET /api/api-keys", "POST /api/api-keys", "DELETE /api/api-keys/{id}");

        // The node itself.
        routes(READ, "GET /api/node");
        routes(ADMIN, "POST /api/demo/remove");
        routes(ADMIN, "POST /api/backup");
        routes(READ, "GET /api/retention");
        routes(ADMIN, "PUT /api/retention", "POST /api/retention/remove", "POST /api/retention/erase");
    }

    private Needs() {}

    private static void routes(Need need, String... routes) {
        for (String route : routes) {
            if (OF_ROUTE.put(route, need) != null) throw new IllegalStateException(route + " is here twice");
        }
    }

    /// @param route method and path as registered, `GET /api/devices/{device}`
    public static Optional<Need> of(String route) {
        return Optional.ofNullable(OF_ROUTE.get(route));
    }

    /// All routes that have a need.
    public static Set<String> routes() {
        return Collections.unmodifiableSet(OF_ROUTE.keySet());
    }
}
