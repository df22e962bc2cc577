package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.JsonMutations;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.TestChain;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.storage.MemoryStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Other members answer anything about where they are and what was decided: nothing is thrown, no header is trusted but
/// the one that the members signed, and one that lies moves nobody.
class CatchUpFuzz {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final int ROUNDS = 1_000;
    private static final long AHEAD = 5_000;
    private static final MemberId LIAR = TestLedger.member(4);

    private final Random random = Seeded.random(CatchUpFuzz.class);
    private final TestChain chain = TestChain.foundedForRandomBlocks(new MemoryStore());
    private final StoredLedger ledger = chain.ledger();
    private final MemberSet voters;
    private final long height;
    private final CometCertificate block;
    private final CometCertificate next;
    private final byte[] appHash = Sha256.of(new byte[] {7});

    CatchUpFuzz() {
        for (int i = 2; i <= 4; i++) {
            chain.refusal(TestLedger.key(KeyRole.IDENTITY), TestLedger.fullRegistration(TestLedger.member(i)));
        }
        var info = ledger.info();
        List<EraMember> members = IntStream.rangeClosed(1, 4)
                .mapToObj(i -> new EraMember(
                        TestLedger.member(i), TestLedger.key(i, KeyRole.ENGINE).key(), 1))
                .toList();
        ledger.startEra(new EraRecord(
                2,
                EraRecord.COMET,
                EraRecord.chainId(info.ledger(), 2),
                info.height() + 1,
                ledger.reader().head().eventsSize(),
                info.appHash(),
                members));
        voters = new MemberSet(members.stream().map(EraMember::forTrust).toList());
        height = info.height() + AHEAD;
        block = certificate(height, new byte[32], new byte[32]);
        next = certificate(height + 1, block.headerHash(), appHash);
    }

    private CometCertificate certificate(long at, byte[] lastBlock, byte[] state) {
        return TestCommits.signed(ledger.info().era().chainId(), voters, at, lastBlock, state, 3);
    }

    private static MemberAnswer ok(byte[] body) {
        return MemberAnswer.ok(MemberAnswer.JSON, body);
    }

    private static byte[] standing(long height, long snapshot) {
        return ("{\"height\":" + height + ",\"snapshot\":" + snapshot + "}").getBytes(StandardCharsets.UTF_8);
    }

    private MemberAnswer honest(MemberId member, String path, int maxBytes) {
        assertThat(maxBytes).isGreaterThan(0);
        return switch (path) {
            case "/engine/snapshots" -> ok(standing(height + 1, height));
            default -> {
                boolean isNext = path.endsWith("height=" + (height + 1));
                boolean isBlock = path.endsWith("height=" + height);
                yield isNext || isBlock
                        ? ok(TestCommits.json(isNext ? next : block))
                        : MemberAnswer.no(503, "no such block of " + member);
            }
        };
    }

    private CatchUp catchUp(OtherMembers others) {
        return new CatchUp(ledger, TestLedger.member(1), others, null);
    }

    /// It says what it was told wrong, each time.
    private final Logger log = (Logger) LoggerFactory.getLogger(CatchUp.class);

    @BeforeEach
    void quiet() {
        log.setLevel(Level.ERROR);
    }

    @AfterEach
    void loud() {
        log.setLevel(null);
    }

    @Test
    void honest_answers_lead_to_a_plan() {
        CatchUp catchUp = catchUp(this::honest);
        assertThat(catchUp.isBehind(AHEAD - 1)).isTrue();
        assertThat(catchUp.isBehind(AHEAD)).isFalse();
        CatchUp.Plan plan = catchUp.plan().orElseThrow();
        assertThat(plan.witnesses()).hasSize(3);
        assertThat(plan.trusted().height()).isEqualTo(height);
        assertThat(plan.trusted().hash()).isEqualTo(block.headerHash());
        var confirmed = catchUp.confirmed(height, appHash).orElseThrow();
        assertThat(catchUp.trustedBlock(confirmed).isSignedBy(ledger.votersAt(height)))
                .isTrue();
    }

