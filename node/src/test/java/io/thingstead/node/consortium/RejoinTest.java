package io.thingstead.node.consortium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.consensus.EngineKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.comet.EngineStart;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The data folder of a member that kept its keys alone is prepared, or is not, and then nothing was done.
class RejoinTest {
    private static final List<String> NAMES = List.of("acme", "bolt", "cargo", "dock");

    @TempDir
    Path folder;

    private RunningInvite invite;
    private Path keys;
    private Path data;

    @BeforeEach
    void found() throws Exception {
        Invite first;
        try (MemberFolder founder = member("acme")) {
            first = founder.invite(new MemberId("acme"), "acme.example");
        }
        List<JoinRequest> requests = new ArrayList<>();
        for (String name : NAMES.subList(1, NAMES.size())) {
            try (MemberFolder joining = member(name)) {
                requests.add(joining.request(first, new MemberId(name), name + ".example", "127.0.0.1:1"));
            }
        }
        FoundingPlan plan;
        try (MemberFolder founder = member("acme")) {
            plan = founder.plan(requests, "127.0.0.1:1");
        }
        List<FoundingPlan.Approval> approvals = new ArrayList<>();
        for (String name : NAMES) {
            try (MemberFolder one = member(name)) {
                approvals.add(one.approve(plan, first));
            }
        }
        for (String name : List.of("acme", "bolt")) {
            try (MemberFolder one = member(name)) {
                one.begin(plan.with(approvals), first);
            }
        }
        try (MemberFolder founder = member("acme")) {
            invite = founder.runningInvite();
        }
        keys = folder.resolve("bolt").resolve("keys");
        data = folder.resolve("back");
    }

    private MemberFolder member(String name) {
        return MemberFolder.open(folder.resolve(name), System::currentTimeMillis);
    }

    private Rejoin.Prepared prepare() {
        return Rejoin.prepare(data, keys, invite, null);
    }

    private SigningKey key(KeyRole role) {
        return SigningKey.load(data.resolve("keys").resolve(role.label() + ".pem"));
    }

    private void assertPrepared() {
        assertThat(Rejoin.isUnderWay(data)).isTrue();
        assertThat(EngineStart.isMarked(data.resolve("engine"))).isTrue();
        assertThat(data.resolve("engine").resolve("signer.state"))
                .as("a record of votes that says that nothing was signed")
                .doesNotExist();
        assertThat(EngineKeys.open(data.resolve("keys"))
                        .hasVotedIn(invite.eraRecord().chainId()))
                .isTrue();
        try (Store store = RocksStore.open(data.resolve("store"), e -> {})) {
            StoredLedger ledger = StoredLedger.open(store);
            assertThat(ledger.info().ledger()).isEqualTo(invite.ledger());
            assertThat(ledger.reader().member(new MemberId("bolt"))).isNotNull();
        }
    }

    @Test
    void keys_and_an_invite_are_enough() throws Exception {
        var prepared = prepare();
        assertThat(prepared.member().member().value()).isEqualTo("bolt");
        assertThat(prepared.votes()).isTrue();
        assertThat(prepared.isSpared()).isTrue();
        assertThat(prepared.outlook().answering()).as("nobody runs").isEmpty();
        assertPrepared();
        for (KeyRole role : List.of(KeyRole.IDENTITY, KeyRole.LOG, KeyRole.NODE, KeyRole.ENGINE, KeyRole.TLS)) {
            assertThat(key(role).key())
                    .isEqualTo(
                            SigningKey.load(keys.resolve(role.label() + ".pem")).key());
        }
        assertThat(key(KeyRole.ATTEST).key())
                .as("its numbers are not known any more")
                .isNotEqualTo(SigningKey.load(keys.resolve("attest.pem")).key());
    }

    @Test
    void keys_that_are_in_the_data_folder_stay_where_they_are() throws Exception {
        copyKeys(data.resolve("keys"));
        Files.delete(data.resolve("keys").resolve("attest.pem"));
        Files.delete(data.resolve("keys").resolve("votes-in"));
        assertThat(Rejoin.prepare(data, null, invite, null).member().member().value())
                .isEqualTo("bolt");
        assertPrepared();
    }

