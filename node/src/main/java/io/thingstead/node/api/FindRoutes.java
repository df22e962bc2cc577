package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds what somebody has a number, a name or a hash of: blocks, events, devices, members, logs, leaves, keys,
/// transactions, anchors.
final class FindRoutes {
    private static final int AT_ONCE = 2;
    private static final Parameter<String> ASKED = Parameter.text("q", "What is looked for, in any case of letters.")
            .required()
            .example("box-1");
    private static final Operation FIND = Operation.of(
                    "Ledger", "Finds blocks, events, devices, members, logs, leaves, keys, transactions and anchors")
            .details("By number, by name (a type of events, or a word of it, too), or by the beginning of a hash (8"
                    + " hexadecimal digits or more): of a block, its state, a transaction, an anchored checkpoint, or a"
                    + " leaf of this member's log.")
            .takes(ASKED)
            .answers(Answer.class);
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{8,64}");
    private static final Pattern LOG = Pattern.compile("([a-z0-9-]{1,32})/([1-9][0-9]{0,8})(?:/([0-9]{1,15}))?");
    private static final int LEAST_OF_A_TYPE = 4;

    private final LedgerReader ledger;
    private final HashSearch hashes;
    private final LeafSearch leaves;
    private final Semaphore searches = new Semaphore(AT_ONCE);

    record Found(
            @Says(
                    value = "what it is",
                    oneOf = {"block", "event", "decision", "device", "member", "log", "leaf", "type"})
            String kind,

            @Says("the block's or event's number, a subject of events, a type of them, or log and index of a leaf")
            String id,

            String words) {}

    private record Answer(
            List<Found> found,

            @Says("where hashes were looked for and not all of the ledger was: how far")
            HashSearch.@Nullable Span searched,

            @Says("where hashes were looked for and not all of this member's log was: from which leaf on") @Nullable
            Long fromLeaf) {}

    FindRoutes(LedgerReader ledger, List<LogReader> logs) {
        this.ledger = ledger;
        this.hashes = new HashSearch(ledger);
        this.leaves = new LeafSearch(logs);
    }

    void register(Routes routes) {
        routes.get("/api/find", FIND, this::find);
    }

    private void find(Context context) {
        var params = new Params(context);
        var given = params.find(ASKED);
        if (params.sendRefusal()) return;
        var asked = given.orElseThrow().strip().toLowerCase(Locale.ROOT);
        var found = new ArrayList<Found>();
        if (NUMBER.matcher(asked).matches()) byNumber(Long.parseLong(asked), found);
        byName(asked, found);
        byType(asked, found);
        HashSearch.Span searched = null;
        Long fromLeaf = null;
        if (HASH.matcher(asked).matches()) {
            if (!searches.tryAcquire()) {
                Problem.send(context, Refusal.BUSY, "others are searching: try again in a second");
                return;
            }
            try {
                byKey(asked, found);
                searched = hashes.find(asked, found);
                fromLeaf = leaves.byHash(asked, found);
            } finally {
                searches.release();
            }
        }
        Json.send(context, new Answer(found, searched, fromLeaf));
    }

    private static String events(long count) {
        return count == 1 ? "1 event" : count + " events";
    }

    private void byNumber(long number, List<Found> found) {
        ledger.block(number).ifPresent(block -> found.add(new Found("block", "" + number, events(block.events()))));
        ledger.event(number).ifPresent(event -> found.add(new Found("event", "" + number, event.inWords())));
        ledger.decision(number)
                .flatMap(decision -> ledger.event(decision.proposedEvent()))
                .ifPresent(proposed -> found.add(new Found("decision", "decision/" + number, proposed.inWords())));
        leaves.byNumber(number, found);
    }

    private void byName(String name, List<Found> found) {
        MemberId.parse(name)
                .map(ledger::member)
                .ifPresent(member ->
                        found.add(new Found("member", "member/" + name, member.domain() + ", a member of the ledger")));
        DeviceId.parse(name).ifPresent(device -> addDevice(device, found));
        if (name.indexOf(':') < 0)
            for (MemberRecord member : ledger.members())
                DeviceId.parse(member.member() + ":" + name).ifPresent(device -> addDevice(device, found));
        var log = LOG.matcher(name);
        if (log.matches() && log.group(3) != null) {
            leaves.byNumber(log.group(1) + "/" + log.group(2), Long.parseLong(log.group(3)), found);
        } else if (log.matches()) {
            var id = new LogId(new MemberId(log.group(1)), Long.parseLong(log.group(2)));
            var record = ledger.log(id);
            if (record != null)
                found.add(new Found("log", "log/" + name, record.origin() + ", final up to size " + record.size()));
        }
    }

    /// All types that have the word in their name.
    private static void byType(String word, List<Found> found) {
        if (word.length() < LEAST_OF_A_TYPE) return;
        String label = word.replace(' ', '-');
        for (EventType type : EventType.values())
            if (type.label().contains(label)) found.add(new Found("type", type.label(), "all events of this type"));
    }

    private void addDevice(DeviceId device, List<Found> found) {
        if (ledger.device(device) != null)
            found.add(new Found("device", "device/" + device, "a device of " + device.member()));
    }

    private void byKey(String hex, List<Found> found) {
        if (hex.length() != 64) return;
        var key = Optional.ofNullable(ledger.key(new Thumbprint(HexFormat.of().parseHex(hex))));
        key.ifPresent(record -> {
            boolean ofDevice = record.owner().indexOf(':') > 0;
            found.add(new Found(
                    ofDevice ? "device" : "member",
                    (ofDevice ? "device/" : "member/") + record.owner(),
                    "has the " + record.role().label() + " key with this thumbprint"));
        });
    }
}
