package io.thingstead.node.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.cli.Thingstead;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/// What people say to the program, and what they read then.
final class Commands {
    private Commands() {}

    /// @param code with which the command ended
    /// @param text all that it wrote
    record Said(int code, String text) {}

    static Said say(Object... arguments) {
        var out = new StringWriter();
        var writer = new PrintWriter(out);
        int code = Thingstead.commandLine()
                .setOut(writer)
                .setErr(writer)
                .execute(Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
        return new Said(code, out.toString());
    }

    /// What a command says that must do what it is told.
    static String done(Object... arguments) {
        Said said = say(arguments);
        assertThat(said.code())
                .as("%s: %s", Arrays.toString(arguments), said.text())
                .isZero();
        return said.text();
    }
}
