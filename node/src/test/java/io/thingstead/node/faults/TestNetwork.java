package io.thingstead.node.faults;

import static io.thingstead.node.faults.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.ProofVerifier;
import io.thingstead.kit.proof.Report;
import io.thingstead.kit.proof.Verdict;
import io.thingstead.node.Ports;
import io.thingstead.node.consortium.FoundingPlan;
import io.thingstead.node.consortium.Invite;
import io.thingstead.node.consortium.JoinRequest;
import io.thingstead.node.consortium.MemberFolder;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Four members that share a ledger, each with a device that keeps sending; what was acknowledged is counted.
final class TestNetwork implements AutoCloseable {
    static final List<String> NAMES = List.of("maker", "carrier", "pharmacy", "insurer");
    private static final int BEHIND = 5;
    /// Frames of a device that are proven after each trouble; `-Dfaults.proven=100000` for all. At the end all are
    /// looked for in the logs.
    private static final int PROVEN = Integer.getInteger("faults.proven", 20);

    final List<TestMember> members = new ArrayList<>();
    final List<TestDevice> devices = new ArrayList<>();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<DeviceId, Long> proven = new HashMap<>();
    private final Path folder;

    TestNetwork(Path folder, List<Place> places) throws IOException {
        this.folder = folder;
        for (int i = 0; i < places.size(); i++) {
            String name = NAMES.get(i);
            members.add(new TestMember(name, folder.resolve(name), places.get(i), Ports.free(4), client));
        }
    }

    /// All on this machine, where they share its address.
    static TestNetwork here(Path folder) throws IOException {
        return new TestNetwork(
                folder, Stream.generate(Place::here).limit(NAMES.size()).toList());
    }

    TestMember member(int number) {
        return members.get(number);
    }

