package io.thingstead.node.alarm;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Says what a declared channel means, or what is wrong with it, by the name of the key.
final class ChannelReader {
    private static final int MOST_RECIPIENTS = 50;
    private static final int USUAL_PER_HOUR = 30;
    private static final int MOST_PER_HOUR = 3_600;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}");
    private static final Pattern ADDRESS = Pattern.compile("[^\\s<>@,;\"]{1,64}@[A-Za-z0-9.-]{1,253}");

    private final String name;
    private final ChannelText text;

    private ChannelReader(String name, ChannelText text) {
        this.name = name;
        this.text = text;
    }

    static Result<Channel> read(String name, ChannelText text) {
        try {
            return Result.ok(new ChannelReader(name, text).channel());
        } catch (Wrong e) {
            return new Result.No<>(new Refused(Refusal.ALARM_MALFORMED, e.said()));
        }
    }

    private Channel channel() {
        Wrong.unless(RuleReader.isChannel(name), "a channel is named by 1 to 32 of a-z, 0-9 and '-'");
        int most = text.mostPerHour() == null ? USUAL_PER_HOUR : text.mostPerHour();
        Wrong.unless(most >= 1 && most <= MOST_PER_HOUR, "most_per_hour: 1 to " + MOST_PER_HOUR);
        var terms = new Channel.Terms(name, most, !Boolean.FALSE.equals(text.cleared()));
        String type = text.type() == null ? "" : text.type();
        boolean isMail = type.equals("email");
        Wrong.unless(
                isMail
                        || (text.host() == null
                                && text.port() == null
                                && text.tls() == null
                                && text.user() == null
                                && text.passwordFile() == null
                                && text.from() == null
                                && text.to() == null),
                "host, port, tls, user, password_file, from and to: only with type = \"email\"");
        Wrong.unless(
                !isMail || (text.url() == null && text.urlFile() == null && text.allowPrivate() == null),
                "url, url_file and allow_private: not with type = \"email\"");
        Wrong.unless(type.equals("webhook") || text.secretFile() == null, "secret_file: only with type = \"webhook\"");
        Wrong.unless(type.equals("ntfy") || text.tokenFile() == null, "token_file: only with type = \"ntfy\"");
        return switch (type) {
            case "email" -> email(terms);
            case "webhook" -> new Channel.Webhook(terms, place(), file("secret_file", text.secretFile()));
            case "ntfy" -> new Channel.Ntfy(terms, place(), file("token_file", text.tokenFile()));
            default -> throw new Wrong("type: \"email\", \"webhook\" or \"ntfy\"");
        };
    }

    private Channel email(Channel.Terms terms) {
        String host = text.host() == null ? "" : text.host();
        Wrong.unless(HOST.matcher(host).matches(), "host: the mail server's name");
        Channel.Security security = security();
        int port = text.port() == null ? usualPort(security) : text.port();
        Wrong.unless(port >= 1 && port <= 65_535, "port: 1 to 65535");
        String from = text.from() == null ? "" : text.from();
        Wrong.unless(ADDRESS.matcher(from).matches(), "from: an e-mail address");
        List<String> to = text.to() == null ? List.of() : text.to();
        Wrong.unless(
                !to.isEmpty()
                        && to.size() <= MOST_RECIPIENTS
                        && to.stream()
                                .allMatch(address -> ADDRESS.matcher(address).matches()),
                "to: 1 to " + MOST_RECIPIENTS + " e-mail addresses");
        Wrong.unless((text.user() == null) == (text.passwordFile() == null), "user and password_file go together");
        Wrong.unless(
                text.user() == null || security != Channel.Security.NONE || isThisMachine(host),
                "tls: a password is sent over an encrypted connection only, but for this machine's own server");
        return new Channel.Email(
                terms,
                host,
                port,
                security,
                text.user(),
                file("password_file", text.passwordFile()),
                from,
                List.copyOf(to));
    }

    private static boolean isThisMachine(String host) {
        return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("::1");
    }

    private Channel.Security security() {
        String tls = text.tls() == null ? "starttls" : text.tls();
        return switch (tls) {
            case "starttls" -> Channel.Security.STARTTLS;
            case "implicit" -> Channel.Security.IMPLICIT;
            case "none" -> Channel.Security.NONE;
            default -> throw new Wrong("tls: \"starttls\", \"implicit\" or \"none\"");
        };
    }

    private static int usualPort(Channel.Security security) {
        return switch (security) {
            case STARTTLS -> 587;
            case IMPLICIT -> 465;
            case NONE -> 25;
        };
    }

    private Channel.Place place() {
        Wrong.unless((text.url() == null) != (text.urlFile() == null), "either url or url_file");
        Wrong.unless(
                text.url() == null || Channel.address(text.url()).isPresent(),
                "url: https://… or http://…, with a host and no user");
        return new Channel.Place(
                text.url(), file("url_file", text.urlFile()), Boolean.TRUE.equals(text.allowPrivate()));
    }

    private static @Nullable Path file(String key, @Nullable String path) {
        if (path == null) {
            return null;
        }
        try {
            Path file = Path.of(path);
            Wrong.unless(file.isAbsolute(), key + ": an absolute path");
            return file;
        } catch (InvalidPathException e) {
            throw new Wrong(key + ": no path");
        }
    }
}
