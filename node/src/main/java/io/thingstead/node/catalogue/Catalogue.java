package io.thingstead.node.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.catalogue.ThingDescription.Form;
import io.thingstead.node.catalogue.ThingDescription.Granted;
import io.thingstead.node.catalogue.ThingDescription.Link;
import io.thingstead.node.catalogue.ThingDescription.Property;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.GrantRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.view.live.DeviceView;
import io.thingstead.node.view.live.LiveState;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Describes the devices of all members. Those of others have properties only where their home member granted them to
/// this one and answers.
///
/// @param self whose catalogue it is
/// @param isHidden devices of this member that stand in no list
public record Catalogue(
        MemberId self, LedgerReader ledger, LiveState live, OtherMembers others, Predicate<DeviceId> isHidden) {
    private static final String READINGS = "urn:thingstead:terms:readings";
    private static final String SERIES = "urn:thingstead:terms:series";
    private static final String PROOF = "urn:thingstead:terms:proof";
    private static final String JSON = "application/json";

    /// Devices by name, those after `after`, at most `limit`; without asking other members.
    ///
    /// @param base of the addresses on this node, ending with a slash
    public List<ThingDescription> page(@Nullable DeviceId after, int limit, String base) {
        return shown(after, limit).stream()
                .map(device -> isOwn(device.device())
                        ? own(device, base)
                        : foreign(device, List.of(), grant(device.device()), null, base))
                .toList();
    }

    private List<DeviceRecord> shown(@Nullable DeviceId after, int limit) {
        List<DeviceRecord> shown = new ArrayList<>();
        DeviceId from = after;
        int asked;
        List<DeviceRecord> some;
        do {
            asked = limit - shown.size();
            some = ledger.devices(from, asked);
            some.stream().filter(record -> !isHidden.test(record.device())).forEach(shown::add);
            if (!some.isEmpty()) from = some.getLast().device();
        } while (some.size() == asked && shown.size() < limit);
        return shown;
    }

    /// The device, as its home member tells where it is another's.
    public Optional<ThingDescription> describe(DeviceId device, String base) {
        DeviceRecord record = ledger.device(device);
        if (record == null) {
            return Optional.empty();
        }
        if (isOwn(device)) {
            return Optional.of(own(record, base));
        }
        GrantRecord grant = grant(device);
        if (grant == null) {
            return Optional.of(foreign(record, List.of(), null, null, base));
        }
        return Optional.of(
                switch (told(device)) {
                    case Result.Ok<List<Quantity>>(var quantities) -> foreign(record, quantities, grant, null, base);
                    case Result.No<List<Quantity>>(var refused) ->
                        foreign(record, List.of(), grant, refused.text(), base);
                });
    }

    /// The newest reading of each quantity of a device.
    public Result<List<Quantity>> quantities(DeviceId device) {
        if (ledger.device(device) == null) {
            return Result.no(Refusal.DEVICE_UNKNOWN, "there is no device " + device);
        }
        if (isOwn(device)) {
            return Result.ok(live.device(device).stream()
                    .flatMap(view -> view.latest().stream())
                    .map(Quantity::of)
                    .toList());
        }
        return grant(device) == null
                ? Result.no(Refusal.DEVICE_FOREIGN, device.member() + " has not let this member read " + device)
                : told(device);
    }

    private boolean isOwn(DeviceId device) {
        return device.member().equals(self);
    }

    private @Nullable GrantRecord grant(DeviceId device) {
        return ledger.grants(device).stream()
                .filter(grant -> grant.grantee().equals(self))
                .findFirst()
                .orElse(null);
    }

    private Result<List<Quantity>> told(DeviceId device) {
        MemberId home = device.member();
        try {
            MemberAnswer answer = others.ask(home, "/things/" + device.name(), ToldDevice.MAX_BYTES);
            if (!answer.isOk()) {
                return Result.no(
                        Refusal.MEMBER_UNREACHABLE, "member " + home + " does not tell of it: " + answer.status());
            }
            return ToldDevice.decode(answer.body(), device)
                    .map(told -> Result.ok(told.quantities()))
                    .orElseGet(() -> Result.no(
                            Refusal.MEMBER_UNREACHABLE, "what member " + home + " tells cannot be understood"));
        } catch (MemberUnreachable e) {
            return Result.no(Refusal.MEMBER_UNREACHABLE, String.valueOf(e.getMessage()));
        }
    }

    private ThingDescription own(DeviceRecord record, String base) {
        String id = record.device().value();
        List<Quantity> quantities = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        links.add(new Link("api/readings?device=" + id, READINGS, JSON));
        Optional<DeviceView> view = live.device(record.device());
        view.ifPresent(seen -> {
            seen.latest().stream().map(Quantity::of).forEach(quantities::add);
            seen.latest()
                    .forEach(reading -> links.add(new Link(
                            "api/series?device=" + id + "&name="
                                    + URLEncoder.encode(reading.reading().name(), UTF_8),
                            SERIES,
                            JSON)));
            links.add(new Link("api/proofs/" + id + "/" + seen.n(), PROOF, JSON));
        });
        return description(record, quantities, null, null, null, base, null, links);
    }

    private ThingDescription foreign(
            DeviceRecord record,
            List<Quantity> quantities,
            @Nullable GrantRecord grant,
            @Nullable String note,
            String base) {
        MemberId home = record.member();
        List<Form> forms = ledger.endpoint(home)
                .map(endpoint -> List.of(new Form(
                        "https://" + endpoint.node() + "/things/"
                                + record.device().name(),
                        JSON,
                        List.of("readallproperties"),
                        ThingDescription.MEMBERS)))
                .orElse(null);
        Granted granted = grant == null ? null : new Granted(grant.fromMs(), grant.toMs());
        String toldBy = quantities.isEmpty() ? null : home.value();
        return description(record, quantities, granted, toldBy, note, base, forms, List.of());
    }

    private ThingDescription description(
            DeviceRecord record,
            List<Quantity> quantities,
            @Nullable Granted granted,
            @Nullable String toldBy,
            @Nullable String note,
            String base,
            @Nullable List<Form> forms,
            List<Link> links) {
        DeviceId device = record.device();
        Map<String, Property> properties = new LinkedHashMap<>();
        for (Quantity quantity : quantities) {
            String href = "api/things/" + device + "/property?name=" + URLEncoder.encode(quantity.name(), UTF_8);
            properties.put(
                    quantity.name(),
                    new Property(
                            quantity.name(),
                            quantity.type(),
                            quantity.unit(),
                            true,
                            List.of(new Form(href, JSON, List.of("readproperty"), null))));
        }
        String role = record.isGateway() ? "gateway" : record.keys().isEmpty() ? "token" : "device";
        return new ThingDescription(
                ThingDescription.CONTEXT,
                ThingDescription.urn(ledger.head().ledger(), device),
                device.value(),
                ledger.head().ledger().hex(),
                device.member().value(),
                role,
                granted,
                toldBy,
                note,
                base,
                ThingDescription.SCHEMES,
                ThingDescription.OPEN,
                properties,
                forms,
                links);
    }
}
