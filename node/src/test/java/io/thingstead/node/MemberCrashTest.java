package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Result;
import io.thingstead.node.command.CommandRecord;
import io.thingstead.node.command.Commands;
import io.thingstead.node.consensus.EngineStopped;
import io.thingstead.node.fleet.Labels;
import io.thingstead.node.ingest.Attestation;
import io.thingstead.node.ingest.Checked;
import io.thingstead.node.ingest.IngestCounters;
import io.thingstead.node.ingest.Ingress;
import io.thingstead.node.ingest.Outcome;
import io.thingstead.node.ingest.Sender;
import io.thingstead.node.ingest.SigningDevice;
import io.thingstead.node.ingest.Tokens;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.log.AcknowledgedFrames;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.Submission;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.FaultyStore.Fault;
import io.thingstead.node.storage.Store;
import io.thingstead.node.storage.StoreException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole member on a real store, whose writes fail at each place in the program that writes, in both ways: not
/// persisted, and persisted but not acknowledged. The next process on the same folder has all that was acknowledged.
class MemberCrashTest {
    /// Every place that writes to the store, the crash points of ARCHITECTURE.md, and which of its writes fail; a new
    /// place has to be added to both.
    private static final Map<String, List<Integer>> CRASH_POINTS = Map.of(
            "StoredLedger.write", List.of(1, 2, 3, 6),
            "Appender.commit", List.of(1, 2, 5),
            "Checkpointer.sign", List.of(1, 2, 4),
            "Tokens.issue", List.of(1),
            "Tokens.revoke", List.of(1),
            "Labels.put", List.of(1),
            "Labels.remove", List.of(1));

    private static final Duration ANCHOR_INTERVAL = Duration.ofMillis(20);
    private static final int BURSTS = 6;
    private static final int BURST = 25;
    private static final long PATIENCE_S = 30;
    private static final NodeConfig CONFIG = NodeConfig.DEFAULT.withMember("acme");

    @TempDir
    Path folder;

