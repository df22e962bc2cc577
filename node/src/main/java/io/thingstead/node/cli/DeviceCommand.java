package io.thingstead.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.LedgerId;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead device`: the member's devices.
@Command(
        name = "device",
        description = "Adds and lists devices, changes their keys, and sends readings for one.",
        mixinStandardHelpOptions = true,
        subcommands = {
            DeviceCommand.Add.class,
            DeviceCommand.Show.class,
            DeviceSendCommand.class,
            DeviceKeyCommands.AddKey.class,
            DeviceKeyCommands.Revoke.class
        })
final class DeviceCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        java.util.Objects.requireNonNull(spec).commandLine().usage(System.out);
    }

    /// `thingstead device add NAME`: registers a device and prints what it needs.
    @Command(
            name = "add",
            description = {
                "Registers a device and prints what it needs.",
                "Without --key it gets an access token and sends plain JSON; the member vouches for its readings.",
                "With --key it gets a key of its own and signs its readings itself, the highest trust level.",
                "With --code nothing is registered yet: the device makes its own key and claims the name with the code."
            },
            mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "The device's name: 1 to 64 of a-z, 0-9 and '-'.")
        private String name = "";

        @Option(
                names = "--key",
                paramLabel = "FILE",
                description = "Make a key for the device and keep it in this new file.")
        private @Nullable Path key;

        @Option(
                names = "--code",
                description = "Make a code, good once and for an hour, with which the device claims the name.")
        private boolean code;

        @Mixin
        private DataOption data = new DataOption();

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            CommandLine command = java.util.Objects.requireNonNull(spec).commandLine();
            PrintWriter out = command.getOut();
            if (key != null && code) {
                throw new CommandLine.ParameterException(
                        command, "--code is for a device that makes its own key, --key makes one for it");
            }
            if (code) {
                addWithCode(node, out);
            } else if (key == null) {
                addWithToken(node, out);
            } else {
                addWithKey(node, key, out);
            }
            out.flush();
            return 0;
        }

        private void addWithCode(RunningNode node, PrintWriter out) {
            String address = node.http().toString().replaceAll("/+$", "");
            JsonNode made = node.post("/api/claims", Map.of("name", name, "page", address));
            out.println("The name " + made.path("device").asText() + " waits for its device for an hour.");
            out.println("Its code, shown this once: " + made.path("code").asText());
            out.println("The same as a link, for a phone: " + made.path("link").asText());
            out.println();
            out.println("Claim it with the Python kit (pip install ./kit/python), which makes the key:");
            out.println("  python -m thingstead claim " + address + " "
                    + made.path("code").asText() + " --key " + name + ".pem");
        }

        private void addWithToken(RunningNode node, PrintWriter out) {
            JsonNode added = node.post("/api/devices", Map.of("name", name));
            String token = added.path("token").asText();
            out.println("Device " + added.path("device").asText() + " is registered.");
            out.println("Its access token, shown this once: " + token);
            out.println();
            out.println("Send readings as plain JSON, over MQTT:");
            out.println("  mosquitto_pub -h " + node.mqttHost() + " -p " + node.mqttPort() + " -u " + token
                    + " -t v1/devices/me/telemetry -m '{\"temperature\": 21.5}'");
            if (node.mqttTlsPort() != 0) {
                out.println(
                        "from elsewhere with TLS, where a generated certificate is a file to hand over (https.crt):");
                out.println("  mosquitto_pub --cafile "
                        + data.folder().resolve("keys").resolve("https.crt")
                        + " -h HOST -p " + node.mqttTlsPort() + " -u " + token
                        + " -t v1/devices/me/telemetry -m '{\"temperature\": 21.5}'");
            }
            out.println("or over HTTP:");
            out.println("  curl "
                    + (node.mqttTlsPort() == 0
                            ? ""
                            : "--cacert " + data.folder().resolve("keys").resolve("https.crt") + " ")
                    + "-H 'Content-Type: application/json' -d '{\"temperature\": 21.5}' "
                    + node.http().resolve("/api/v1/" + token + "/telemetry"));
            out.println("and see them at " + node.http());
        }

        private void addWithKey(RunningNode node, Path file, PrintWriter out) {
            JsonNode status = node.getJson("/api/status");
            LedgerId ledger = LedgerId.ofHex(status.path("ledger").path("id").asText());
            String device = status.path("member").asText() + ":" + name;
            if (Files.exists(file)) {
                throw new RunningNode.NodeException(file + " exists already: a key is never overwritten");
            }
            SigningKey made = SigningKey.generate(Algorithm.ED25519);
            made.save(file);
            Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
            node.post(
                    "/api/devices",
                    Map.of(
                            "name", name,
                            "key", base64.encodeToString(made.key().coseKey()),
                            "possession", base64.encodeToString(Possession.sign(device, ledger, made))));
            out.println("Device " + device + " is registered and signs for itself.");
            out.println("Its private key is in " + file + " (only you may read it).");
            out.println("The ledger's id, which every signature binds: " + ledger);
            out.println("The log's key, with which it checks promises and receipts: "
                    + status.path("log").path("verifierKey").asText());
            out.println("The member's node key, which signs commands to it: "
                    + status.path("commandKey").asText());
            out.println();
            out.println("Send a signed reading with the Python kit (pip install ./kit/python):");
            out.println("  python -m thingstead send --device " + device + " --key " + file + " --ledger " + ledger
                    + " --http " + node.http() + " temperature=21.5:Cel");
        }
    }

    /// `thingstead device list [WORD...]`.
    @Command(
            name = "list",
            description = "Lists the devices, or those that have all these words in their name, label or quantities.",
            mixinStandardHelpOptions = true)
    static final class Show implements Callable<Integer> {
        @Parameters(paramLabel = "WORD", arity = "0..*", description = "What to search for.")
        private List<String> words = List.of();

        @Mixin
        private DataOption data = new DataOption();

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            RunningNode node = data.node();
            PrintWriter out =
                    java.util.Objects.requireNonNull(spec).commandLine().getOut();
            String list = "/api/devices?limit=1000&q=" + URLEncoder.encode(String.join(" ", words), UTF_8);
            JsonNode page = node.getJson(list);
            if (page.path("found").asLong() == 0) {
                out.println(
                        page.path("total").asLong() == 0
                                ? "No devices yet. Add one: ./thingstead device add NAME"
                                : "No device has this in its name, label or quantities.");
            }
            show(page, out);
            while (page.has("next")) {
                page = node.getJson(list + "&after=" + page.path("next").asText());
                show(page, out);
            }
            out.flush();
            return 0;
        }

        private static void show(JsonNode page, PrintWriter out) {
            for (JsonNode device : page.path("devices")) {
                String label = device.path("label").asText("");
                out.println(device.path("device").asText() + (label.isEmpty() ? "" : "  " + label));
            }
        }
    }
}
