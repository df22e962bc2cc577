package io.thingstead.node.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.thingstead.node.alarm.Alarm;
import io.thingstead.node.alarm.Channel;
import io.thingstead.node.alarm.Channel.Security;
import io.thingstead.node.alarm.Severity;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each channel against a real server of its kind on loopback.
class SendersTest {
    private static final long T = 1_790_000_000_000L;
    private static final String PASSWORD = "correct horse battery";
    private static final Channel.Terms TERMS = new Channel.Terms("duty", 30, true);

    @TempDir
    Path folder;

    private Receiver receiver;
    private PostBox posts;

    @BeforeEach
    void open() throws Exception {
        receiver = new Receiver();
        posts = new PostBox();
    }

    @AfterEach
    void close() {
        posts.close();
        receiver.close();
    }

    private static Alarm alarm(long number, @Nullable Long clearedMs) {
        return new Alarm(
                number,
                "warm",
                "Zu warm – Kühlbox",
                "temperature above 8 °C; over when at most 7 °C",
                Severity.CRITICAL,
                "acme:box-1",
                T,
                T + 1_000,
                T + 1_500,
                "temperature",
                "Cel",
                9.5,
                12.0,
                new Alarm.Place(1, 42, 7),
                false,
                null,
                clearedMs == null ? null : new Alarm.Cleared(clearedMs, clearedMs, Alarm.Why.READINGS));
    }

    private static Letter letter(Alarm... alarms) {
        return new Letter(
                "acme",
                "https://node.example/alarms",
                java.util.Arrays.stream(alarms)
                        .map(alarm -> new Notification(
                                alarm.isRaised() ? Notification.Kind.RAISED : Notification.Kind.CLEARED, alarm, T))
                        .toList());
    }

