package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `thingstead grants`: who may read what, of this member's devices and of others'.
@Command(
        name = "grants",
        description =
                "Lists which member may read which device: this member's devices, and what it may read of others.",
        mixinStandardHelpOptions = true)
final class GrantsCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        RunningNode node = data.node();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        boolean any = false;
        String after = "";
        while (true) {
            JsonNode page = node.getJson("/api/grants" + after);
            for (JsonNode grant : page.path("grants")) {
                out.println(grant.path("to").asText() + " may read "
                        + grant.path("device").asText() + times(grant));
                any = true;
            }
            if (!page.hasNonNull("next")) {
                break;
            }
            after = "?after=" + URLEncoder.encode(page.path("next").asText(), StandardCharsets.UTF_8);
        }
        if (!any) {
            out.println("No grants yet. Give one: ./thingstead grant DEVICE --to MEMBER");
        }
        out.flush();
        return 0;
    }

    private static String times(JsonNode grant) {
        long from = grant.path("fromMs").asLong();
        return (from == 0 ? ", from the beginning" : ", received from " + Instant.ofEpochMilli(from))
                + (grant.hasNonNull("toMs")
                        ? " to " + Instant.ofEpochMilli(grant.path("toMs").asLong())
                        : ", until it is revoked");
    }
}
