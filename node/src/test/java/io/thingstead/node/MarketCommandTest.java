package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A member's operator offers, finds, takes and withdraws by command, at a whole node.
class MarketCommandTest {
    @TempDir
    Path folder;

    private Path data;
    private Path terms;
    private Node node;

    @BeforeEach
    void start() throws Exception {
        data = folder.resolve("node");
        terms = folder.resolve("terms.yaml");
        Files.writeString(terms, BayByTheHour.paidIn("acme:EUR"));
        node = Node.start(data, NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0));
        assertThat(node.core()
                        .registrar()
                        .ask(List.of(
                                RegisterDevice.withToken(DeviceId.of("acme:car")),
                                RegisterDevice.withToken(DeviceId.of("acme:bay")))))
                .isEmpty();
        run(0, "money", "asset", "EUR");
        run(0, "money", "issue", "20.00", "EUR", "--to", "acme:car");
    }

    @AfterEach
    void close() {
        node.close();
    }

    private String run(int code, String... arguments) {
        var out = new StringWriter();
        var line = Thingstead.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--data", data.toString()))
                .toArray(String[]::new);
        assertThat(line.execute(all)).as(out.toString()).isEqualTo(code);
        return out.toString().strip();
    }

    private String offer(String kind, String price, String at, String... more) {
        return run(
                0,
                Stream.concat(
                                Stream.of(
                                        "market", "offer", kind, "--price", price, "--asset", "EUR", "--per", "h",
                                        "--at", at),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    @Test
    void a_bay_is_offered_found_by_place_and_price_taken_and_withdrawn() {
        assertThat(run(0, "market", "find")).isEqualTo("Nothing is offered that fits.");
        String terms = this.terms.toString();
        assertThat(offer(
                        "parking.bay",
                        "1.20",
                        "48.1400,11.5600",
                        "--device",
                        "bay",
                        "--terms",
                        terms,
                        "--as",
                        "operator",
                        "--open",
                        "plate",
                        "--places",
                        "1"))
                .isEqualTo("acme offers parking.bay by acme:bay for 1.20 acme:EUR per h (offer 1).");
        offer("parking.street", "0.80", "48.1500,11.5600", "--terms", terms, "--as", "operator");
        offer("parking.garage", "3.00", "52.5200,13.4050", "--terms", terms, "--as", "operator");
        offer("data.traffic", "0.01", "48.1400,11.5600", "--url", "https://acme.example/api/readings");
        assertThat(run(0, "market", "find", "parking", "--near", "48.14,11.56").lines())
                .containsExactly(
                        "offer 1: parking.bay by acme:bay, 1.20 acme:EUR per h, 0 m away",
                        "offer 2: parking.street by acme, 0.80 acme:EUR per h, 1112 m away");
        assertThat(run(0, "market", "find", "parking", "--near", "48.14,11.56", "--within", "900")
                        .lines())
                .hasSize(1);
        assertThat(run(0, "market", "find", "--sort", "price").lines().map(line -> line.substring(0, 7)))
                .containsExactly("offer 4", "offer 2", "offer 1", "offer 3");
        assertThat(run(0, "market", "find", "--asset", "EUR", "--at-most", "1.00")
                        .lines())
                .hasSize(2);
        assertThat(run(0, "market", "find", "park")).isEqualTo("Nothing is offered that fits.");
        assertThat(run(0, "market", "find", "--own").lines()).hasSize(4);
        assertThat(run(1, "market", "find", "--at-most", "1.00")).contains("request.malformed");
        assertThat(run(0, "market", "show", "1"))
                .contains("to be chosen: plate (text), proposed none", "A bay by the hour", "(account member/acme)");
        assertThat(run(1, "market", "take", "1", "--set", "price=0.01", "--for", "acme:car"))
                .startsWith("offer.other: ");
        assertThat(run(1, "market", "take", "4", "--for", "acme:car")).startsWith("offer.other: ");
        assertThat(run(0, "market", "take", "1", "--set", "plate=M AB 1", "--for", "acme:car"))
                .contains("Contract 1 takes offer 1", "Contract 1 was signed by all");
        assertThat(run(0, "market", "find", "parking.bay")).contains("all places taken");
        assertThat(run(0, "market", "find", "parking.bay", "--free")).isEqualTo("Nothing is offered that fits.");
        assertThat(run(1, "market", "take", "1", "--for", "acme:car")).startsWith("offer.full: ");
        assertThat(run(0, "money", "balance", "acme:car")).startsWith("18.80 acme:EUR");
        assertThat(run(0, "contract", "status", "1")).contains("parked");
        run(0, "contract", "step", "1", "left");
        assertThat(run(0, "money", "balance", "acme")).startsWith("1.20 acme:EUR");
        assertThat(run(0, "market", "find", "parking.bay", "--free")).contains("offer 1");
        assertThat(run(0, "market", "withdraw", "1")).isEqualTo("Offer 1 of parking.bay was taken back by acme.");
        assertThat(run(1, "market", "withdraw", "1")).startsWith("offer.unknown: ");
        assertThat(run(0, "market", "find", "parking", "--json")).contains("\"total\":2");
    }

    @Test
    void offers_that_cannot_be_are_refused() {
        String[] base = {"market", "offer", "wash", "--price", "1.00", "--asset", "EUR", "--per", "h"};
        record Wrong(String code, String... more) {}
        for (Wrong wrong : List.of(
                new Wrong("request.malformed"),
                new Wrong("request.malformed", "--url", "ftp://x/"),
                new Wrong("request.malformed", "--terms", terms.toString()),
                new Wrong("request.malformed", "--url", "https://x/", "--at", "91,0"),
                new Wrong("contract.party", "--terms", terms.toString(), "--as", "nobody"),
                new Wrong("request.malformed", "--terms", terms.toString(), "--as", "operator", "--open", "nothing"),
                new Wrong("contract.malformed", "--terms", terms.toString(), "--as", "operator", "--open", "price"),
                new Wrong("device.unknown", "--url", "https://x/", "--device", "lamp"))) {
            assertThat(run(
                            1,
                            Stream.concat(Stream.of(base), Stream.of(wrong.more))
                                    .toArray(String[]::new)))
                    .startsWith(wrong.code + ": ");
        }
    }
}