    /// Left behind by a command or a node that was killed: whatever of it is there, the same command prepares it anew.
    @Test
    void what_was_prepared_before_is_prepared_again() throws Exception {
        prepare();
        Path record = Files.writeString(data.resolve("engine").resolve("signer.state"), "made by a node since");
        Files.delete(data.resolve("store").resolve("CURRENT"));
        Files.writeString(data.resolve("keys").resolve("attest.pem.new"), "half a key");
        prepare();
        assertPrepared();
        assertThat(record).doesNotExist();
        for (String part : List.of("store", "engine")) {
            Arrival.delete(data.resolve(part));
            prepare();
            assertPrepared();
        }
    }

    @Test
    void a_node_that_has_a_snapshot_alone_begins_at_the_invite_again() throws Exception {
        prepare();
        Path engine = data.resolve("engine");
        Arrival.again(data);
        assertPrepared();
        // Where the store was on its way out, or what was known is gone.
        Files.move(data.resolve("store"), data.resolve("store.former"));
        Arrival.again(data);
        assertPrepared();
        assertThat(data.resolve("store.former")).doesNotExist();
        put(Column.CHECKPOINT);
        byte[] before = tip();
        Arrival.again(data);
        assertThat(tip()).as("a log was opened here: nothing is taken away").isEqualTo(before);
        assertThat(isEmpty(Column.CHECKPOINT)).isFalse();
        Files.delete(engine.resolve("resync"));
        Arrival.again(data);
        assertThat(isEmpty(Column.CHECKPOINT)).isFalse();
    }

    private void put(Column column) {
        try (Store store = RocksStore.open(data.resolve("store"), e -> {})) {
            store.write(store.newBatch().put(column, new byte[] {1}, new byte[] {1}));
        }
    }

    private boolean isEmpty(Column column) {
        try (Store store = RocksStore.open(data.resolve("store"), e -> {});
                var scan = store.scan(column, new byte[0], null)) {
            return !scan.next();
        }
    }

    private byte[] tip() {
        try (Store store = RocksStore.open(data.resolve("store"), e -> {})) {
            return StoredLedger.open(store).info().appHash();
        }
    }

    @Test
    void another_folder_than_one_with_keys_alone_is_refused() throws Exception {
        copyKeys(data.resolve("keys"));
        Files.createDirectory(data.resolve("store"));
        refused("folder.not-empty: ", "store");
        Files.delete(data.resolve("store"));
        Files.delete(data.resolve("keys").resolve("log.pem"));
        SigningKey.generate(Algorithm.ED25519).save(data.resolve("keys").resolve("log.pem"));
        refused("folder.not-empty: ", "log.pem is there already and another key");
    }

    @Test
    void keys_that_are_not_the_members_are_refused_before_anything_is_written() throws Exception {
        Path own = keys;
        keys = folder.resolve("copied");
        Files.createDirectory(keys);
        refused("keys.missing: ", "identity.pem");
        copy(own, keys);
        Files.delete(keys.resolve("tls.pem"));
        refused("keys.missing: ", "tls.pem");
        SigningKey.generate(Algorithm.ED25519).save(keys.resolve("tls.pem"));
        refused("keys.old: ", "tls key of bolt");
        Files.delete(keys.resolve("identity.pem"));
        SigningKey.generate(Algorithm.ED25519).save(keys.resolve("identity.pem"));
        refused("member.unknown: ", "of no member");
        assertThat(data).doesNotExist();
    }

    @Test
    void a_member_that_was_removed_does_not_come_back() {
        List<RunningInvite.Entry> known = new ArrayList<>(invite.known());
        known.add(new RunningInvite.Entry(
                "removed/bolt", new CborWriter().array(1).integer(7).toBytes()));
        invite = with(invite.ledgerId(), invite.trust(), known);
        refused("member.removed: ", "the members removed bolt");
        assertThat(data).doesNotExist();
    }

    private RunningInvite with(byte[] ledger, byte[] trust, List<RunningInvite.Entry> known) {
        return new RunningInvite(
                invite.format(),
                invite.inviter(),
                ledger,
                invite.era(),
                invite.eraStartMs(),
                invite.eraStartAppHash(),
                invite.height(),
                invite.headerHash(),
                known,
                trust);
    }

