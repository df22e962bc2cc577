package io.thingstead.node.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.node.alarm.Channel;
import io.thingstead.node.alarm.Severity;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/// Letters to a topic of an ntfy server, which shows them on telephones
/// (https://docs.ntfy.sh/publish/#publish-as-json).
final class NtfySender implements Sender {
    private static final JsonMapper JSON = new JsonMapper();
    /// ntfy turns what is longer into a file.
    private static final int MOST_CHARACTERS = 3_000;

    private final Channel.Ntfy channel;
    private final PostBox posts;

    NtfySender(Channel.Ntfy channel, PostBox posts) {
        this.channel = channel;
        this.posts = posts;
    }

    @Override
    public void send(Letter letter) throws NotSent {
        URI topic = PostBox.address(channel.place());
        String path = topic.getPath() == null ? "" : topic.getPath().replaceFirst("/+$", "");
        int last = path.lastIndexOf('/');
        if (last < 0 || last == path.length() - 1)
            throw new NotSent("its address is none of a topic: https://SERVER/TOPIC");
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        if (channel.tokenFile() != null) {
            headers.put(
                    "Authorization",
                    "Bearer " + Secret.read(channel.tokenFile()).value());
        }
        posts.post(
                topic.resolve(path.substring(0, last + 1)),
                channel.place().allowsPrivate(),
                headers,
                body(letter, path.substring(last + 1)));
    }

    private static byte[] body(Letter letter, String topic) {
        String text = letter.text();
        ObjectNode body = JSON.createObjectNode()
                .put("topic", topic)
                .put("title", letter.title())
                .put("message", text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…")
                .put("priority", priority(letter.severity()));
        body.putArray("tags").add(letter.severity() == Severity.INFO ? "information_source" : "warning");
        if (letter.page() != null) body.put("click", letter.page());
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int priority(Severity severity) {
        return switch (severity) {
            case INFO -> 3;
            case WARNING -> 4;
            case CRITICAL -> 5;
        };
    }
}
