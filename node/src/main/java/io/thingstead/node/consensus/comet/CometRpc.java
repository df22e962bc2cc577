package io.thingstead.node.consensus.comet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.proof.AppHash;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.CometHeader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The few requests that the node makes of its CometBFT, over HTTP on the loopback interface.
final class CometRpc implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int COMMIT = 2;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final URI base;

    CometRpc(int port) {
        base = URI.create("http://127.0.0.1:" + port + "/");
    }

    /// Whether the engine takes requests; its newest height, or -1 when it does not answer.
    long height() {
        try {
            return ask("status").path("sync_info").path("latest_block_height").asLong(-1);
        } catch (IOException e) {
            return -1;
        }
    }

    /// How many other members' engines it is connected to.
    int peers() throws IOException {
        return ask("net_info").path("n_peers").asInt();
    }

    /// Offers a transaction to the engine's pool; null when it was taken (or is there already), else why not.
    @Nullable
    String broadcast(byte[] transaction) throws IOException {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"broadcast_tx_sync\",\"params\":{\"tx\":\""
                + Base64.getEncoder().encodeToString(transaction) + "\"}}";
        JsonNode answer = send(HttpRequest.newBuilder(base)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
        if (answer.has("error")) {
            String why = answer.path("error")
                    .path("data")
                    .asText(answer.path("error").toString());
            return why.contains("already exists in cache") ? null : why;
        }
        JsonNode result = answer.path("result");
        return result.path("code").asInt(-1) == 0 ? null : result.path("log").asText("refused");
    }

    /// The header of a block and the members' precommits for it: those for the block alone. Null while it is not there.
    @Nullable
    CometCertificate commit(long height) throws IOException {
        JsonNode result = ask("commit?height=" + height);
        JsonNode signed = result.path("signed_header");
        if (signed.path("commit").isMissingNode()) {
            return null;
        }
        JsonNode commit = signed.path("commit");
        JsonNode blockId = commit.path("block_id");
        List<CometCertificate.Vote> votes = new ArrayList<>();
        JsonNode signatures = commit.path("signatures");
        for (int i = 0; i < signatures.size(); i++) {
            JsonNode vote = signatures.get(i);
            if (vote.path("block_id_flag").asInt() == COMMIT) {
                Instant time = Instant.parse(vote.path("timestamp").asText());
                votes.add(new CometCertificate.Vote(
                        i,
                        time.getEpochSecond(),
                        time.getNano(),
                        Base64.getDecoder().decode(vote.path("signature").asText())));
            }
        }
        return new CometCertificate(
                AppHash.RULES_VERSION,
                header(signed.path("header")),
                commit.path("round").asLong(),
                blockId.path("parts").path("total").asLong(),
                hex(blockId.path("parts").path("hash")),
                votes);
    }

    private static CometHeader header(JsonNode json) {
        Instant time = Instant.parse(json.path("time").asText());
        JsonNode last = json.path("last_block_id");
        return new CometHeader(
                json.path("version").path("block").asLong(),
                json.path("version").path("app").asLong(),
                json.path("chain_id").asText(),
                json.path("height").asLong(),
                time.getEpochSecond(),
                time.getNano(),
                hex(last.path("hash")),
                last.path("parts").path("total").asLong(),
                hex(last.path("parts").path("hash")),
                hex(json.path("last_commit_hash")),
                hex(json.path("data_hash")),
                hex(json.path("validators_hash")),
                hex(json.path("next_validators_hash")),
                hex(json.path("consensus_hash")),
                hex(json.path("app_hash")),
                hex(json.path("last_results_hash")),
                hex(json.path("evidence_hash")),
                hex(json.path("proposer_address")));
    }

    private static byte[] hex(JsonNode json) {
        return HEX.parseHex(json.asText());
    }

    private JsonNode ask(String path) throws IOException {
        JsonNode answer = send(HttpRequest.newBuilder(base.resolve(path))
                .timeout(TIMEOUT)
                .GET()
                .build());
        if (answer.has("error")) {
            throw new IOException("the engine answers: " + answer.path("error").toString());
        }
        return answer.path("result");
    }

    private JsonNode send(HttpRequest request) throws IOException {
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return JSON.readTree(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
