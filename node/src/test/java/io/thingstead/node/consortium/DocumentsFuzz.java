package io.thingstead.node.consortium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.JsonMutations;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consortium.FoundingPlan.Approval;
import io.thingstead.node.ledger.KnownMembers;
import io.thingstead.node.storage.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The documents that members hand each other, damaged or made up: each is read or refused in words, and what is read
/// tells engines nothing but addresses.
class DocumentsFuzz {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROUNDS = 2_000;

    @TempDir
    Path folder;

    private final Random random = Seeded.random(DocumentsFuzz.class);
    private Invite invite;
    private JoinRequest request;
    private FoundingPlan plan;
    private Approval approval;
    private RunningInvite running;

    /// Two members found a ledger; one of them invites a third.
    @BeforeEach
    void found() {
        try (MemberFolder acme = open("acme");
                MemberFolder bolt = open("bolt")) {
            invite = acme.invite(new MemberId("acme"), "acme.example");
            request = bolt.request(invite, new MemberId("bolt"), "bolt.example", "bolt.example:26656", "[::1]:7443");
            plan = acme.plan(List.of(request), "acme.example:26656");
            approval = acme.approve(plan, invite);
            plan = plan.with(List.of(approval, bolt.approve(plan, invite)));
            acme.begin(plan, invite);
            running = acme.runningInvite();
        }
    }

    private MemberFolder open(String name) {
        return MemberFolder.open(folder.resolve(name), System::currentTimeMillis);
    }

    @Test
    void damaged_invites_are_read_or_refused() {
        fuzz(Documents.bytes(invite), this::readInvite);
    }

    private void readInvite(byte[] json) {
        Invite.read(file(json)).trustFile();
    }

    @Test
    void damaged_requests_to_join_are_read_or_refused() {
        fuzz(Documents.bytes(request), json -> {
            JoinRequest read = JoinRequest.parse(json);
            assertAddress(read.address());
            read.memberId();
            tryIt(read::fingerprint);
            tryIt(read::peerId);
            tryIt(read::endpoint);
            tryIt(() -> read.registration(plan.ledger()));
        });
    }

    @Test
    void damaged_plans_and_approvals_are_read_or_refused() {
        fuzz(Documents.bytes(plan), json -> {
            FoundingPlan read = FoundingPlan.read(file(json));
            assertThat(read.inWords()).isNotEmpty();
            assertThat(read.missing()).doesNotContainNull();
            read.addresses().forEach(address -> {
                assertAddress(address.engine());
                assertThat(address.peerId()).matches("[0-9a-f]{40}");
            });
            assertThat(read.eraRecord().chainId()).matches("ts-[0-9a-f]{8}-[0-9]+");
        });
        fuzz(Documents.bytes(approval), json -> FoundingPlan.readApproval(file(json)));
    }

    @Test
    void damaged_plans_that_are_read_are_begun_or_refused() {
        byte[] good = Documents.bytes(plan);
        for (int i = 0; i < 60; i++) {
            byte[] bad = JsonMutations.of(good, random);
            Path at = folder.resolve("begun-" + i);
            try (MemberFolder bolt = MemberFolder.open(at, System::currentTimeMillis)) {
                Files.createDirectories(at.resolve("keys"));
                try (var keys = Files.list(folder.resolve("bolt").resolve("keys"))) {
                    for (Path key : keys.toList()) {
                        Files.copy(key, at.resolve("keys").resolve(key.getFileName()));
                    }
                }
                tryIt(() -> bolt.begin(FoundingPlan.read(file(bad)), invite));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void damaged_invites_to_a_ledger_that_runs_are_read_or_refused_and_what_is_read_can_be_begun_with() {
        fuzz(running.toBytes(), json -> {
            RunningInvite read = RunningInvite.parse(json);
            assertThat(read.eraRecord().chainId()).matches("ts-[0-9a-f]{8}-[0-9]+");
            var store = new MemoryStore();
            StoredLedger.foundToJoin(store, read.ledger(), read.eraRecord(), read.start(), read.state());
            var ledger = StoredLedger.open(store).reader();
            assertThat(ledger.validators().members()).isNotNull();
            ledger.members().forEach(member -> assertThat(member.domain()).isNotNull());
        });
    }

    @Test
    void damaged_entries_about_members_are_read_or_refused() {
        SortedMap<String, byte[]> good = running.state();
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            List<String> keys = new ArrayList<>(good.keySet());
            String key = keys.get(random.nextInt(keys.size()));
            SortedMap<String, byte[]> bad = new TreeMap<>(good);
            byte[] value = bad.remove(key);
            if (random.nextInt(3) == 0) {
                key = new String(Mutations.of(key.getBytes(StandardCharsets.UTF_8), random), StandardCharsets.UTF_8);
            } else {
                value = Mutations.of(value, random);
            }
            bad.put(key, value);
            try {
                assertThat(KnownMembers.read(bad)).hasSameSizeAs(bad);
                read++;
            } catch (CborMalformed e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        System.out.println(read + " of 20000 still readable");
        assertThat(read).isBetween(1, 15_000);
        SortedMap<String, byte[]> many = new TreeMap<>(good);
        for (int i = 0; i < 5_001; i++) {
            many.put("x" + i, new byte[0]);
        }
        assertThatThrownBy(() -> KnownMembers.read(many)).isInstanceOf(CborMalformed.class);
    }

    @Test
    void an_address_that_would_say_more_in_an_engines_configuration_is_refused() throws Exception {
        String more = "a.example:1\"\n[rpc]\nladdr = \"tcp://0.0.0.0:1";
        ObjectNode bad = (ObjectNode) JSON.readTree(Documents.bytes(plan));
        ((ObjectNode) bad.path("addresses").get(0)).put("engine", more);
        assertThatThrownBy(() -> FoundingPlan.read(file(JSON.writeValueAsBytes(bad))))
                .isInstanceOf(ConsortiumException.class);
        ((ObjectNode) bad.path("addresses").get(0)).put("engine", "a.example:1").put("peerId", "ab@x,cd");
        assertThatThrownBy(() -> FoundingPlan.read(file(JSON.writeValueAsBytes(bad))))
                .isInstanceOf(ConsortiumException.class);
        ObjectNode join = (ObjectNode) JSON.readTree(Documents.bytes(request));
        assertThatThrownBy(() -> JoinRequest.parse(JSON.writeValueAsBytes(join.put("address", more))))
                .isInstanceOf(ConsortiumException.class);
    }

    private static void assertAddress(String address) {
        assertThat(address).matches("[A-Za-z0-9.:\\[\\]-]+");
    }

    private Path file(byte[] json) {
        try {
            return Files.write(folder.resolve("a.json"), json);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void tryIt(Runnable reader) {
        try {
            reader.run();
        } catch (ConsortiumException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private void fuzz(byte[] good, Consumer<byte[]> reader) {
        reader.accept(good);
        int[] read = {0};
        for (String odd : List.of("", "null", "[]", "{}", "0", "\"x\"", "[".repeat(5_000))) {
            assertThatThrownBy(() -> reader.accept(odd.getBytes(StandardCharsets.UTF_8)))
                    .as(odd)
                    .isInstanceOf(ConsortiumException.class);
        }
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bad = JsonMutations.of(good, random);
            tryIt(() -> {
                reader.accept(bad);
                read[0]++;
            });
        }
        System.out.println(read[0] + " of " + ROUNDS + " still readable");
        assertThat(read[0]).isLessThan(ROUNDS);
    }
}
