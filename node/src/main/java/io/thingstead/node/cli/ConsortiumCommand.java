package io.thingstead.node.cli;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consortium.FoundingPlan;
import io.thingstead.node.consortium.Invite;
import io.thingstead.node.consortium.JoinRequest;
import io.thingstead.node.consortium.MemberFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead consortium`: several members found a ledger that they confirm together. Each step is done by a member on
/// its own machine, while no node runs in its data folder; what is handed on holds no secret.
@Command(
        name = "consortium",
        description = {
            "Founds a ledger that several members confirm together. Nobody hands on a secret:",
            "  1. the founder:      consortium found --member acme             writes acme.invite.json",
            "  2. each who joins:   consortium join acme.invite.json --member b --address host:26656",
            "                                                                  writes b.join.json",
            "  3. the founder:      consortium plan b.join.json c.join.json … --address host:26656",
            "                                                                  writes founding.json",
            "  4. each member:      consortium approve founding.json [--invite acme.invite.json]",
            "                                                                  writes NAME.approval.json",
            "  5. each member:      consortium begin founding.json *.approval.json [--invite acme.invite.json]",
            "  6. each member:      node"
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            ConsortiumCommand.Found.class,
            ConsortiumCommand.Join.class,
            ConsortiumCommand.Plan.class,
            ConsortiumCommand.Approve.class,
            ConsortiumCommand.Begin.class
        })
final class ConsortiumCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        Objects.requireNonNull(spec).commandLine().usage(System.out);
    }

    /// What all steps have in common.
    abstract static class Step implements Callable<Integer> {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "The member's data folder (default: thingstead-data/node).")
        private Path data = DataOption.NODE;

        @Spec
        private @Nullable CommandSpec spec;

        final MemberFolder folder() {
            return MemberFolder.open(data, System::currentTimeMillis);
        }

        final void say(String line) {
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            out.println(line);
            out.flush();
        }

        final MemberId member(String name) {
            return MemberId.parse(name)
                    .orElseThrow(() -> new ParameterException(
                            Objects.requireNonNull(spec).commandLine(),
                            "a member's name is 1 to 32 of a-z, 0-9 and '-', not \"" + name + "\""));
        }
    }

    /// `thingstead consortium found`.
    @Command(
            name = "found",
            description = {
                "Writes an invite to this member's ledger. Founds the ledger where there is none yet;",
                "one that is there goes on with its devices, anchors and history."
            },
            mixinStandardHelpOptions = true)
    static final class Found extends Step {
        @Option(names = "--member", paramLabel = "NAME", required = true, description = "This member's name.")
        private String name = "";

        @Option(names = "--domain", paramLabel = "DOMAIN", description = "Under which its logs are named.")
        private @Nullable String domain;

        @Option(names = "--out", paramLabel = "FILE", description = "The invite (default: NAME.invite.json).")
        private @Nullable Path out;

        @Override
        public Integer call() {
            Path file = out == null ? Path.of(name + ".invite.json") : out;
            try (MemberFolder folder = folder()) {
                folder.invite(member(name), domain == null ? name + ".internal" : domain)
                        .write(file);
            }
            say("Wrote " + file
                    + ": hand it to those who are to join. It is no secret, but they must have it from you.");
            return 0;
        }
    }

    /// `thingstead consortium join`.
    @Command(
            name = "join",
            description = "Makes this member's keys on this machine and writes a request to join.",
            mixinStandardHelpOptions = true)
    static final class Join extends Step {
        @Parameters(paramLabel = "INVITE", description = "The founder's invite.")
        private Path invite = Path.of("");

        @Option(names = "--member", paramLabel = "NAME", required = true, description = "This member's name.")
        private String name = "";

        @Option(names = "--domain", paramLabel = "DOMAIN", description = "Under which its logs are named.")
        private @Nullable String domain;

        @Option(
                names = "--address",
                paramLabel = "HOST:PORT",
                required = true,
                description = "Where the other members' engines will reach this one's.")
        private String address = "";

        @Option(names = "--out", paramLabel = "FILE", description = "The request (default: NAME.join.json).")
        private @Nullable Path out;

        @Override
        public Integer call() {
            Path file = out == null ? Path.of(name + ".join.json") : out;
            JoinRequest request;
            try (MemberFolder folder = folder()) {
                request = folder.request(
                        Invite.read(invite), member(name), domain == null ? name + ".internal" : domain, address);
            }
            request.write(file);
            say("Wrote " + file + ": hand it to the founder within a day. It holds public keys only.");
            say("Fingerprint, for the founder to compare: " + request.fingerprint());
            return 0;
        }
    }

    /// `thingstead consortium plan`.
    @Command(
            name = "plan",
            description = "The founder registers those who asked to join and writes the plan that all approve.",
            mixinStandardHelpOptions = true)
    static final class Plan extends Step {
        @Parameters(paramLabel = "REQUEST", arity = "1..*", description = "The requests to join.")
        private List<Path> requests = List.of();

        @Option(
                names = "--address",
                paramLabel = "HOST:PORT",
                required = true,
                description = "Where the other members' engines will reach the founder's.")
        private String address = "";

        @Option(names = "--out", paramLabel = "FILE", description = "The plan (default: founding.json).")
        private Path out = Path.of("founding.json");

        @Override
        public Integer call() {
            List<JoinRequest> read = requests.stream().map(JoinRequest::read).toList();
            read.forEach(r -> say(r.member() + " (" + r.domain() + "), engine at " + r.address() + ", fingerprint "
                    + r.fingerprint()));
            FoundingPlan plan;
            try (MemberFolder folder = folder()) {
                plan = folder.plan(read, address);
            }
            plan.write(out);
            plan.inWords().forEach(this::say);
            say("Wrote " + out + ": every member approves it. Do not start this node before the plan is begun.");
            return 0;
        }
    }

    /// `thingstead consortium approve`.
    @Command(
            name = "approve",
            description = "Checks a plan, says in plain words what it means, and signs it.",
            mixinStandardHelpOptions = true)
    static final class Approve extends Step {
        @Parameters(paramLabel = "PLAN", description = "The founder's plan.")
        private Path plan = Path.of("");

        @Option(names = "--invite", paramLabel = "FILE", description = "The invite that this member joined with.")
        private @Nullable Path invite;

        @Option(names = "--yes", description = "Do not ask.")
        private boolean yes;

        @Option(names = "--out", paramLabel = "FILE", description = "The approval (default: NAME.approval.json).")
        private @Nullable Path out;

        @Override
        public Integer call() {
            FoundingPlan read = FoundingPlan.read(plan);
            read.inWords().forEach(this::say);
            if (!yes && !confirmed()) {
                say("Not approved.");
                return 1;
            }
            FoundingPlan.Approval approval;
            try (MemberFolder folder = folder()) {
                approval = folder.approve(read, invite == null ? null : Invite.read(invite));
            }
            Path file = out == null ? Path.of(approval.member() + ".approval.json") : out;
            FoundingPlan.writeApproval(file, approval);
            say("Wrote " + file + ": hand it to all members.");
            return 0;
        }

        private static boolean confirmed() {
            var console = Objects.requireNonNull(System.console());
            if (!console.isTerminal()) {
                return false;
            }
            String answer = console.readLine("Do you approve? [y/N] ");
            return answer != null && answer.strip().equalsIgnoreCase("y");
        }
    }

    /// `thingstead consortium begin`.
    @Command(
            name = "begin",
            description = "Begins the era that all members have approved; then start the node.",
            mixinStandardHelpOptions = true)
    static final class Begin extends Step {
        @Parameters(paramLabel = "FILE", arity = "1..*", description = "The plan, and the approvals of all members.")
        private List<Path> files = List.of();

        @Option(names = "--invite", paramLabel = "FILE", description = "The invite that this member joined with.")
        private @Nullable Path invite;

        @Override
        public Integer call() {
            FoundingPlan plan = FoundingPlan.read(files.getFirst())
                    .with(files.stream().skip(1).map(FoundingPlan::readApproval).toList());
            try (MemberFolder folder = folder()) {
                folder.begin(plan, invite == null ? null : Invite.read(invite));
            }
            plan.inWords().forEach(this::say);
            say("The era has begun here. Start the node: ./thingstead node");
            return 0;
        }
    }
}
