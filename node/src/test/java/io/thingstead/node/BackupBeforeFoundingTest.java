package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.backup.Restore;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.consortium.FoundingPlan;
import io.thingstead.node.consortium.Invite;
import io.thingstead.node.consortium.JoinRequest;
import io.thingstead.node.consortium.MemberFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A member alone makes a backup, then founds a shared ledger: the backup of the ledger that it had alone is no way
/// back.
class BackupBeforeFoundingTest {
    private static final NodeConfig CONFIG =
            NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0);

    @TempDir
    Path folder;

    private Path data() {
        return folder.resolve("data");
    }

    private Node started(Path at) {
        return Node.start(at, CONFIG);
    }

    private record Said(int code, String text) {}

    private static Said run(Object... arguments) {
        var out = new StringWriter();
        var line = Thingstead.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        int code = line.execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Said(code, out.toString());
    }

    private Path backup(String name, String... more) {
        Path to = folder.resolve(name);
        List<Object> arguments = new ArrayList<>(List.of("backup", "--data", data(), "-o", to));
        arguments.addAll(List.of(more));
        Said said = run(arguments.toArray());
        assertThat(said.code).as(said.text).isZero();
        return to;
    }

    /// Going on with it would sign a fork of the shared ledger.
    @Test
    void it_is_refused_to_the_keys_that_vote_on_the_shared_ledger() throws Exception {
        Node.start(data(), CONFIG).close();
        Path before = backup("before");
        Path oldKeys = Files.createDirectory(folder.resolve("old-keys"));
        copyFiles(data().resolve("keys"), oldKeys);
        Path withKeys = backup("with-keys", "--with-keys");
        foundShared();
        Path keys = data().resolve("keys");
        Path restored = folder.resolve("restored");
        Said said = run("restore", before, "--data", restored, "--keys", keys);
        assertThat(said.code).isNotZero();
        assertThat(said.text).startsWith("restore.shared: ").contains("consortium rejoin");
        copyFiles(keys, Files.createDirectories(restored.resolve("keys")));
        assertThatThrownBy(() -> Restore.into(before, restored, null, line -> {}))
                .hasMessageStartingWith("restore.shared: ");
        assertThatThrownBy(() -> Restore.into(before, restored, oldKeys, line -> {}))
                .hasMessageStartingWith("restore.shared: ");
        assertThat(restored.resolve("store")).doesNotExist();
        assertThatThrownBy(() -> started(restored))
                .as("no ledger is founded by keys that vote on a shared one")
                .hasMessageStartingWith("restore.shared: ");

        // Put beside it afterwards, they are refused by the node.
        Path later = folder.resolve("later");
        Restore.into(before, later, null, line -> {});
        copyFiles(keys, Files.createDirectories(later.resolve("keys")));
        assertThatThrownBy(() -> started(later)).hasMessageStartingWith("restore.shared: ");
        try (MemberFolder alone = MemberFolder.open(later, System::currentTimeMillis)) {
            assertThatThrownBy(() -> alone.invite(new MemberId("acme"), "acme.example"))
                    .hasMessageContaining("consortium rejoin");
        }

        // Keys from before the founding cannot tell: people are told.
        Said untold = run("restore", withKeys, "--data", folder.resolve("untold"));
        assertThat(untold.code).isZero();
        assertThat(untold.text).contains("FOUNDED OR JOINED A SHARED LEDGER", "consortium rejoin");

        // A backup from after it is the shared ledger's; with the engine key in it the command warns.
        Path after = backup("after");
        assertThat(run("backup", "--data", data(), "-o", folder.resolve("after-keys"), "--with-keys").text)
                .contains("The engine key is among them", "voting twice");
        assertThat(Restore.into(after, folder.resolve("after-restored"), keys, line -> {})
                        .hasKeys())
                .isTrue();
    }

    private static void copyFiles(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    /// The member that ran alone founds a ledger of four; no node runs.
    private void foundShared() {
        List<String> names = List.of("acme", "bolt", "cargo", "dock");
        Invite invite;
        try (MemberFolder founder = member("acme")) {
            invite = founder.invite(new MemberId("acme"), "acme.example");
        }
        List<JoinRequest> requests = new ArrayList<>();
        for (String name : names.subList(1, names.size())) {
            try (MemberFolder joining = member(name)) {
                requests.add(joining.request(invite, new MemberId(name), name + ".example", "127.0.0.1:1"));
            }
        }
        FoundingPlan plan;
        try (MemberFolder founder = member("acme")) {
            plan = founder.plan(requests, "127.0.0.1:1");
        }
        List<FoundingPlan.Approval> approvals = new ArrayList<>();
        for (String name : names) {
            try (MemberFolder one = member(name)) {
                approvals.add(one.approve(plan, invite));
            }
        }
        try (MemberFolder founder = member("acme")) {
            founder.begin(plan.with(approvals), invite);
        }
    }

    private MemberFolder member(String name) {
        return MemberFolder.open(name.equals("acme") ? data() : folder.resolve(name), System::currentTimeMillis);
    }
}
