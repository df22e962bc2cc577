package io.thingstead.node.exchange;

import static io.thingstead.node.exchange.ExchangeNetwork.ACME;
import static io.thingstead.node.exchange.ExchangeNetwork.BOLT;
import static io.thingstead.node.exchange.ExchangeNetwork.CARGO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Members ask each other over real sockets; who they are is what the ledger says now.
class ExchangeTest {
    private static final int MAX = 1 << 20;

    private final ExchangeNetwork network = new ExchangeNetwork();

    @AfterEach
    void close() {
        network.close();
    }

    /// Answers who asks and what, and remembers it.
    private record Echo(ConcurrentLinkedQueue<String> heard) implements MemberRoute {
        @Override
        public String prefix() {
            return "/echo/";
        }

        @Override
        public MemberAnswer answer(MemberId asking, String path) {
            heard.add(asking + " " + path);
            return switch (path) {
                case "large" -> MemberAnswer.ok(MemberAnswer.BYTES, new byte[300_000]);
                case "too-large" -> MemberAnswer.ok(MemberAnswer.BYTES, new byte[Routes.MAX_ANSWER_BYTES + 1]);
                case "broken" -> throw new IllegalStateException("a bug in a route");
                case "no" -> MemberAnswer.no(403, "not granted");
                default -> MemberAnswer.ok(MemberAnswer.TEXT, (asking + " " + path).getBytes(StandardCharsets.UTF_8));
            };
        }
    }

    private ConcurrentLinkedQueue<String> echo(Exchange exchange) {
        var heard = new ConcurrentLinkedQueue<String>();
        exchange.offer(new Echo(heard));
        return heard;
    }

