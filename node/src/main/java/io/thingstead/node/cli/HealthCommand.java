package io.thingstead.node.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `thingstead health`: whether the node in a data folder is alive, for programs that start one again that is not.
@Command(
        name = "health",
        description = "Asks the node that runs here whether it is alive. Exit code 0: yes; 1: no, or none runs.",
        mixinStandardHelpOptions = true)
final class HealthCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        boolean alive = data.node().getJson("/health/live").path("ok").asBoolean();
        out.println(alive ? "alive" : "not alive");
        out.flush();
        return alive ? 0 : Failures.EXIT_FAILED;
    }
}