    private Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text + "\n");
    }

    private static String why(Sender sender, Letter letter) {
        return catchThrowableOfType(NotSent.class, () -> sender.send(letter)).why();
    }

    private Channel.Email email(int port, Security security, @Nullable Path password) {
        return new Channel.Email(
                TERMS,
                "127.0.0.1",
                port,
                security,
                password == null ? null : "thingstead",
                password,
                "node@acme.example",
                List.of("duty@acme.example", "boss@acme.example"));
    }

    @Test
    void an_email_arrives_with_who_sent_it_and_an_id_that_stays_the_same() throws Exception {
        var server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            var sender = new EmailSender(email(server.getSmtp().getPort(), Security.NONE, null), () -> T);
            sender.send(letter(alarm(12, null)));
            sender.send(letter(alarm(12, null)));
            var messages = server.getReceivedMessages();
            assertThat(messages).hasSize(4);
            var message = messages[0];
            assertThat(message.getSubject()).isEqualTo("[critical] Zu warm – Kühlbox: acme:box-1");
            assertThat(message.getFrom()[0].toString()).isEqualTo("node@acme.example");
            assertThat(message.getAllRecipients()).hasSize(2);
            assertThat(message.getSentDate().getTime()).isEqualTo(T);
            assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
            assertThat(message.getMessageID()).isEqualTo("<acme-12-raised@acme.example>");
            assertThat(messages[2].getMessageID()).isEqualTo(message.getMessageID());
            assertThat(message.getContent().toString().replace("\r", "").strip())
                    .isEqualTo("""
                            Zu warm – Kühlbox at acme:box-1, alarm no. 12 (critical)
                            temperature above 8 °C; over when at most 7 °C
                            raised 2026-09-21 14:13:21 UTC: 9.5 °C

                            From the node of acme: https://node.example/alarms""");
        } finally {
            server.stop();
        }
    }

    @Test
    void a_mail_server_that_wants_a_password_gets_it_and_no_trouble_tells_it() throws Exception {
        var server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.setUser("node@acme.example", "thingstead", PASSWORD);
        server.start();
        try {
            int port = server.getSmtp().getPort();
            new EmailSender(email(port, Security.NONE, file("password", PASSWORD)), () -> T)
                    .send(letter(alarm(12, T + 5_000)));
            assertThat(server.getReceivedMessages()[0].getSubject()).startsWith("[over] ");
            var wrong = new EmailSender(email(port, Security.NONE, file("wrong", "not " + PASSWORD)), () -> T);
            assertThat(why(wrong, letter(alarm(12, null))))
                    .contains("127.0.0.1")
                    .doesNotContain(PASSWORD);
            var missing = new EmailSender(email(port, Security.NONE, folder.resolve("nothing")), () -> T);
            assertThat(why(missing, letter(alarm(12, null)))).contains("cannot be read");
        } finally {
            server.stop();
        }
    }

    @Test
    void nothing_is_said_to_a_mail_server_without_the_encryption_that_was_asked_for() throws Exception {
        var plain = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        var encrypted = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
        plain.start();
        encrypted.start();
        try {
            var starttls = new EmailSender(
                    email(plain.getSmtp().getPort(), Security.STARTTLS, file("password", PASSWORD)), () -> T);
            assertThat(why(starttls, letter(alarm(1, null)))).contains("STARTTLS");
            // its certificate is its own word
            var implicit = new EmailSender(
                    email(encrypted.getSmtps().getPort(), Security.IMPLICIT, file("password", PASSWORD)), () -> T);
            assertThat(why(implicit, letter(alarm(1, null)))).isNotBlank();
            assertThat(plain.getReceivedMessages()).isEmpty();
            assertThat(encrypted.getReceivedMessages()).isEmpty();
        } finally {
            plain.stop();
            encrypted.stop();
        }
    }

    private WebhookSender webhook(boolean allowsPrivate, String path) throws Exception {
        var place = new Channel.Place(receiver.url(path), null, allowsPrivate);
        return new WebhookSender(new Channel.Webhook(TERMS, place, file("secret", PASSWORD)), posts, () -> T);
    }

    @Test
    void a_webhook_is_signed_and_says_all_of_the_alarms() throws Exception {
        webhook(true, "/hook?key=1").send(letter(alarm(12, null), alarm(11, T + 9_000)));
        var posted = receiver.next();
        assertThat(posted.path()).isEqualTo("/hook?key=1");
        assertThat(posted.headers()).containsEntry("Content-type", "application/json");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(PASSWORD.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signed = T / 1_000 + "." + posted.body();
        assertThat(posted.headers().get("Thingstead-signature"))
                .isEqualTo("t=" + T / 1_000 + ",v1="
                        + HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
        JsonNode body = new ObjectMapper().readTree(posted.body());
        assertThat(body.path("member").asText()).isEqualTo("acme");
        assertThat(body.at("/notifications/0/id").asText()).isEqualTo("acme-12-raised");
        assertThat(body.at("/notifications/0/event").asText()).isEqualTo("raised");
        assertThat(body.at("/notifications/0/alarm/device").asText()).isEqualTo("acme:box-1");
        assertThat(body.at("/notifications/0/alarm/place/index").asLong()).isEqualTo(42);
        assertThat(body.at("/notifications/1/id").asText()).isEqualTo("acme-11-cleared");
        assertThat(body.at("/notifications/1/alarm/cleared/atMs").asLong()).isEqualTo(T + 9_000);
    }

    @Test
    void an_answer_that_is_no_yes_is_trouble_without_the_secret_part_of_the_address_and_is_not_followed()
            throws Exception {
        for (int status : new int[] {302, 404, 500}) {
            receiver.answerWith(status);
            assertThat(why(webhook(true, "/services/" + PASSWORD.replace(' ', '-')), letter(alarm(1, null))))
                    .contains("status " + status)
                    .doesNotContain("horse");
            assertThat(receiver.next().path()).startsWith("/services/");
        }
        assertThat(receiver.isQuiet()).isTrue();
    }

    @Test
    void addresses_of_this_machine_and_its_network_are_refused_unless_they_are_allowed() throws Exception {
        assertThat(why(webhook(false, "/hook"), letter(alarm(1, null)))).contains("allow_private");
        assertThat(receiver.isQuiet()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "0.0.0.0",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "192.0.0.8",
                "198.18.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd12:3456::1",
                "ff02::1",
                "::ffff:10.0.0.1",
                "64:ff9b::a00:1",
                "2002:a00:1::",
                "::10.0.0.1"
            })
    void what_is_no_public_address(String address) throws Exception {
        assertThat(PostBox.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "100.128.0.1", "172.32.0.1", "198.20.0.1", "2606:4700::1111"})
    void what_is_a_public_address(String address) throws Exception {
        assertThat(PostBox.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void ntfy_gets_a_topic_a_title_and_how_much_it_matters() throws Exception {
        var place = new Channel.Place(null, file("url", receiver.url("/acme-alarms")), true);
        var sender = new NtfySender(new Channel.Ntfy(TERMS, place, file("token", "tk_secret")), posts);
        sender.send(letter(alarm(12, null)));
        var posted = receiver.next();
        assertThat(posted.path()).isEqualTo("/");
        assertThat(posted.headers()).containsEntry("Authorization", "Bearer tk_secret");
        JsonNode body = new ObjectMapper().readTree(posted.body());
        assertThat(body.path("topic").asText()).isEqualTo("acme-alarms");
        assertThat(body.path("title").asText()).isEqualTo("[critical] Zu warm – Kühlbox: acme:box-1");
        assertThat(body.path("message").asText()).contains("raised 2026-09-21 14:13:21 UTC: 9.5 °C");
        assertThat(body.path("priority").asInt()).isEqualTo(5);
        assertThat(body.path("click").asText()).isEqualTo("https://node.example/alarms");
        sender.send(letter(alarm(12, T + 5_000)));
        assertThat(new ObjectMapper()
                        .readTree(receiver.next().body())
                        .path("priority")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void many_are_told_in_one_letter_that_has_an_id_of_its_own() {
        var both = letter(alarm(12, null), alarm(13, null));
        assertThat(both.title()).isEqualTo("[critical] Zu warm – Kühlbox: acme:box-1, and 1 more");
        assertThat(both.text()).contains("alarm no. 12").contains("alarm no. 13");
        assertThat(both.id())
                .isEqualTo(letter(alarm(12, null), alarm(13, null)).id())
                .isNotEqualTo(letter(alarm(12, null), alarm(14, null)).id());
    }
}
