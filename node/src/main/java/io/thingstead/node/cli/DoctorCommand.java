package io.thingstead.node.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.node.cli.Finding.Level;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `thingstead doctor`: checks everything that a node needs, and says what to do.
@Command(
        name = "doctor",
        description = {
            "Checks everything that a node needs, while it runs or rests, and says what to do.",
            "Exit code 0: nothing fails (it may warn); 1: something does."
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The node's data folder (default: thingstead-data/node).")
    private Path data = DataOption.NODE;

    @Option(names = "--config", paramLabel = "FILE", description = "The thingstead.toml that the node is started with.")
    private @Nullable Path config;

    @Mixin
    private PortOptions ports = new PortOptions();

    @Option(names = "--quick", description = "Leaves out what takes longer the longer the log is.")
    private boolean quick;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws JacksonException {
        List<Finding> findings = new ArrayList<>();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        var doctor = new Doctor(data, config, ports, !quick, finding -> {
            findings.add(finding);
            if (!json) say(out, finding);
        });
        doctor.check();
        Level worst =
                findings.stream().map(Finding::level).max(Level::compareTo).orElse(Level.OK);
        if (json) {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report(findings, worst)));
        } else {
            long warnings =
                    findings.stream().filter(f -> f.level() == Level.WARN).count();
            long failures =
                    findings.stream().filter(f -> f.level() == Level.FAIL).count();
            out.println();
            out.println(findings.size() + " checks, " + failures + " failed, " + warnings + " warn.");
        }
        out.flush();
        return worst == Level.FAIL ? Failures.EXIT_FAILED : 0;
    }

    private static void say(PrintWriter out, Finding finding) {
        out.printf("%-5s %-13s %s%n", finding.level().label(), finding.code(), finding.text());
        if (finding.advice() != null) out.println("                    " + finding.advice());
        out.flush();
    }

    private static ObjectNode report(List<Finding> findings, Level worst) {
        ObjectNode report = JSON.createObjectNode().put("level", worst.label());
        var all = report.putArray("checks");
        for (Finding finding : findings) {
            ObjectNode one = all.addObject()
                    .put("code", finding.code())
                    .put("level", finding.level().label())
                    .put("text", finding.text());
            if (finding.advice() != null) one.put("advice", finding.advice());
        }
        return report;
    }
}