    @Test
    void an_invite_is_held_against_a_trust_file() {
        TrustFile trust = TrustFile.read(invite.trust()).orThrow();
        Rejoin.prepare(data, keys, invite, trust);
        assertPrepared();
        assertThat(data.resolve("engine").resolve("trusted-head"))
                .as("the members of the trust file are believed, not who invited")
                .doesNotExist();

        var other = new TrustFile(
                new LedgerId(new byte[32]), trust.asOf(), trust.height(), trust.headerHash(), trust.eras());
        assertThatThrownBy(() -> Rejoin.prepare(data, keys, invite, other))
                .isInstanceOf(ConsortiumException.class)
                .hasMessageStartingWith("invite.ledger: ");
        var era = trust.eras().getLast();
        var fewer = TrustFile.Era.of(
                era.number(),
                era.engine(),
                era.chainId(),
                era.initialHeight(),
                era.firstEvent(),
                era.previousAppHash(),
                era.members().subList(0, 3));
        var smaller = new TrustFile(
                trust.ledger(),
                trust.asOf(),
                trust.height(),
                trust.headerHash(),
                List.of(trust.eras().getFirst(), fewer));
        assertThatThrownBy(() -> Rejoin.prepare(data, keys, invite, smaller))
                .hasMessageStartingWith("invite.trust: ")
                .hasMessageContaining("trust update");
        var before = new TrustFile(
                trust.ledger(),
                trust.asOf(),
                1,
                trust.headerHash(),
                List.of(trust.eras().getFirst()));
        assertThatThrownBy(() -> Rejoin.prepare(data, keys, invite, before)).hasMessageStartingWith("invite.trust: ");
    }

    /// Whoever makes an invite could collect votes of the real key.
    @Test
    void an_invite_is_believed_only_when_people_say_so() throws Exception {
        Path file = folder.resolve("acme.invite.json");
        invite.write(file);
        Path trust = Files.write(folder.resolve("known.trust.json"), invite.trust());
        assertThat(command(2, file)).contains("--trust", "--believe-invite", "evidence against it");
        assertThat(command(2, file, "--believe-invite", "--trust", trust)).contains("--believe-invite instead");
        assertThat(data).doesNotExist();
        assertThat(command(0, file, "--trust", trust))
                .startsWith("These are the keys of bolt")
                .doesNotContain("forged");
        assertThat(data.resolve("engine").resolve("trusted-head")).doesNotExist();
        assertThat(command(0, file, "--believe-invite"))
                .contains("ATTENTION: nothing was checked", invite.ledger().toString());
        assertThat(data.resolve("engine").resolve("trusted-head")).exists();
    }

    private String command(int code, Path file, Object... more) {
        var out = new StringWriter();
        var line = Thingstead.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        List<String> arguments = new ArrayList<>(
                List.of("consortium", "rejoin", file.toString(), "--keys", keys.toString(), "--data", data.toString()));
        for (Object one : more) {
            arguments.add(one.toString());
        }
        assertThat(line.execute(arguments.toArray(String[]::new))).as("%s", out).isEqualTo(code);
        return out.toString();
    }

    @Test
    void with_the_keys_of_a_member_nobody_joins_as_a_newcomer() throws Exception {
        copyKeys(data.resolve("keys"));
        try (MemberFolder joining = MemberFolder.open(data, System::currentTimeMillis)) {
            assertThatThrownBy(() ->
                            joining.request(invite, new MemberId("bolt"), "bolt.example", "127.0.0.1:1", "127.0.0.1:2"))
                    .isInstanceOf(ConsortiumException.class)
                    .hasMessageStartingWith("member.exists: ")
                    .hasMessageContaining("consortium rejoin");
        }
        assertThat(data.resolve("engine").resolve("signer.state")).doesNotExist();
    }

    private void refused(String code, String text) {
        assertThatThrownBy(this::prepare)
                .isInstanceOf(ConsortiumException.class)
                .hasMessageStartingWith(code)
                .hasMessageContaining(text);
    }

    private void copyKeys(Path to) throws IOException {
        Files.createDirectories(to);
        copy(keys, to);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