    /// The steps that members on machines of their own would take, with the documents that they hand each other.
    void found() {
        Invite invite;
        try (MemberFolder founder = open(0)) {
            String name = NAMES.getFirst();
            invite = founder.invite(new MemberId(name), name + ".example");
        }
        List<JoinRequest> requests = new ArrayList<>();
        for (int i = 1; i < members.size(); i++) {
            String name = NAMES.get(i);
            try (MemberFolder joining = open(i)) {
                requests.add(joining.request(
                        invite, new MemberId(name), name + ".example", member(i).engineAddress()));
            }
        }
        FoundingPlan plan;
        try (MemberFolder founder = open(0)) {
            plan = founder.plan(requests, member(0).engineAddress());
        }
        List<FoundingPlan.Approval> approvals = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            try (MemberFolder member = open(i)) {
                approvals.add(member.approve(plan, invite));
            }
        }
        for (int i = 0; i < members.size(); i++) {
            try (MemberFolder member = open(i)) {
                member.begin(plan.with(approvals), invite);
            }
        }
    }

    private MemberFolder open(int number) {
        return MemberFolder.open(member(number).data, System::currentTimeMillis);
    }

    /// Starts all, and waits until they agree.
    void start() throws Exception {
        for (TestMember member : members) {
            member.start();
        }
        for (TestMember member : members) {
            await(
                    member.name + " has blocks of all members",
                    () -> member.requireAlive().height() > 0
                            && member.status().path("ledger").path("era").asLong() > 1);
        }
    }

    LedgerId ledger() throws IOException {
        return LedgerId.ofHex(member(0).status().path("ledger").path("id").asText());
    }

    /// A device for each member, which sends from now on.
    void startDevices() throws Exception {
        LedgerId ledger = ledger();
        for (TestMember member : members) {
            devices.add(new TestDevice(member, "box-1", ledger, folder.resolve("devices"), client));
        }
        devices.forEach(TestDevice::start);
        for (TestMember member : members) {
            awaitFinal(member);
        }
    }

    /// One that is to join later, with its own data folder; the caller starts it.
    TestMember newcomer(String name) throws IOException {
        TestMember member = new TestMember(name, folder.resolve(name), Place.here(), Ports.free(4), client);
        members.add(member);
        return member;
    }

    /// A device of one that has joined, which sends from now on.
    TestDevice startDevice(TestMember member) throws IOException {
        var device = new TestDevice(member, "box-1", ledger(), folder.resolve("devices"), client);
        devices.add(device);
        device.start();
        return device;
    }

    /// One that was removed is none of them any more; the caller closes it.
    void leave(TestMember member) {
        devices.remove(deviceOf(member));
        members.remove(member);
    }

    TestDevice deviceOf(TestMember member) {
        return devices.stream()
                .filter(device -> device.member.equals(member))
                .findFirst()
                .orElseThrow();
    }

    List<TestMember> without(TestMember... away) {
        return members.stream()
                .filter(member -> !List.of(away).contains(member))
                .toList();
    }

    /// What the member has in its log now, and something newer, becomes final.
    void awaitFinal(TestMember member) throws Exception {
        long[] size = {-1};
        await(member.name + " answers", () -> {
            size[0] = member.logSize();
            return true;
        });
        await("what " + member.name + " accepts becomes final", () -> member.anchored() > size[0]);
    }

    /// So many leaves of the member's log are final.
    void awaitFinalOf(TestMember member, long size) throws Exception {
        await(size + " leaves of " + member.name + " are final", () -> member.anchored() >= size);
    }

    void awaitOthersGoOn(TestMember... away) throws Exception {
        for (TestMember member : without(away)) {
            awaitFinal(member);
        }
    }

    /// Everyone is at the same place of the ledger again.
    void awaitWhole() throws Exception {
        for (TestMember member : members) {
            long height = height();
            await(member.name + " is where the others are", () -> member.height() >= height - BEHIND);
        }
    }

    /// The highest block that any of them tells of.
    long height() {
        long highest = -1;
        for (TestMember member : members) {
            try {
                highest = Math.max(highest, member.height());
            } catch (IOException e) {
                // It is away.
                continue;
            }
        }
        return highest;
    }

    /// What each accepts becomes final. Frames that were acknowledged since the last check are proven with the
    /// word of the members, the first, the newest and some between: the proof comes from their own member, what it
    /// is checked against from another.
    void assertNothingLost() throws Exception {
        int checked = 0;
        for (TestDevice device : devices) {
            assertThat(device.refused()).as("refused by " + device.member.name).isNull();
            List<Long> numbers = List.copyOf(device.acknowledged.tailSet(proven.getOrDefault(device.id, 0L), false));
            assertThat(numbers).as("acknowledged by " + device.member.name).isNotEmpty();
            awaitFinal(device.member);
            TestMember other = members.get((members.indexOf(device.member) + 1) % members.size());
            byte[] trust = other.get("/api/trust");
            int step = numbers.size() / PROVEN + 1;
            for (int i = numbers.size() - 1; i >= 0; i = i > 0 && i < step ? 0 : i - step) {
                assertProven(device, numbers.get(i), trust);
                checked++;
            }
            proven.put(device.id, numbers.getLast());
        }
        System.out.println(checked + " acknowledged readings proven");
    }

    private static void assertProven(TestDevice device, long n, byte[] trust) throws Exception {
        Report report = ProofVerifier.verify(device.member.proof(String.valueOf(device.id), n), trust);
        assertThat(report.verdict())
                .as("frame %d of %s: %s", n, device.id, report)
                .isEqualTo(Verdict.PROVEN);
    }

    /// Ends all as an operator would when all they have is final; their data folders may be read then.
    void stop() throws Exception {
        devices.forEach(TestDevice::close);
        for (TestMember member : members) {
            assertThat(member.isAlive()).as(member.name + " runs").isTrue();
            await("all that " + member.name + " has is final", member::isAllFinal);
        }
        for (TestMember member : members) {
            member.process().destroy();
        }
        for (TestMember member : members) {
            member.stop();
        }
    }

    @Override
    public void close() {
        devices.forEach(TestDevice::close);
        members.forEach(TestMember::close);
        client.shutdownNow();
    }
}
