package io.thingstead.node.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A device as a W3C WoT Thing Description 1.1, in JSON. Terms of our own start with `ts:`.
///
/// @param base what its relative addresses are relative to
/// @param ledger by which the device's id is known
/// @param role `device`, `gateway`, or `token`: one without a key
/// @param granted what this member may read of it; absent for its own devices, and where nothing is granted
/// @param toldBy the other member on whose word the properties stand
/// @param note why there is less here than there could be
public record ThingDescription(
        @JsonProperty("@context") List<Object> context,
        String id,
        String title,
        @JsonProperty("ts:ledger") String ledger,
        @JsonProperty("ts:member") String member,
        @JsonProperty("ts:role") String role,
        @JsonProperty("ts:granted") @Nullable Granted granted,
        @JsonProperty("ts:toldBy") @Nullable String toldBy,
        @JsonProperty("ts:note") @Nullable String note,
        String base,
        Map<String, Scheme> securityDefinitions,
        String security,
        Map<String, Property> properties,
        @Nullable List<Form> forms,
        List<Link> links) {
    static final String OPEN = "open";
    static final String MEMBERS = "members";

    static final List<Object> CONTEXT =
            List.of("https://www.w3.org/2022/wot/td/v1.1", Map.of("ts", "urn:thingstead:terms:"));
    static final Map<String, Scheme> SCHEMES = Map.of(
            OPEN,
            new Scheme("nosec", "reading needs nothing where this node listens"),
            MEMBERS,
            new Scheme("auto", "TLS 1.3 in which both members prove the TLS keys that the ledger knows of them"));

    private static final byte[] DOMAIN = "ts-thing/1\0".getBytes(StandardCharsets.US_ASCII);

    public record Granted(long fromMs, @Nullable Long toMs) {}

    public record Scheme(String scheme, String description) {}

    public record Property(
            String title, String type, @Nullable String unit, boolean readOnly, List<Form> forms) {}

    public record Form(
            String href,
            String contentType,
            List<String> op,
            @Nullable String security) {}

    public record Link(String href, String rel, String type) {}

    /// A device's name for the whole world, the same for ever: a UUID of version 8 (RFC 9562 §5.8) as a URN.
    static String urn(LedgerId ledger, DeviceId device) {
        ByteBuffer hash =
                ByteBuffer.wrap(Sha256.of(DOMAIN, ledger.bytes(), device.value().getBytes(StandardCharsets.UTF_8)));
        long high = (hash.getLong() & 0xffff_ffff_ffff_0fffL) | 0x8000L;
        long low = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return "urn:uuid:" + new UUID(high, low);
    }
}
