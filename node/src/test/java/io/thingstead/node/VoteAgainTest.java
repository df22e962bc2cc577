package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.TestChain;
import io.thingstead.node.consensus.comet.TestCommits;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.storage.MemoryStore;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When people may end the wait of a member that lost its record of votes, and what they are told.
class VoteAgainTest {
    private final TestChain chain = TestChain.foundedForRandomBlocks(new MemoryStore());
    private final Map<MemberId, String> said = new HashMap<>();
    private final Map<MemberId, byte[]> shown = new HashMap<>();
    private final Holding engine = new Holding();
    private boolean onItsWay;
    private final long height;

    /// An engine that holds its votes back, until it is told not to.
    private static final class Holding implements ConsensusEngine {
        private boolean holds = true;

        @Override
        public String name() {
            return EraRecord.COMET;
        }

        @Override
        public void start() {}

        @Override
        public Optional<String> holdsBack() {
            return holds ? Optional.of("its record of votes was lost") : Optional.empty();
        }

        @Override
        public boolean voteAgain() {
            boolean held = holds;
            holds = false;
            return held;
        }

        @Override
        public CompletableFuture<TransactionResult> submit(byte[] transaction) {
            throw new UnsupportedOperationException("it stands still");
        }

        @Override
        public void close() {}
    }

    VoteAgainTest() {
        for (int i = 2; i <= 4; i++) {
            chain.refusal(TestLedger.key(KeyRole.IDENTITY), TestLedger.fullRegistration(TestLedger.member(i)));
        }
        var info = chain.ledger().info();
        chain.ledger()
                .startEra(new EraRecord(
                        2,
                        EraRecord.COMET,
                        EraRecord.chainId(info.ledger(), 2),
                        info.height() + 1,
                        chain.reader().head().eventsSize(),
                        info.appHash(),
                        IntStream.rangeClosed(1, 4)
                                .mapToObj(i -> new EraMember(
                                        TestLedger.member(i),
                                        TestLedger.key(i, KeyRole.ENGINE).key(),
                                        1))
                                .toList()));
        height = chain.reader().head().height();
    }

    private void says(int member, boolean holds, long at) {
        said.put(TestLedger.member(member), "{\"height\":" + at + ",\"holds\":" + holds + "}");
    }

    /// The member shows a block after the newest one that is here, signed by so many of the four.
    private void shows(int member, long at, int signing) {
        EraRecord era = chain.reader().era(2);
        var set = new MemberSet(era.members().stream().map(EraMember::forTrust).toList());
        shown.put(
                TestLedger.member(member),
                TestCommits.json(TestCommits.signed(era.chainId(), set, at, new byte[32], new byte[32], signing)));
    }

    private Result<List<String>> end() {
        return voteAgain().end();
    }

    private VoteAgain voteAgain() {
        OtherMembers others = (member, path, _) -> {
            if (path.equals("/engine/commit?height=" + (height + 1)) && shown.containsKey(member)) {
                return MemberAnswer.ok(MemberAnswer.JSON, shown.get(member));
            }
            if (path.startsWith("/engine/")) {
                return MemberAnswer.no(503, "the engine does not answer now");
            }
            assertThat(path).isEqualTo("/status/");
            String text = said.get(member);
            if (text == null) {
                throw new MemberUnreachable(member, "it is away");
            }
            return MemberAnswer.ok(MemberAnswer.JSON, text.getBytes(StandardCharsets.UTF_8));
        };
        return new VoteAgain(TestLedger.member(1), chain.reader(), others, engine, () -> onItsWay);
    }

    private void assertRefused(Refusal why) {
        assertThat(end() instanceof Result.No<List<String>>(var refused) ? refused.code() : null)
                .isEqualTo(why);
        assertThat(engine.holds).isTrue();
    }

    @Test
    void while_enough_others_vote_the_wait_ends_by_itself() {
        says(2, false, height);
        says(3, false, height);
        says(4, false, height);
        assertRefused(Refusal.VOTES_NOT_NEEDED);
    }

    @Test
    void a_member_that_lacks_blocks_takes_them_first() {
        says(2, true, height);
        says(3, true, height);
        shows(4, height + 1, 3);
        says(4, false, height + 1);
        assertRefused(Refusal.VOTES_BEHIND);
        says(4, true, height + 9);
        assertRefused(Refusal.VOTES_BEHIND);
    }

    @Test
    void a_member_that_is_on_its_way_from_a_snapshot_goes_there_first() {
        onItsWay = true;
        assertRefused(Refusal.VOTES_BEHIND);
        onItsWay = false;
        end().orThrow();
    }

