package io.thingstead.node.cli;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `thingstead admin`: what the owner of the node's machine may do about who administers it.
@Command(
        name = "admin",
        description = "Lets an administrator in, from the node's own machine.",
        mixinStandardHelpOptions = true,
        subcommands = AdminCommand.Link.class)
final class AdminCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        Objects.requireNonNull(spec)
                .commandLine()
                .usage(Objects.requireNonNull(spec).commandLine().getOut());
    }

    /// `thingstead admin link`.
    @Command(
            name = "link",
            description = {
                "Makes a link by which an administrator comes in, once, within a day: for the first one, or when nobody",
                "can get in any more. The link made before it is open no more. The node has to run."
            },
            mixinStandardHelpOptions = true)
    static final class Link implements Callable<Integer> {
        @Mixin
        private DataOption data = new DataOption();

        @Option(
                names = "--for",
                paramLabel = "NAME",
                description = "For the administrator of that name, who lost the passkey; else for a new one.")
        private @Nullable String name;

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            Map<String, Object> body = name == null ? Map.of() : Map.of("name", name);
            var made = data.node().post("/api/people/administrator-link", body);
            var out = Objects.requireNonNull(spec).commandLine().getOut();
            out.println(made.path("link").asText());
            out.flush();
            return 0;
        }
    }
}
