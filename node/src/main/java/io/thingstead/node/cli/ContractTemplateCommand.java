package io.thingstead.node.cli;

import io.thingstead.node.contract.Templates;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead contract template [NAME]`: the templates, or one of them to begin with.
@Command(
        name = "template",
        description = "Lists the templates, or writes one out: thingstead contract template cold-chain -o mine.yaml",
        mixinStandardHelpOptions = true)
final class ContractTemplateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", arity = "0..1", description = "The template to write out; all are listed without.")
    private @Nullable String name;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where it goes, a new file; without it to standard output.")
    private @Nullable Path output;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (name == null) {
            Templates.all().forEach(t -> out.println(t.name() + "\n    " + t.about()));
        } else {
            String text = Templates.find(name)
                    .orElseThrow(() -> new RunningNode.NodeException("no template \"" + name + "\". There are: "
                            + String.join(
                                    ", ",
                                    Templates.all().stream()
                                            .map(Templates.Template::name)
                                            .toList())))
                    .text();
            write(text, out);
        }
        out.flush();
        return 0;
    }

    private void write(String text, PrintWriter out) throws IOException {
        if (output == null) {
            out.print(text);
            return;
        }
        try {
            Files.writeString(output, text, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new RunningNode.NodeException(output + " is there already: choose another name");
        }
        out.println(output + ": next, thingstead contract check " + output);
    }
}