    private static String text(MemberAnswer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    void a_member_asks_another_and_each_knows_the_other() {
        Exchange acme = network.start(ACME);
        Exchange bolt = network.start(BOLT);
        echo(acme);
        echo(bolt);
        assertThat(text(acme.ask(BOLT, "/echo/a/b.c?x=1&y=2", MAX))).isEqualTo("acme a/b.c?x=1&y=2");
        assertThat(text(bolt.ask(ACME, "/echo/a", MAX))).isEqualTo("bolt a");
        assertThat(text(acme.ask(BOLT, "/status/", MAX)))
                .contains(
                        "\"member\":\"bolt\"",
                        "\"height\":" + network.ledger().head().height());
    }

    @Test
    void what_is_not_there_is_an_answer_too() {
        Exchange acme = network.start(ACME);
        echo(network.start(BOLT));
        assertThat(acme.ask(BOLT, "/nothing/here", MAX).status()).isEqualTo(404);
        assertThat(acme.ask(BOLT, "/echo", MAX).status()).isEqualTo(404);
        MemberAnswer no = acme.ask(BOLT, "/echo/no", 0);
        assertThat(no.status()).isEqualTo(403);
        assertThat(text(no)).isEqualTo("not granted");
        assertThat(acme.ask(BOLT, "/echo/broken", MAX).status()).isEqualTo(500);
        assertThat(acme.ask(BOLT, "/echo/too-large", Integer.MAX_VALUE).status())
                .isEqualTo(500);
        assertThat(acme.ask(BOLT, "/echo/../x", MAX).status()).isEqualTo(400);
    }

    @Test
    void an_answer_over_the_limit_is_not_taken_and_the_next_question_is_answered() {
        Exchange acme = network.start(ACME);
        echo(network.start(BOLT));
        assertThatThrownBy(() -> acme.ask(BOLT, "/echo/large", 299_999))
                .isInstanceOf(MemberUnreachable.class)
                .hasMessageContaining("300000 bytes where 299999");
        assertThat(acme.ask(BOLT, "/echo/large", 300_000).body()).hasSize(300_000);
    }

    @Test
    void connections_are_kept_and_shared_by_many_threads() throws Exception {
        Exchange acme = network.start(ACME);
        Exchange bolt = network.start(BOLT);
        echo(bolt);
        List<Future<String>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                int number = i;
                answers.add(threads.submit(() -> text(acme.ask(BOLT, "/echo/" + number, MAX))));
            }
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).get()).isEqualTo("acme " + i);
        }
        assertThat(bolt.listener().openOfMembers()).isBetween(1, 4);
    }

    @Test
    void a_key_that_the_ledger_does_not_know_gets_no_answer() {
        var heard = echo(network.start(BOLT));
        Exchange stranger = network.silent(ACME, SigningKey.generate(Algorithm.ED25519));
        assertThatThrownBy(() -> stranger.ask(BOLT, "/echo/x", MAX)).isInstanceOf(MemberUnreachable.class);
        assertThat(heard).isEmpty();
    }

    @Test
    void a_members_key_for_something_else_is_none_for_tls() {
        var heard = echo(network.start(BOLT));
        Exchange wrong = network.silent(ACME, network.keys(ACME).of(KeyRole.NODE));
        assertThatThrownBy(() -> wrong.ask(BOLT, "/echo/x", MAX)).isInstanceOf(MemberUnreachable.class);
        assertThat(heard).isEmpty();
    }

    @Test
    void the_one_who_answers_must_be_the_one_who_is_asked() {
        Exchange acme = network.start(ACME);
        var heard = echo(network.start(BOLT));
        network.sayEndpoint(
                CARGO,
                Integer.parseInt(
                        network.ledger().endpoint(BOLT).orElseThrow().node().split(":")[1]));
        assertThatThrownBy(() -> acme.ask(CARGO, "/echo/x", MAX))
                .isInstanceOf(MemberUnreachable.class)
                .hasMessageContaining("another member's key");
        assertThat(heard).isEmpty();
    }

    @Test
    void a_removed_member_is_told_so_from_the_next_question_on_and_answered_only_what_is_for_it() {
        network.start(ACME);
        Exchange cargo = network.start(CARGO);
        Exchange bolt = network.start(BOLT);
        var heard = echo(bolt);
        assertThat(cargo.ask(BOLT, "/echo/before", MAX).isOk()).isTrue();
        network.remove(CARGO);
        // The same connection, and a new one.
        assertThat(cargo.ask(BOLT, "/echo/after", MAX).status()).isEqualTo(410);
        cargo.close();
        Exchange again = network.silent(CARGO, network.keys(CARGO).of(KeyRole.TLS));
        assertThat(again.ask(BOLT, "/echo/after", MAX).status()).isEqualTo(410);
        assertThat(again.ask(BOLT, "/nothing/", MAX).status()).isEqualTo(410);
        bolt.offer(new MemberRoute() {
            @Override
            public String prefix() {
                return "/farewell/";
            }

            @Override
            public boolean isForRemoved(String path) {
                return true;
            }

            @Override
            public MemberAnswer answer(MemberId asking, String path) {
                return MemberAnswer.ok(MemberAnswer.TEXT, (asking + " " + path).getBytes(StandardCharsets.UTF_8));
            }
        });
        assertThat(text(again.ask(BOLT, "/farewell/1", MAX))).isEqualTo("cargo 1");
        assertThat(heard).containsExactly("cargo before");
        assertThatThrownBy(() -> bolt.ask(CARGO, "/status/", MAX))
                .isInstanceOf(MemberUnreachable.class)
                .hasMessageContaining("not a member");
    }

    @Test
    void with_a_changed_key_the_old_one_ends_on_both_sides_and_the_new_one_counts() {
        Exchange acme = network.start(ACME);
        Exchange bolt = network.start(BOLT);
        echo(acme);
        echo(bolt);
        assertThat(acme.ask(BOLT, "/echo/1", MAX).isOk()).isTrue();
        assertThat(bolt.ask(ACME, "/echo/1", MAX).isOk()).isTrue();
        SigningKey fresh = network.changeTlsKey(BOLT, Algorithm.ES256);
        assertThatThrownBy(() -> acme.ask(BOLT, "/echo/2", MAX)).isInstanceOf(MemberUnreachable.class);
        assertThat(bolt.ask(ACME, "/echo/2", MAX).status()).isEqualTo(403);
        bolt.close();
        Exchange renewed = network.silent(BOLT, fresh);
        echo(renewed);
        assertThat(text(renewed.ask(ACME, "/echo/3", MAX))).isEqualTo("bolt 3");
        renewed.listen(ExchangeSettings.of("127.0.0.1", 0));
        network.sayEndpoint(BOLT, renewed.port());
        Exchange cargo = network.start(CARGO);
        assertThat(text(cargo.ask(BOLT, "/echo/4", MAX)))
                .as("with a key of P-256")
                .isEqualTo("cargo 4");
    }

    @Test
    void a_member_that_is_away_fails_at_once_for_a_while_and_is_found_again() throws Exception {
        Exchange acme = network.start(ACME);
        Exchange bolt = network.start(BOLT);
        int port = bolt.port();
        assertThat(acme.ask(BOLT, "/status/", MAX).isOk()).isTrue();
        bolt.close();
        for (int i = 0; i < 200; i++) {
            assertThatThrownBy(() -> acme.ask(BOLT, "/status/", MAX)).isInstanceOf(MemberUnreachable.class);
        }
        network.start(BOLT, ExchangeSettings.of("127.0.0.1", port));
        long until = System.nanoTime() + 10_000_000_000L;
        boolean found = false;
        while (!found && System.nanoTime() < until) {
            try {
                found = acme.ask(BOLT, "/status/", MAX).isOk();
            } catch (MemberUnreachable e) {
                Thread.sleep(50);
            }
        }
        assertThat(found).isTrue();
    }

    @Test
    void a_member_that_asks_too_often_is_told_so_and_the_others_are_answered() {
        Exchange acme = network.start(ACME);
        Exchange cargo = network.start(CARGO);
        ExchangeSettings usual = ExchangeSettings.of("127.0.0.1", 0);
        network.start(
                BOLT,
                new ExchangeSettings(
                        usual.host(),
                        0,
                        usual.handshakeMillis(),
                        usual.requestMillis(),
                        usual.answerMillis(),
                        usual.idleMillis(),
                        usual.strangers(),
                        usual.strangersOfAddress(),
                        usual.handshakesPerSecond(),
                        usual.ofMember(),
                        3));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            statuses.add(acme.ask(BOLT, "/status/", MAX).status());
        }
        assertThat(statuses).startsWith(200, 200, 200).contains(503);
        assertThat(cargo.ask(BOLT, "/status/", MAX).status()).isEqualTo(200);
    }

    @Test
    void nobody_is_asked_who_has_not_said_where_it_is() {
        Exchange bolt = network.start(BOLT);
        assertThatThrownBy(() -> bolt.ask(ACME, "/status/", MAX))
                .isInstanceOf(MemberUnreachable.class)
                .hasMessageContaining("has not said where");
        assertThatThrownBy(() -> bolt.ask(new MemberId("nobody"), "/status/", MAX))
                .isInstanceOf(MemberUnreachable.class);
    }
}
