package io.thingstead.node.cli;

import io.thingstead.node.consensus.comet.CometProgram;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `thingstead engine`: the program that several members agree with.
@Command(
        name = "engine",
        description = "Installs and checks the consensus engine (CometBFT), which a ledger of several members needs.",
        mixinStandardHelpOptions = true,
        subcommands = {EngineCommand.Install.class, EngineCommand.Check.class})
final class EngineCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        Objects.requireNonNull(spec).commandLine().usage(System.out);
    }

    /// `thingstead engine install`.
    @Command(
            name = "install",
            description = "Builds CometBFT v" + CometProgram.VERSION + " with Go and puts it in place.",
            mixinStandardHelpOptions = true)
    static final class Install implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            Optional<Path> there = CometProgram.find(null);
            if (there.isPresent()) {
                out.println("CometBFT v" + CometProgram.VERSION + " is there already: " + there.get());
                return 0;
            }
            Optional<Path> go = CometProgram.go();
            if (go.isEmpty()) {
                err.println(CometProgram.byHand());
                return 1;
            }
            out.println("Building CometBFT v" + CometProgram.VERSION + " with " + go.get()
                    + " (about a minute; the first time its parts are fetched) …");
            out.flush();
            Path place = CometProgram.install(go.get(), line -> {
                out.println("  " + line);
                out.flush();
            });
            out.println("CometBFT v" + CometProgram.version(place) + " is installed: " + place);
            return 0;
        }
    }

    /// `thingstead engine check`.
    @Command(
            name = "check",
            description = "Says whether the consensus engine is there, and which version.",
            mixinStandardHelpOptions = true)
    static final class Check implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            Optional<Path> found = CometProgram.find(null);
            if (found.isPresent()) {
                out.println("CometBFT v" + CometProgram.VERSION + ": " + found.get());
                return 0;
            }
            out.println("CometBFT v" + CometProgram.VERSION + " is not there. A ledger of one member does not need it;"
                    + " for one of several: thingstead engine install");
            return 1;
        }
    }
}
