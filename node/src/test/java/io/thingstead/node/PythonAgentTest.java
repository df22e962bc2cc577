package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Python kit's agent against a real node: offers found, requests paid, limits kept.
class PythonAgentTest {
    private static final Path KIT = Path.of(System.getProperty("project.root", ".."), "kit", "python");
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PYTHONPATH", KIT.resolve("src").toString(), "PYTHONDONTWRITEBYTECODE", "1");

    @TempDir
    Path folder;

    private Buyer buyer;

    @BeforeEach
    void start() throws Exception {
        buyer = new Buyer(folder);
        buyer.wallet.save(folder.resolve("wallet.pem"));
    }

    @AfterEach
    void stop() {
        buyer.close();
    }

    private String python(String limit, String... arguments) throws Exception {
        // What it says counts here, also where it ends with an error.
        List<String> all = new ArrayList<>(
                List.of("sh", "-c", "\"$@\" || true", "sh", Programs.python("cryptography"), "-m", "thingstead"));
        all.addAll(Arrays.asList(arguments));
        all.addAll(List.of(
                "--node",
                buyer.node.page(),
                "--wallet",
                folder.resolve("wallet.pem").toString(),
                "--api-key",
                buyer.adminToken(),
                "--limit",
                limit));
        return Programs.run(ENVIRONMENT, all.toArray(String[]::new));
    }

    @Test
    void it_finds_pays_by_the_request_and_keeps_its_limits() throws Exception {
        assertThat(python("home:EUR:1000:10:40", "offers", "data"))
                .contains("1 data.temperature 0.05 home:EUR per {request} https://node.home.example/" + Buyer.SOLD);
        String url = URI.create(buyer.node.page()).resolve("/" + Buyer.SOLD).toString();
        String bought = python("home:EUR:1000:10:40", "buy", url, "--times", "12");
        assertThat(bought.lines().filter(line -> line.contains("21.5"))).hasSize(12);
        assertThat(bought).contains("spent today: 60 of home:EUR");
        assertThat(buyer.node.core().ledger().money().channels(buyer.account))
                .singleElement()
                .satisfies(channel -> assertThat(channel.deposit()).isEqualTo(80));
        // Started anew it goes on with its channel, and the day's limit stands in its book.
        String over = python("home:EUR:68:10:40", "buy", url, "--times", "3");
        assertThat(over).contains("limit.over", "spent today: 65 of home:EUR");
        buyer.restart();
        String after = URI.create(buyer.node.page()).resolve("/" + Buyer.SOLD).toString();
        assertThat(python("home:EUR:1000:10:40", "buy", after)).contains("spent today: 70 of home:EUR");
    }
}
