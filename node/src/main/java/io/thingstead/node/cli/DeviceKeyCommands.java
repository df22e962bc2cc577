package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.LedgerId;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The keys of the member's devices: `thingstead device add-key` and `thingstead device revoke`.
final class DeviceKeyCommands {
    private DeviceKeyCommands() {}

    /// `thingstead device add-key NAME --key FILE`: makes a further key for a device and registers it.
    @Command(
            name = "add-key",
            description = {
                "Makes a further key for a device, keeps it in a new file, and registers it.",
                "Its keys before stay in force: revoke those that are not to sign any more (device revoke).",
                "With --public and --possession it registers a key that the device has made itself."
            },
            mixinStandardHelpOptions = true)
    static final class AddKey implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "The device's name, alone or as member:name.")
        private String device = "";

        @Option(names = "--key", paramLabel = "FILE", description = "Keep the new key in this new file.")
        private @Nullable Path file;

        @Option(names = "--public", paramLabel = "KEY", description = "The device's own public key: did:key:z… or hex.")
        private @Nullable String publicKey;

        @Option(
                names = "--possession",
                paramLabel = "PROOF",
                description = "That key's proof of possession, as the device's kit prints it.")
        private @Nullable String possession;

        @Mixin
        private DataOption data = new DataOption();

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            var line = Objects.requireNonNull(spec).commandLine();
            boolean isOwn = publicKey != null && possession != null;
            if ((file == null) != isOwn || (publicKey == null) != (possession == null))
                throw new ParameterException(line, "either --key FILE, or --public KEY with --possession PROOF");
            RunningNode node = data.node();
            String id = node.device(device);
            PrintWriter out = line.getOut();
            if (file != null) made(node, id, file, out);
            else
                post(
                        node,
                        id,
                        Map.of(
                                "key", Objects.requireNonNull(publicKey),
                                "possession", Objects.requireNonNull(possession)));
            out.println("Device " + id + " has one more key. Its other keys stay in force.");
            out.flush();
            return 0;
        }

        private static void made(RunningNode node, String id, Path file, PrintWriter out) {
            if (Files.exists(file))
                throw new RunningNode.NodeException(file + " exists already: a key is never overwritten");
            LedgerId ledger = LedgerId.ofHex(
                    node.getJson("/api/status").path("ledger").path("id").asText());
            SigningKey made = SigningKey.generate(Algorithm.ED25519);
            made.save(file);
            var base64 = Base64.getUrlEncoder().withoutPadding();
            post(
                    node,
                    id,
                    Map.of(
                            "key", base64.encodeToString(made.key().coseKey()),
                            "possession", base64.encodeToString(Possession.sign(id, ledger, made))));
            out.println("Its new private key is in " + file + " (only you may read it).");
            out.println("The new key's thumbprint: " + made.key().thumbprint());
        }

        private static void post(RunningNode node, String id, Map<String, String> key) {
            node.post("/api/devices/" + id + "/keys", key);
        }
    }

    /// `thingstead device revoke NAME [KEY] --reason REASON`.
    @Command(
            name = "revoke",
            description = {
                "Revokes a key of a device, for ever: nothing that it signs is accepted any more.",
                "Readings from before stay, and stay proven."
            },
            mixinStandardHelpOptions = true)
    static final class Revoke implements Callable<Integer> {
        private static final int FEWEST_DIGITS = 8;

        @Parameters(index = "0", paramLabel = "NAME", description = "The device's name, alone or as member:name.")
        private String device = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "KEY",
                description = "The key's thumbprint, or its first 8 digits or more. Not needed when there is only one.")
        private @Nullable String key;

        @Option(
                names = "--reason",
                paramLabel = "REASON",
                required = true,
                description = "Why: lost, stolen, retired or misbehaved. It stands on the ledger.")
        private String reason = "";

        @Mixin
        private DataOption data = new DataOption();

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            String id = node.device(device);
            String found = found(node.getJson("/api/devices/" + id), id);
            JsonNode left = node.post("/api/devices/" + id + "/keys/" + found + "/revoke", Map.of("reason", reason));
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            out.println("The key " + found.substring(0, 16) + " of " + id + " is revoked (" + reason
                    + "). What it signed before stays proven.");
            int count = left.path("keys").size();
            out.println(
                    count == 0
                            ? "The device has no key in force any more. Give it a new one: thingstead device add-key "
                                    + id + " --key FILE"
                            : "Keys of it still in force: " + count);
            out.flush();
            return 0;
        }

        private String found(JsonNode detail, String id) {
            List<String> all =
                    detail.path("keys").valueStream().map(JsonNode::asText).toList();
            if (all.isEmpty()) throw new RunningNode.NodeException(id + " has no key in force");
            String wanted = key;
            if (wanted == null) {
                if (all.size() == 1) return all.getFirst();
                throw new RunningNode.NodeException(
                        id + " has several keys in force: say which\n  " + String.join("\n  ", all));
            }
            var meant = all.stream().filter(each -> each.startsWith(wanted)).toList();
            if (wanted.length() < FEWEST_DIGITS || meant.size() != 1)
                throw new RunningNode.NodeException(
                        wanted + " names no one key in force of " + id + "; there are\n  " + String.join("\n  ", all));
            return meant.getFirst();
        }
    }
}