    /// Where in the program this write comes from.
    private static String writer() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> frame.getClassName().startsWith("io.thingstead.node.")
                                && !frame.getClassName().contains(".storage.")
                                && !frame.getClassName().contains("Test"))
                        .findFirst()
                        .map(frame -> frame.getClassName().replaceFirst(".*[.]", "") + "."
                                + frame.getMethodName().replaceFirst("lambda.(\\w+).*", "$1"))
                        .orElseThrow());
    }

    /// A member's life until its store fails: what it was told is done.
    private static final class Life {
        final List<DeviceId> registered = new ArrayList<>();
        final List<String> tokens = new ArrayList<>();
        final List<String> revoked = new ArrayList<>();
        final List<Long> commanded = new ArrayList<>();
        /// What devices are called, an empty text for one whose label was taken away.
        final Map<DeviceId, String> labelled = new TreeMap<>();
        final Map<String, SigningDevice> devices = new TreeMap<>();

        @Nullable
        AcknowledgedFrames acknowledged;

        @Nullable
        LedgerId ledger;

        long n;

        /// Runs until all is done or the store has failed.
        void run(MemberCore core, BooleanSupplier hasFailed) throws Exception {
            ledger = core.registrar().ledger();
            if (acknowledged == null) acknowledged = new AcknowledgedFrames(ledger);
            core.start();
            Tokens tokensOfCore = Tokens.open(core.store());
            for (int burst = 0; burst < BURSTS && !hasFailed.getAsBoolean(); burst++) {
                if (burst % 4 == 0) register(core, "box-" + devices.size());
                if (burst == 1) tokens.add(tokensOfCore.issue(registered.getFirst(), System.currentTimeMillis()));
                if (burst == 2) issueAndRevoke(tokensOfCore);
                if (burst == 3) label(Labels.open(core.store()));
                command(core);
                send(core);
                if (burst % 3 == 2) awaitAnchor(core, hasFailed);
            }
        }

        /// A command, and what the member says became of it.
        private void command(MemberCore core) throws Exception {
            DeviceId device = registered.getFirst();
            Commands ofCore = commands(core);
            if (ofCore.issue(device, "lock", "true", 600_000).get(PATIENCE_S, TimeUnit.SECONDS)
                    instanceof Result.Ok<CommandRecord>(CommandRecord issued)) {
                commanded.add(issued.command().number());
                ofCore.delivered(device, issued.command().number());
            }
        }

        /// A command and its row are in the store together, and so are a receipt and its row.
        void checkCommands(MemberCore core, String crash) {
            if (registered.isEmpty()) return;
            Commands ofCore = commands(core);
            List<CommandRecord> found = ofCore.list(registered.getFirst(), Long.MAX_VALUE, 1_000);
            assertThat(found)
                    .as(crash)
                    .extracting(each -> each.command().number())
                    .containsAll(commanded);
            List<LeafRecord> leaves = core.log().reader().leaves(0, 100_000);
            assertThat(leaves.stream().filter(leaf -> leaf.kind() == 2).map(LeafRecord::index))
                    .as(crash)
                    .containsExactlyInAnyOrderElementsOf(
                            found.stream().map(each -> each.queued().index()).toList());
            assertThat(leaves.stream().filter(leaf -> leaf.kind() == 3).map(LeafRecord::index))
                    .as(crash)
                    .containsExactlyInAnyOrderElementsOf(found.stream()
                            .flatMap(each -> each.steps().stream())
                            .map(step -> step.place().index())
                            .toList());
            assertThat(ofCore.open(registered.getFirst())).as(crash).hasSameSizeAs(found);
        }

        private void label(Labels ofCore) {
            DeviceId device = registered.getFirst();
            ofCore.put(device, "Kitchen");
            labelled.put(device, "Kitchen");
            DeviceId other = DeviceId.of("acme:other");
            ofCore.put(other, "Cellar");
            ofCore.remove(other);
            labelled.put(other, "");
        }

        private void issueAndRevoke(Tokens ofCore) {
            Set<String> before = ofCore.list().stream().map(Tokens.Issued::id).collect(Collectors.toSet());
            String token = ofCore.issue(registered.getFirst(), System.currentTimeMillis());
            for (Tokens.Issued issued : ofCore.list()) {
                if (!before.contains(issued.id()))
                    assertThat(ofCore.revoke(issued.id())).isTrue();
            }
            revoked.add(token);
        }

        private void register(MemberCore core, String name) {
            SigningDevice device = devices.computeIfAbsent(
                    "acme:" + name, _ -> SigningDevice.of(name, core.registrar().ledger(), Algorithm.ED25519));
            byte[] possession = Possession.sign(device.id().value(), device.ledger(), device.key());
            var refused = core.registrar()
                    .ask(List.of(new RegisterDevice(
                            device.id(), KeyRole.DEVICE, device.key().key(), possession)));
            assertThat(refused).isEmpty();
            registered.add(device.id());
        }

        private void send(MemberCore core) throws Exception {
            Ingress ingress = new Ingress(
                    core.registrar().ledger(),
                    core.member(),
                    core.ledger(),
                    core.log().sequencer()::submit,
                    System::currentTimeMillis,
                    new IngestCounters(new SimpleMeterRegistry()),
                    commands(core));
            SigningDevice device = devices.get(registered.getFirst().value());
            Map<byte[], CompletableFuture<Outcome>> sent = new ConcurrentHashMap<>();
            for (int i = 0; i < BURST; i++) {
                byte[] frame = device.frame(++n);
                CompletableFuture<Outcome> outcome = new CompletableFuture<>();
                switch (ingress.check(frame, Sender.ANYONE)) {
                    case Checked.Ready ready -> ready.submit(outcome::complete);
                    case Checked.Noted() -> throw new AssertionError("a frame is for the log");
                    case Checked.Turned(var turned) -> throw new AssertionError(turned.refused());
                }
                sent.put(frame, outcome);
            }
            for (var frame : sent.entrySet()) {
                if (frame.getValue().get(PATIENCE_S, TimeUnit.SECONDS) instanceof Outcome.Logged logged) {
                    byte[] identity = Frame.decode(frame.getKey())
                            .orThrow()
                            .identity(device.ledger(), device.key().key().thumbprint());
                    acknowledged.acknowledged(logged.receipt().index(), identity);
                }
            }
        }

        private static Commands commands(MemberCore core) {
            LedgerId ledger = core.registrar().ledger();
            Consumer<Submission> submit = core.log().sequencer()::submit;
            var attestation = new Attestation(
                    ledger,
                    core.keys().of(KeyRole.ATTEST),
                    core.log().reader()::highest,
                    submit,
                    System::currentTimeMillis,
                    new IngestCounters(new SimpleMeterRegistry()));
            return new Commands(
                    ledger,
                    core.ledger(),
                    core.keys().of(KeyRole.NODE),
                    core.store(),
                    List.of(core.log().reader()),
                    submit,
                    attestation,
                    System::currentTimeMillis);
        }

        private static void awaitAnchor(MemberCore core, BooleanSupplier hasFailed) throws InterruptedException {
            long size = core.log().reader().size();
            while (core.anchorer().anchoredSize() < size && !hasFailed.getAsBoolean()) Thread.sleep(1);
        }
    }

    private MemberCore open(Path at, UnaryOperator<Store> around) {
        return MemberCore.open(at, CONFIG, System::currentTimeMillis, _ -> {}, around, ANCHOR_INTERVAL);
    }

    @Test
    void the_crash_points_are_known() throws Exception {
        Map<String, Integer> writes = new ConcurrentHashMap<>();
        BooleanSupplier counts = () -> {
            writes.merge(writer(), 1, Integer::sum);
            return false;
        };
        Life life = new Life();
        try (MemberCore core =
                open(folder.resolve("member"), store -> new FaultyStore(store, Fault.BEFORE_IT_IS_PERSISTED, counts))) {
            life.run(core, () -> false);
        }
        System.out.println("MemberCrashTest: writes " + new TreeMap<>(writes));
        assertThat(writes.keySet()).isEqualTo(CRASH_POINTS.keySet());
    }

    @Test
    void nothing_acknowledged_is_lost_whichever_write_fails() throws Exception {
        int crashes = 0;
        for (var point : CRASH_POINTS.entrySet()) {
            for (int nth : point.getValue()) {
                for (Fault fault : Fault.values()) {
                    crashAndGoOn(point.getKey(), nth, fault);
                    crashes++;
                }
            }
        }
        System.out.println("MemberCrashTest: " + crashes + " crashes");
    }

    private void crashAndGoOn(String point, int nth, Fault fault) throws Exception {
        Path at = folder.resolve(point + nth + fault);
        Life life = new Life();
        FaultyStore[] faulty = new FaultyStore[1];
        int[] seen = new int[1];
        BooleanSupplier fails = () -> writer().equals(point) && ++seen[0] == nth;
        try (MemberCore core = open(at, store -> faulty[0] = new FaultyStore(store, fault, fails))) {
            life.run(core, faulty[0]::hasFailed);
        } catch (StoreException | EngineStopped | IllegalStateException e) {
            assertThat(faulty[0].hasFailed()).as("%s", e).isTrue();
        }
        String crash = point + " " + nth + " " + fault;
        assertThat(faulty[0].hasFailed()).as(crash).isTrue();

        try (MemberCore core = open(at, store -> store)) {
            if (life.ledger != null)
                assertThat(core.registrar().ledger()).as(crash).isEqualTo(life.ledger);
            for (DeviceId device : life.registered) {
                assertThat(core.ledger().device(device)).as(crash).isNotNull();
            }
            Tokens tokens = Tokens.open(core.store());
            for (String token : life.tokens)
                assertThat(tokens.device(token)).as(crash).isPresent();
            for (String token : life.revoked)
                assertThat(tokens.device(token)).as(crash).isEmpty();
            Labels labels = Labels.open(core.store());
            life.labelled.forEach((device, label) ->
                    assertThat(labels.of(device).orElse("")).as(crash).isEqualTo(label));
            if (life.acknowledged != null) {
                assertThat(life.acknowledged.problems(core.log().reader()))
                        .as(crash)
                        .isEmpty();
            }
            life.checkCommands(core, crash);
            life.run(core, () -> false);
            assertThat(life.acknowledged.problems(core.log().reader()))
                    .as(crash)
                    .isEmpty();
        }
        List<String> findings = new ArrayList<>();
        assertThat(Rebuild.run(at, findings::add)).as("%s: %s", crash, findings).isTrue();
    }

    @Test
    void a_member_whose_key_is_gone_does_not_start_with_another_one() throws Exception {
        Path at = folder.resolve("member");
        open(at, store -> store).close();
        Path key = at.resolve("keys").resolve(KeyRole.LOG.label() + ".pem");
        byte[] kept = Files.readAllBytes(key);
        Files.delete(key);
        assertThatThrownBy(() -> open(at, store -> store))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("log.pem is missing: restore it from a copy");
        assertThat(key).doesNotExist();
        Files.write(key, kept);
        open(at, store -> store).close();
    }
}
