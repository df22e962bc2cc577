package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.Programs;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.consensus.comet.CometNetwork.Member;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.LedgerReader.CertifiedHead;
import io.thingstead.node.storage.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A member whose engine has no further block, with the real engines of the others.
class CertifierE2E {
    private static final long WAIT_S = 60;
    /// The others are asked every five seconds.
    private static final long LIES_MS = 12_000;

    @TempDir
    Path folder;

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private CometNetwork network;
    private Member away;
    private StoredLedger ledger;
    /// Of a block whose header signs another state than the one that the ledger came to.
    private long later;

    @BeforeEach
    void start() throws Exception {
        network = new CometNetwork(Programs.engine(), 4, folder, _ -> new MemoryStore());
        network.start();
        away = network.member(3);
        register("a", 8);
        away.stop();
        later = register("b", 3);
        ledger = StoredLedger.open(away.store);
        ledger.show(ledger.info().height());
        assertThat(ledger.uncertified()).hasSize(1);
        assertThat(ledger.reader().certified()).isEmpty();
    }

    @AfterEach
    void stop() {
        network.close();
        assertThat(network.failures()).isEmpty();
        assertThat(failures).isEmpty();
    }

    /// Answers with the height of the last one's block.
    private long register(String name, int count) throws Exception {
        long height = 0;
        for (int i = 0; i < count; i++) {
            var result = network.member(i % 3)
                    .engine()
                    .submit(network.registration("m1:" + name + "-" + i))
                    .get(WAIT_S, TimeUnit.SECONDS);
            assertThat(result.happened()).isTrue();
            height = result.height();
        }
        return height;
    }

    private Certifier certifier(OtherMembers others) {
        return new Certifier(ledger, new CometRpc(), new CatchUp(ledger, away.id, others, null), failures::add);
    }

    /// Commits of these members say that the state is another one.
    private OtherMembers lying(Predicate<String> lies) {
        OtherMembers honest = away.exchange();
        return (member, path, maxBytes) -> {
            MemberAnswer answer = honest.ask(member, path, maxBytes);
            if (!lies.test(member.value())) {
                return answer;
            }
            String told = new String(answer.body(), StandardCharsets.UTF_8)
                    .replaceFirst("(\"app_hash\": *\")[0-9A-F]{8}", "$100000000");
            return MemberAnswer.ok(answer.mediaType(), told.getBytes(StandardCharsets.UTF_8));
        };
    }

    @Test
    void signatures_that_its_own_engine_never_gets_are_those_that_others_show() throws Exception {
        byte[] state = ledger.info().appHash();
        List<EraMember> voters = ledger.votersAt(ledger.info().height() + 1);
        try (var certifier = certifier(lying(name -> !name.equals("m3")))) {
            certifier.start();
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
            while (ledger.reader().certified().isEmpty()) {
                assertThat(System.nanoTime()).as("it is certified").isLessThan(until);
                Thread.sleep(20);
            }
        }
        CertifiedHead certified = ledger.reader().certified().orElseThrow();
        var certificate = (CometCertificate) certified.certificate();
        assertThat(certificate.appHash())
                .isEqualTo(state)
                .isEqualTo(certified.head().appHash());
        assertThat(new MemberSet(voters.stream().map(EraMember::forTrust).toList())
                        .certifies(certificate, ledger.info().era().chainId()))
                .isTrue();
    }

    @Test
    void what_everybody_else_lies_about_stays_uncertified() throws Exception {
        try (var certifier = certifier(lying(_ -> true))) {
            certifier.start();
            Thread.sleep(LIES_MS);
            assertThat(ledger.reader().certified()).isEmpty();
        }
        assertThat(ledger.uncertified()).hasSize(1);
    }

    /// The others sign more than one state in their time: the signed one of another block certifies nothing.
    @Test
    void a_commit_of_another_block_certifies_nothing() throws Exception {
        OtherMembers honest = away.exchange();
        String asked = "commit?height=" + (ledger.info().height() + 1);
        String other = "commit?height=" + later;
        try (var certifier =
                certifier((member, path, maxBytes) -> honest.ask(member, path.replace(asked, other), maxBytes))) {
            certifier.start();
            Thread.sleep(LIES_MS);
            assertThat(ledger.reader().certified()).isEmpty();
        }
    }
}
