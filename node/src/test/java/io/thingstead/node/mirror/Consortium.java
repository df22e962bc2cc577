package io.thingstead.node.mirror;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.consensus.TestChain;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.AnchorCheckpoint;
import io.thingstead.node.ledger.action.OpenLog;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.SignedCheckpoint;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// Members of one ledger in one process: acme, whose log is followed, and m2, m3 and m4, which mirror it. Questions
/// go straight to the routes of whom they are for.
final class Consortium {
    static final MemberId ACME = TestLedger.ACME;
    static final LogId LOG = TestLedger.LOG;

    final TestChain chain = TestChain.foundedForRandomBlocks(new MemoryStore());
    final AtomicLong nowMs = new AtomicLong(TestLedger.START);
    final List<String> asked = new ArrayList<>();
    private final Map<MemberId, Map<String, MemberRoute>> routes = new HashMap<>();

    Consortium() {
        for (int i = 2; i <= 4; i++) {
            chain.refusal(TestLedger.key(KeyRole.IDENTITY), TestLedger.fullRegistration(TestLedger.member(i)));
            chain.refusal(TestLedger.key(i, KeyRole.NODE), new OpenLog(new LogId(TestLedger.member(i), 1)));
        }
    }

    LogRecord record() {
        return chain.reader().log(LOG);
    }

    String origin() {
        return record().origin();
    }

    Face face() {
        return new Face(origin());
    }

    /// The ledger makes the newest checkpoint of the log final.
    void anchor(LogReader log) {
        long from = record().size();
        SignedCheckpoint head = log.checkpoint().orElseThrow();
        var action = new AnchorCheckpoint(LOG, from, head.size(), head.root(), log.consistencyProof(from, head.size()));
        ask(KeyRole.LOG, 1, List.of(action)).ifPresent(refused -> {
            throw new AssertionError(refused.toString());
        });
    }

    /// The ledger makes what the face shows final.
    void anchor(Face face) {
        LogRecord before = record();
        List<byte[]> proof = before.size() == 0 ? List.of() : face.consistencyProof(before.size(), face.size());
        Refused refused = ask(
                        KeyRole.LOG,
                        1,
                        List.of(new AnchorCheckpoint(LOG, before.size(), face.size(), face.root(), proof)))
                .orElse(null);
        if (refused != null) throw new AssertionError(refused.toString());
    }

    synchronized Optional<Refused> ask(KeyRole role, int member, List<? extends Action> actions) {
        byte[] transaction = chain.transaction(TestLedger.key(member, role), actions.toArray(Action[]::new));
        return chain.block(transaction).getFirst().firstRefusal();
    }

    void route(MemberId member, MemberRoute route) {
        routes.computeIfAbsent(member, _ -> new HashMap<>()).put(route.prefix(), route);
    }

    /// The member answers what its mirrors offer.
    void open(int member, Mirrors mirrors) {
        mirrors.routes().forEach(route -> route(TestLedger.member(member), route));
    }

    void silence(MemberId member) {
        routes.remove(member);
    }

    /// acme shows this face.
    void show(Face face) {
        show(face, _ -> face);
    }

    /// acme shows each member the face that the test chooses.
    void show(Face standard, Function<MemberId, Face> chosen) {
        if (!routes.getOrDefault(ACME, Map.of()).containsKey("/held/")) route(ACME, new HoldsNothing("/held/"));
        route(ACME, new MemberRoute() {
            @Override
            public String prefix() {
                return "/log/";
            }

            @Override
            public MemberAnswer answer(MemberId asking, String path) {
                return chosen.apply(asking)
                        .tiles()
                        .resource(path.substring(standard.origin().length() + 1))
                        .map(file -> MemberAnswer.ok(file.mediaType(), file.bytes()))
                        .orElseGet(() -> MemberAnswer.no(404, "not here"));
            }
        });
    }

    /// Says that it holds nothing.
    private record HoldsNothing(String prefix) implements MemberRoute {
        @Override
        public MemberAnswer answer(MemberId asking, String path) {
            return MemberAnswer.ok(MemberAnswer.BYTES, HeldEntry.encode(List.of()));
        }
    }

    OtherMembers othersOf(MemberId asking) {
        return (member, path, maxBytes) -> {
            asked.add(path);
            for (var route : routes.getOrDefault(member, Map.of()).entrySet()) {
                if (!path.startsWith(route.getKey())) continue;
                MemberAnswer answer = route.getValue()
                        .answer(asking, path.substring(route.getKey().length()));
                if (answer.body().length > maxBytes) throw new MemberUnreachable(member, "too much");
                return answer;
            }
            throw new MemberUnreachable(member, "nobody there");
        };
    }

    Mirrors mirrors(int member) {
        return mirrors(member, new MemoryStore());
    }

    Mirrors mirrors(int member, Store store) {
        return mirrors(member, store, List.of());
    }

    Mirrors mirrors(int member, Store store, List<LogReader> own) {
        return mirrors(member, store, own, actions -> ask(KeyRole.NODE, member, actions));
    }

    Mirrors mirrors(int member, Store store, List<LogReader> own, LedgerDesk desk) {
        return new Mirrors(
                TestLedger.member(member),
                chain.reader(),
                store,
                othersOf(TestLedger.member(member)),
                new OwnLogs(own, TestLedger.key(member, KeyRole.LOG)),
                TestLedger.key(member, KeyRole.NODE),
                desk,
                nowMs::get);
    }

    MemberFollower follower(Mirrors mirrors, int member) {
        return follower(mirrors, member, ACME);
    }

    MemberFollower follower(Mirrors mirrors, int member, MemberId followed) {
        return new MemberFollower(followed, mirrors, othersOf(TestLedger.member(member)), nowMs::get, System::nanoTime);
    }

    static MirrorState state(Mirrors mirrors) {
        return mirrors.states().stream()
                .filter(state -> state.log().equals(LOG))
                .findFirst()
                .orElseThrow();
    }
}