    @Test
    void damaged_answers_lead_to_what_was_signed_or_nowhere() {
        int plans = 0;
        int confirmations = 0;
        for (int i = 0; i < ROUNDS; i++) {
            CatchUp catchUp = catchUp((member, path, maxBytes) -> lying(member, path, maxBytes));
            catchUp.isBehind(random.nextLong(2 * AHEAD));
            var plan = catchUp.plan();
            if (plan.isPresent()) {
                plans++;
                CatchUp.Head trusted = plan.get().trusted();
                assertThat(trusted.height()).isBetween(height, height + 1);
                assertThat(trusted.hash()).isEqualTo((trusted.height() == height ? block : next).headerHash());
            }
            var confirmed = catchUp.confirmed(height, appHash);
            if (confirmed.isPresent() && catchUp.trustedBlock(confirmed.get()).isSignedBy(ledger.votersAt(height))) {
                confirmations++;
                assertThat(confirmed.get().block().headerHash()).isEqualTo(block.headerHash());
            }
        }
        System.out.println(plans + " plans, " + confirmations + " confirmations");
        assertThat(plans).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 50);
        assertThat(confirmations).isGreaterThan(ROUNDS / 20);
    }

    private MemberAnswer lying(MemberId member, String path, int maxBytes) {
        MemberAnswer right = honest(member, path, maxBytes);
        return switch (random.nextInt(12)) {
            case 0 -> throw new MemberUnreachable(member, "on purpose");
            case 1 -> MemberAnswer.no(503, "on purpose");
            case 2 -> ok(Seeded.bytes(random, random.nextInt(100)));
            case 3 -> ok("[".repeat(random.nextInt(maxBytes)).getBytes(StandardCharsets.UTF_8));
            case 4, 5, 6, 7 -> right.isOk() ? ok(JsonMutations.of(right.body(), random)) : right;
            default -> right;
        };
    }

    @Test
    void one_that_lies_about_a_snapshot_sends_nobody_to_look_for_it() {
        for (long claim : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, height, 1}) {
            OtherMembers others = (member, path, _) -> ok(
                    member.equals(LIAR)
                            ? standing(claim, claim)
                            : standing(ledger.info().height(), 0));
            assertThat(catchUp(others).isBehind(100)).as("claim " + claim).isFalse();
            assertThat(catchUp(others).plan()).as("claim " + claim).isEmpty();
        }
    }

    /// What members say is given on to the engine, under the question's id, or as an error.
    @Test
    void any_question_and_any_answer_for_the_engine_is_answered() throws Exception {
        String question =
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"commit\",\"params\":{\"height\":\"" + height + "\"}}";
        try (LightBlocks light = new LightBlocks(this::lying);
                HttpClient client = HttpClient.newHttpClient()) {
            URI of = URI.create(light.of(LIAR));
            int given = 0;
            for (int i = 0; i < 1_500; i++) {
                boolean isDamaged = random.nextBoolean();
                byte[] asked = question.getBytes(StandardCharsets.UTF_8);
                byte[] sent = isDamaged ? JsonMutations.of(asked, random) : asked;
                HttpResponse<byte[]> answer = client.send(
                        HttpRequest.newBuilder(of)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(sent))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                assertThat(answer.statusCode()).isIn(isDamaged ? List.of(200, 400) : List.of(200));
                if (answer.statusCode() == 200) {
                    JsonNode said = JSON.readTree(answer.body());
                    assertThat(said.has("result")).isNotEqualTo(said.has("error"));
                    given += said.has("result") ? 1 : 0;
                    if (!isDamaged) {
                        assertThat(said.path("id").asInt()).isEqualTo(7);
                    }
                }
            }
            System.out.println(given + " of 1500 given on");
            assertThat(given).isBetween(100, 1_450);
            HttpResponse<Void> tooLong = client.send(
                    HttpRequest.newBuilder(of)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[20_000]))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            assertThat(tooLong.statusCode()).isEqualTo(400);
        }
    }
}
