package io.thingstead.node.notify;

import io.thingstead.node.alarm.Channel;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Properties;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Letters as e-mail, handed to a mail server (SMTP, RFC 5321), encrypted and to the server that it says it is unless
/// it
/// was told otherwise.
final class EmailSender implements Sender {
    private static final String TIMEOUT_MS = "20000";
    /// RFC 5322 §3.3.
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM uuuu HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Channel.Email channel;
    private final LongSupplier clockMs;

    EmailSender(Channel.Email channel, LongSupplier clockMs) {
        this.channel = channel;
        this.clockMs = clockMs;
    }

    @Override
    public void send(Letter letter) throws NotSent {
        Secret password = channel.passwordFile() == null ? null : Secret.read(channel.passwordFile());
        Session session = Session.getInstance(properties());
        try (Transport transport = session.getTransport("smtp")) {
            Message message = message(session, letter);
            transport.connect(
                    channel.host(), channel.port(), channel.user(), password == null ? null : password.value());
            transport.sendMessage(message, message.getAllRecipients());
        } catch (MessagingException e) {
            throw new NotSent(channel.host() + ": " + why(e, password));
        }
    }

    private Properties properties() {
        var properties = new Properties();
        properties.put("mail.smtp.auth", String.valueOf(channel.user() != null));
        properties.put("mail.smtp.ssl.enable", String.valueOf(channel.security() == Channel.Security.IMPLICIT));
        boolean upgrades = channel.security() == Channel.Security.STARTTLS;
        properties.put("mail.smtp.starttls.enable", String.valueOf(upgrades));
        properties.put("mail.smtp.starttls.required", String.valueOf(upgrades));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.connectiontimeout", TIMEOUT_MS);
        properties.put("mail.smtp.timeout", TIMEOUT_MS);
        properties.put("mail.smtp.writetimeout", TIMEOUT_MS);
        return properties;
    }

    private Message message(Session session, Letter letter) throws MessagingException {
        // The library would make up another id for each try.
        var message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", "<" + letter.id() + "@" + domain() + ">");
            }
        };
        message.setFrom(new InternetAddress(channel.from()));
        for (String to : channel.to()) message.addRecipient(Message.RecipientType.TO, new InternetAddress(to));
        message.setSubject(letter.title(), StandardCharsets.UTF_8.name());
        message.setText(letter.text(), StandardCharsets.UTF_8.name());
        message.setHeader("Date", DATE.format(Instant.ofEpochMilli(clockMs.getAsLong())));
        // Nobody's absence is told to a machine (RFC 3834).
        message.setHeader("Auto-Submitted", "auto-generated");
        message.saveChanges();
        return message;
    }

    private String domain() {
        return channel.from().substring(channel.from().indexOf('@') + 1);
    }

    private static String why(MessagingException e, @Nullable Secret password) {
        String text = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
        return password == null ? text : password.hidden(text);
    }
}
