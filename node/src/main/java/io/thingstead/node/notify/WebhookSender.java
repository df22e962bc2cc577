package io.thingstead.node.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.node.alarm.Alarm;
import io.thingstead.node.alarm.Channel;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Letters as JSON to a web address, signed where there is a secret (HMAC-SHA256 over time and body), so that who gets
/// them knows whose they are and that they are not old ones.
final class WebhookSender implements Sender {
    private static final JsonMapper JSON = new JsonMapper();

    private final Channel.Webhook channel;
    private final PostBox posts;
    private final LongSupplier clockMs;

    private record Body(String member, long sentMs, List<Told> notifications) {}

    /// @param id the same when it is sent again
    private record Told(String id, Notification.Kind event, Alarm alarm) {}

    WebhookSender(Channel.Webhook channel, PostBox posts, LongSupplier clockMs) {
        this.channel = channel;
        this.posts = posts;
        this.clockMs = clockMs;
    }

    @Override
    public void send(Letter letter) throws NotSent {
        long nowMs = clockMs.getAsLong();
        byte[] body = body(letter, nowMs);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Thingstead-Letter", letter.id());
        if (channel.secretFile() != null) {
            headers.put("Thingstead-Signature", signature(Secret.read(channel.secretFile()), nowMs / 1_000, body));
        }
        posts.post(PostBox.address(channel.place()), channel.place().allowsPrivate(), headers, body);
    }

    private static byte[] body(Letter letter, long nowMs) {
        var told = letter.notifications().stream()
                .map(each -> new Told(each.id(letter.member()), each.kind(), each.alarm()))
                .toList();
        try {
            return JSON.writeValueAsBytes(new Body(letter.member(), nowMs, told));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `t=SECONDS,v1=HEX`: HMAC-SHA256 of `SECONDS.BODY`.
    private static String signature(Secret secret, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.value().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
            return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA256", e);
        }
    }
}
