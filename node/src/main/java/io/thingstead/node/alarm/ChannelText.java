package io.thingstead.node.alarm;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A channel as the file of rules declares it. Secrets are never in it: it says in which files they are.
@JsonInclude(JsonInclude.Include.NON_NULL)
record ChannelText(
        @Nullable String type,
        @Nullable String host,
        @Nullable Integer port,
        @Nullable String tls,
        @Nullable String user,
        @JsonProperty("password_file") @Nullable String passwordFile,
        @Nullable String from,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Nullable
        List<String> to,

        @Nullable String url,
        @JsonProperty("url_file") @Nullable String urlFile,
        @JsonProperty("secret_file") @Nullable String secretFile,
        @JsonProperty("token_file") @Nullable String tokenFile,
        @JsonProperty("allow_private") @Nullable Boolean allowPrivate,
        @JsonProperty("most_per_hour") @Nullable Integer mostPerHour,
        @Nullable Boolean cleared) {}
