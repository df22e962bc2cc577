package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.api.Notice;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.action.AddMember;
import io.thingstead.node.ledger.action.Proposal;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.ledger.action.RemoveMember;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.Submission;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a member stands with the others: a removed one takes nothing any more, and everybody can ask.
class OwnStandingTest {
    private static final MemberId BOLT = new MemberId("bolt");

    @TempDir
    Path folder;

    private Node node;

    @BeforeEach
    void start() {
        node = Node.start(folder, NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0));
        var registration = new RegisterMember(
                BOLT,
                "bolt.example",
                Founding.possessed(node.core().registrar().ledger(), BOLT, MemberKeys.generate()));
        decide(new AddMember(registration, new Endpoint("127.0.0.1:1", "127.0.0.1:1")));
    }

    @AfterEach
    void close() {
        node.close();
    }

    private void decide(Proposal what) {
        var core = node.core();
        assertThat(core.registrar()
                        .ask(
                                List.of(new Propose(core.member(), what)),
                                core.keys().of(KeyRole.IDENTITY)))
                .isEmpty();
    }

    private static Submission submission(List<Answer> answers) {
        return new Submission(
                new Thumbprint(new byte[32]),
                DeviceId.of("bolt:box"),
                false,
                1,
                -1,
                new byte[32],
                new byte[1],
                0,
                TrustLevel.DEVICE_SIGNED,
                List.of(),
                answers::add);
    }

    @Test
    void a_removed_member_takes_no_readings_and_says_so_once() throws Exception {
        AtomicInteger removed = new AtomicInteger();
        List<Submission> taken = new ArrayList<>();
        List<Answer> answers = new ArrayList<>();
        try (var standing =
                new OwnStanding(BOLT, node.core().ledger(), node.core().engine())) {
            standing.start(removed::incrementAndGet);
            var log = standing.guarding(taken::add);
            log.accept(submission(answers));
            assertThat(taken).hasSize(1);
            assertThat(standing.notices()).isEmpty();

            decide(new RemoveMember(BOLT));
            assertThat(standing.isRemoved()).isTrue();
            assertThat(standing.notices()).extracting(Notice::code).containsExactly("member.removed");
            log.accept(submission(answers));
            assertThat(taken).hasSize(1);
            assertThat(answers)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Answer.Declined.class,
                            declined -> assertThat(declined.refused().code()).isEqualTo(Refusal.MEMBER_REMOVED));
            assertThat(removed).hasValue(1);
        }
        try (var after = new OwnStanding(BOLT, node.core().ledger(), node.core().engine())) {
            after.start(removed::incrementAndGet);
            assertThat(after.isRemoved()).as("after a restart").isTrue();
        }
    }

    private String run(String... arguments) {
        var out = new StringWriter();
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = folder.toString();
        int code = Thingstead.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(all);
        assertThat(code).as(out.toString()).isZero();
        return out.toString();
    }

    @Test
    void the_status_is_told_of_a_running_node_and_of_a_folder() throws Exception {
        decide(new RemoveMember(BOLT));
        assertThat(run("consortium", "status"))
                .contains(
                        "One member alone: the ledger is its word.",
                        "acme (this one), votes",
                        "bolt, was removed",
                        "No decision is open.",
                        "s ago.");
        JsonNode json = new ObjectMapper().readTree(run("consortium", "status", "--json"));
        assertThat(json.path("running").asBoolean()).isTrue();
        assertThat(json.at("/consortium/members/1/name").asText()).isEqualTo("bolt");
        long height = json.at("/consortium/height").asLong();
        node.close();
        assertThat(run("consortium", "status"))
                .contains(
                        "No node runs here",
                        "acme (this one), votes",
                        "bolt, was removed",
                        "1 member: none may fail or lie.");
        JsonNode still = new ObjectMapper().readTree(run("consortium", "status", "--json"));
        assertThat(still.path("running").asBoolean()).isFalse();
        assertThat(still.at("/consortium/height").asLong()).isGreaterThanOrEqualTo(height);
    }
}
