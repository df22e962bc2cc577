package io.thingstead.node.cli;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.NodeFiles;
import io.thingstead.node.consortium.FoundingPlan;
import io.thingstead.node.consortium.Invite;
import io.thingstead.node.consortium.JoinRequest;
import io.thingstead.node.consortium.MemberFolder;
import io.thingstead.node.consortium.RunningInvite;
import java.io.PrintWriter;
import java.nio.file.Files;
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

/// `thingstead consortium`: several members found a ledger that they confirm together, and others join it. Each step of
/// founding is done by a member on its own machine, while no node runs in its data folder; what is handed on holds no
/// secret.
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
            "  6. each member:      node",
            "Afterwards the members decide together, each at its running node:",
            "  consortium propose add echo.join.json · propose remove NAME · propose engine-key · propose rules V HEIGHT",
            "  consortium decisions, agree N, withdraw N",
            "A further member joins while the ledger runs:",
            "  1. any member:       consortium invite                          writes acme.invite.json",
            "  2. who joins:        consortium join acme.invite.json --member echo --address host:26656",
            "                                  --node-address host:7443        writes echo.join.json",
            "  3. who joins:        node --config thingstead.toml              waits until it is let in",
            "  4. a member:         consortium propose add echo.join.json",
            "  5. other members:    consortium agree N    until more than two thirds have agreed",
            "A member that lost its data folder and kept its keys comes back with such an invite, undecided:",
            "  consortium rejoin acme.invite.json --keys COPY-OF-KEYS          then: node"
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            ConsortiumCommand.Found.class,
            ConsortiumCommand.InviteOne.class,
            ConsortiumCommand.Join.class,
            ConsortiumCommand.Plan.class,
            ConsortiumCommand.Approve.class,
            ConsortiumCommand.Begin.class,
            RejoinCommand.class,
            ConsortiumStatusCommand.class,
            ProposeCommand.class,
            DecisionCommands.Decisions.class,
            DecisionCommands.Agree.class,
            DecisionCommands.Withdraw.class,
            VoteAgainCommand.class
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

        final Path data() {
            return data;
        }

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
                    .orElseThrow(() -> wrong("a member's name is 1 to 32 of a-z, 0-9 and '-', not \"" + name + "\""));
        }

        final ParameterException wrong(String text) {
            return new ParameterException(Objects.requireNonNull(spec).commandLine(), text);
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

    /// `thingstead consortium invite`.
    @Command(
            name = "invite",
            description = "Writes an invite to a ledger of several members, for one who is to join it.",
            mixinStandardHelpOptions = true)
    static final class InviteOne extends Step {
        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "The invite (default: NAME.invite.json, by this member's name).")
        private @Nullable Path out;

        @Override
        public Integer call() {
            RunningInvite invite = invite();
            Path file = out == null ? Path.of(invite.inviter() + ".invite.json") : out;
            invite.write(file);
            say("Wrote " + file + ": hand it to who is to join. It is no secret, but they must have it from you.");
            return 0;
        }

        private RunningInvite invite() {
            if (Files.exists(data().resolve(NodeFiles.ADDRESS))) {
                return RunningInvite.parse(RunningNode.in(data()).get("/api/invite"));
            }
            try (MemberFolder folder = folder()) {
                return folder.runningInvite();
            }
        }
    }

    /// `thingstead consortium join`.
    @Command(
            name = "join",
            description = "Makes this member's keys on this machine and writes a request to join.",
            mixinStandardHelpOptions = true)
    static final class Join extends Step {
        @Parameters(paramLabel = "INVITE", description = "The invite that a member handed over.")
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

        @Option(
                names = "--node-address",
                paramLabel = "HOST:PORT",
                description = "Where the other members' nodes will reach this one's: [members] address in"
                        + " thingstead.toml. Needed to join a ledger that runs; else its node says it later.")
        private String node = "";

        @Option(names = "--out", paramLabel = "FILE", description = "The request (default: NAME.join.json).")
        private @Nullable Path out;

        @Override
        public Integer call() {
            Path file = out == null ? Path.of(name + ".join.json") : out;
            boolean runs = RunningInvite.isOne(invite);
            MemberId self = member(name);
            if (runs && node.isEmpty()) {
                throw wrong("this ledger runs: say with --node-address HOST:PORT, too, where the"
                        + " other members' nodes will reach this one's ([members] in thingstead.toml)");
            }
            JoinRequest request;
            try (MemberFolder folder = folder()) {
                String under = domain == null ? name + ".internal" : domain;
                request = runs
                        ? folder.request(RunningInvite.read(invite), self, under, address, node)
                        : folder.request(Invite.read(invite), self, under, address, node);
            }
            request.write(file);
            say("Wrote " + file + ": hand it to who invited you" + (runs ? "" : ", within a day")
                    + ". It holds public keys only.");
            say("Fingerprint, for them to compare: " + request.fingerprint());
            if (runs) {
                say("Start the node now: ./thingstead node --data " + data() + " --config thingstead.toml, with"
                        + " member = \"" + name + "\" in it. It waits until the members have let it in.");
            }
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