    @Test
    void who_says_that_it_has_more_blocks_and_shows_none_keeps_nobody_waiting_and_is_named() {
        says(2, true, height);
        says(3, true, height);
        says(4, false, 1_000_000_000_000_000L);
        String named = "Say that they have blocks after block " + height
                + ", and show none that the members signed: m4. Ask their people first.";
        assertThat(end().orThrow()).contains(named);
        engine.holds = true;
        shows(4, height + 1, 2);
        assertThat(end().orThrow()).as("signed by two of four").contains(named);
        engine.holds = true;
        shows(4, height, 3);
        assertThat(end().orThrow()).as("an older block").contains(named);
        engine.holds = true;
        shown.put(TestLedger.member(4), new byte[] {'{', '}'});
        assertThat(end().orThrow()).contains(named);
    }

    @Test
    void where_too_few_are_left_it_votes_again_and_who_does_not_answer_is_named() {
        says(2, true, height);
        says(3, false, height);
        List<String> words = end().orThrow();
        assertThat(words)
                .contains(
                        "Lost their record of votes and hold their votes back: acme (this one), m2.",
                        "Vote: m3. 3 of 4 are needed: the ledger stands still at block " + height + ".")
                .anyMatch(line -> line.startsWith("Do not answer: m4."));
        assertThat(engine.holds).isFalse();
        assertThat(end() instanceof Result.No<List<String>>(var refused) ? refused.code() : null)
                .isEqualTo(Refusal.VOTES_NOT_HELD);
    }

    @Test
    void whatever_others_answer_counts_as_silence() {
        for (String odd : List.of("", "null", "[]", "{}", "{\"holds\":1}", "x", "[".repeat(3_000))) {
            for (int i = 2; i <= 4; i++) {
                said.put(TestLedger.member(i), odd);
            }
            assertThat(end().orThrow()).as(odd).anyMatch(line -> line.startsWith("Do not answer: m2, m3, m4."));
            engine.holds = true;
        }
    }

    @Test
    void the_command_changes_nothing_where_there_is_nothing_to_end(@TempDir Path folder) {
        try (Node node =
                Node.start(folder, NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0))) {
            assertThat(node.core().engine().voteAgain()).isFalse();
            Said said = command(folder, "vote-again", "--yes-i-know");
            assertThat(said.code).as(said.text).isEqualTo(1);
            assertThat(said.text).contains("votes.not-held: this member holds no votes back");
        }
    }

    private record Said(int code, String text) {}

    private static Said command(Path folder, String... words) {
        StringWriter out = new StringWriter();
        PrintWriter to = new PrintWriter(out);
        var arguments = new ArrayList<>(List.of("consortium"));
        arguments.addAll(List.of(words));
        arguments.addAll(List.of("--data", folder.toString()));
        int code = Thingstead.commandLine().setOut(to).setErr(to).execute(arguments.toArray(String[]::new));
        return new Said(code, out.toString());
    }

    /// A member that was restored has no log before the ledger decides, which needs its vote.
    @Test
    void the_command_reaches_a_node_that_waits_for_its_log(@TempDir Path folder) throws Exception {
        says(2, true, height);
        says(3, false, height);
        NodeConfig config = NodeConfig.DEFAULT.withPorts(0, 0);
        try (var _ = WaitingNode.open(folder, config, chain.reader(), engine, voteAgain());
                HttpClient client = HttpClient.newHttpClient()) {
            URI page = URI.create(new ObjectMapper()
                    .readTree(folder.resolve("node.json").toFile())
                    .path("http")
                    .asText());
            assertThat(get(client, page.resolve("/health/live")).statusCode()).isEqualTo(200);
            String why = "this member's next log is not open yet: it waits for the ledger, which is at block " + height
                    + "; its record of votes was lost";
            for (String path : List.of("/health/ready", "/", "/api/status", "/v1/frames", "/nothing")) {
                HttpResponse<String> answer = get(client, page.resolve(path));
                assertThat(answer.statusCode()).as(path).isEqualTo(503);
                assertThat(answer.body()).as(path).contains("\"busy\"").contains(why);
            }
            var foreign = HttpRequest.newBuilder(page.resolve("/api/consortium/vote-again"))
                    .header("Sec-Fetch-Site", "cross-site")
                    .POST(HttpRequest.BodyPublishers.noBody());
            assertThat(client.send(foreign.build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .as("a page of somebody else")
                    .isEqualTo(403);
            assertThat(command(folder, "status").text).contains("busy: " + why);

            Said asked = command(folder, "vote-again");
            assertThat(asked.text)
                    .contains("hold their votes back: acme (this one), m2.")
                    .contains("Nothing was done.");
            assertThat(asked.code).isEqualTo(1);
            assertThat(engine.holds).isTrue();
            Said done = command(folder, "vote-again", "--yes-i-know");
            assertThat(done.code).as(done.text).isZero();
            assertThat(engine.holds).isFalse();
            assertThat(get(client, page.resolve("/api/status")).body()).contains("which is at block " + height + "\"");
        }
        assertThat(folder.resolve("node.json")).doesNotExist();
    }

    private static HttpResponse<String> get(HttpClient client, URI at) throws Exception {
        return client.send(HttpRequest.newBuilder(at).build(), HttpResponse.BodyHandlers.ofString());
    }
}
