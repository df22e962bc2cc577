package io.thingstead.node.alarm;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whom rules can tell of alarms, as the file of rules declares it.
public sealed interface Channel {
    int MAX_ADDRESS = 500;

    /// What every channel has.
    ///
    /// @param name by which rules mean it
    /// @param mostPerHour messages; what is more is gathered into fewer
    /// @param tellsCleared also when an alarm is over
    record Terms(String name, int mostPerHour, boolean tellsCleared) {}

    /// Where messages can be posted, if the text says so.
    static Optional<URI> address(String text) {
        try {
            URI uri = URI.create(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean isOne = text.length() <= MAX_ADDRESS
                    && (scheme.equals("https") || scheme.equals("http"))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getFragment() == null;
            return isOne ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    Terms terms();

    default String name() {
        return terms().name();
    }

    /// How the connection to a mail server is kept secret.
    enum Security {
        /// TLS from the first byte on
        IMPLICIT,
        /// upgraded to TLS before anything is said
        STARTTLS,
        /// not at all
        NONE
    }

    /// @param user with its password where the server wants to know who comes
    record Email(
            Terms terms,
            String host,
            int port,
            Security security,
            @Nullable String user,
            @Nullable Path passwordFile,
            String from,
            List<String> to)
            implements Channel {}

    /// Where a message is posted to. The address itself may be a secret, and then stands in a file.
    ///
    /// @param allowsPrivate whether the address may be one of this machine or its network
    record Place(@Nullable String url, @Nullable Path urlFile, boolean allowsPrivate) {}

    /// JSON over HTTP.
    ///
    /// @param secretFile with which messages are signed
    record Webhook(Terms terms, Place place, @Nullable Path secretFile) implements Channel {}

    /// A topic of an ntfy server, whose address it is.
    record Ntfy(Terms terms, Place place, @Nullable Path tokenFile) implements Channel {}
}
