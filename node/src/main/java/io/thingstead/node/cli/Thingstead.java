package io.thingstead.node.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The program: `thingstead COMMAND`. A new command is a class in this package and a name in the list below.
@Command(
        name = "thingstead",
        description = "The shared ledger for things: signed readings that nobody can rewrite and anybody can verify.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Thingstead.Version.class,
        subcommands = {
            DemoCommand.class,
            NodeCommand.class,
            AdminCommand.class,
            DeviceCommand.class,
            GrantCommand.class,
            GrantsCommand.class,
            MoneyCommand.class,
            MarketCommand.class,
            ThingsCommand.class,
            AlarmCommand.class,
            ContractCommand.class,
            ExportCommand.class,
            SqlCommand.class,
            ProveCommand.class,
            VerifyCommand.class,
            EvidenceCommand.class,
            TrustCommand.class,
            ProofPageCommand.class,
            RebuildCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            UpgradeCommand.class,
            RetentionCommand.class,
            DoctorCommand.class,
            HealthCommand.class,
            EngineCommand.class,
            ConsortiumCommand.class,
            WarmUpCommand.class
        },
        footer = {"", "From a source tree also: thingstead test, thingstead bench.", "See README.md for a first walk."})
public final class Thingstead implements Runnable {
    /// How many virtual threads run at once, where nobody says otherwise. Whoever asks the databases holds a carrier
    /// until the answer is there, up to 20 s for a question in SQL: with one carrier a processor, one such question
    /// would hold up all that comes over HTTP on a machine with one processor, three on one with two.
    private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

    private static final int LEAST_CARRIERS = 8;

    @Spec
    private CommandSpec spec;

    private Thingstead() {}

    public static void main(String... arguments) {
        if (System.getProperty(CARRIERS) == null) {
            int processors = Runtime.getRuntime().availableProcessors();
            System.setProperty(CARRIERS, String.valueOf(Math.max(LEAST_CARRIERS, 2 * processors)));
        }
        System.exit(commandLine().execute(arguments));
    }

    /// The commands, ready to execute; a test runs them in its own process.
    public static CommandLine commandLine() {
        return new CommandLine(new Thingstead()).setExecutionExceptionHandler(new Failures());
    }

    /// Without a command: what there is.
    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    /// Read from the jar's manifest, which the build writes.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Thingstead.class.getPackage().getImplementationVersion();
            return new String[] {"thingstead " + (version == null ? "(not packaged)" : version)};
        }
    }
}
