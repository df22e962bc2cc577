package io.thingstead.node.cli;

import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.Fingerprint;
import io.thingstead.kit.proof.LinkWords;
import io.thingstead.kit.proof.LinksFile;
import io.thingstead.kit.proof.TrustFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead trust`: whom a trust file trusts, and bringing it up to date by what the members have signed since.
@Command(
        name = "trust",
        description = "Shows a trust file, or brings it up to date when members have come or gone.",
        mixinStandardHelpOptions = true,
        subcommands = {TrustCommand.Show.class, TrustCommand.Update.class})
final class TrustCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "show",
            description = "Says whom a trust file trusts, how old it is, and digits to compare by voice.",
            mixinStandardHelpOptions = true)
    static final class Show implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "the trust file (*.trust.json)")
        private Path file;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            print(out, TrustText.read(file), System.currentTimeMillis());
            out.flush();
            return 0;
        }
    }

    private static void print(PrintWriter out, TrustFile trust, long now) {
        out.println("ledger       " + trust.ledger().hex());
        out.println("this file    " + TrustText.origin(trust.root(), trust.asOf(), now));
        out.println("knows until  block " + trust.height());
        for (var era : trust.eras()) {
            out.println("era " + era.number() + " (" + era.engine() + "), from block " + era.initialHeight() + ":");
            for (var set : era.sets()) {
                int count = set.members().size();
                out.println("   at block " + set.height() + ": " + LinkWords.names(set.members()) + " (" + count
                        + (count == 1 ? " member)" : " members)"));
            }
            trust.whoAloneNamed(era.number())
                    .ifPresent(one -> out.println("   " + one.member() + " alone said who these are"));
        }
        out.println("fingerprint  " + Fingerprint.of(trust));
        out.println("Compare the fingerprint with somebody who knows the members, by voice or in person.");
    }

    @Command(
            name = "update",
            description = {
                "Brings a trust file up to date: takes what more than two thirds of the members before and after each",
                "change have signed, checks all of it, and says what changed. Whoever gives it need not be trusted."
            },
            mixinStandardHelpOptions = true)
    static final class Update implements Callable<Integer> {
        private static final Duration TIMEOUT = Duration.ofSeconds(30);
        private static final int MAX_FILES = 1_000;

        @Parameters(paramLabel = "OLD", description = "the trust file that you have (*.trust.json)")
        private Path old;

        @Option(
                names = "--from",
                required = true,
                paramLabel = "NODE|FILE",
                description = "the address of any member's pages (http://…), or a *.links.json file")
        private String from;

        @Option(
                names = {"-o", "--output"},
                required = true,
                paramLabel = "NEW",
                description = "where to write the new trust file")
        private Path output;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException, InterruptedException {
            PrintWriter out = spec.commandLine().getOut();
            TrustFile trust = TrustText.read(old);
            long now = System.currentTimeMillis();
            for (int i = 0; i < MAX_FILES; i++) {
                LinksFile links = links(trust);
                trust = updated(trust, links, now);
                LinkWords.of(links.links(), trust).forEach(out::println);
                if (!links.more() || links.links().isEmpty() || isFile()) {
                    break;
                }
            }
            byte[] bytes = trust.write();
            if (bytes.length > LinksFile.MAX_BYTES) {
                throw new TrustText.TrustException("the members changed too often for one trust file");
            }
            Path whole = output.resolveSibling(output.getFileName() + ".new");
            Files.write(whole, bytes);
            Files.move(whole, output, StandardCopyOption.REPLACE_EXISTING);
            out.println("wrote " + output + ", as of block " + trust.height() + ": " + LinkWords.names(trust.members())
                    + " vote");
            out.println("fingerprint  " + Fingerprint.of(trust));
            out.flush();
            return 0;
        }

        private boolean isFile() {
            return !from.startsWith("http://") && !from.startsWith("https://");
        }

        private LinksFile links(TrustFile trust) throws IOException, InterruptedException {
            byte[] bytes = isFile() ? TrustText.bytes(Path.of(from)) : asked(newestKnown(trust));
            return switch (LinksFile.read(bytes)) {
                case Result.Ok<LinksFile>(var links) -> links;
                case Result.No<LinksFile>(var refused) ->
                    throw new TrustText.TrustException(from + ": " + refused.text());
            };
        }

        /// What follows from the file's block on; from the last set that it knows, where a file before gave more.
        private static long newestKnown(TrustFile trust) {
            return Math.max(
                    trust.height(), trust.eras().getLast().sets().getLast().height());
        }

        private byte[] asked(long height) throws IOException, InterruptedException {
            URI address = URI.create((from.endsWith("/") ? from : from + "/") + "api/trust/links?from=" + height);
            try (HttpClient client =
                    HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
                var request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
                var answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
                try (var body = answer.body()) {
                    if (answer.statusCode() != 200) {
                        throw new TrustText.TrustException(address + " answers with status " + answer.statusCode());
                    }
                    return body.readNBytes(LinksFile.MAX_BYTES + 1);
                }
            }
        }

        private static TrustFile updated(TrustFile trust, LinksFile links, long now) {
            return switch (links.update(trust, now)) {
                case Result.Ok<TrustFile>(var updated) -> updated;
                case Result.No<TrustFile>(var refused) -> throw new TrustText.TrustException(refused.text());
            };
        }
    }
}
