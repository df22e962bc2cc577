package io.thingstead.node.consensus.comet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.proof.AppHash;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.CometHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The few requests that the node makes of its CometBFT, over HTTP on the loopback interface.
final class CometRpc implements AutoCloseable {
    private static final int COMMIT = 2;
    private static final String NO_VOTE = "nil-Vote";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final EngineHttp http = new EngineHttp();

    /// Of an engine whose port is told later.
    CometRpc() {}

    CometRpc(int port) {
        at(port);
    }

    /// The engine takes requests on this port from now on.
    final void at(int port) {
        http.at(port);
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

    /// The places in the set of members from which votes came in the round under way at this height.
    record Voted(long height, List<Integer> indices) {}

    Voted voted() throws IOException {
        JsonNode state = ask("consensus_state").path("round_state");
        String at = state.path("height/round/step").asText();
        Set<Integer> indices = new TreeSet<>();
        JsonNode rounds = state.path("height_vote_set");
        // A round that has just begun has no votes yet: then those of the one before say who is there.
        for (int round = rounds.size() - 1; round >= 0 && indices.isEmpty(); round--) {
            addPresent(rounds.get(round).path("prevotes"), indices);
            addPresent(rounds.get(round).path("precommits"), indices);
        }
        try {
            return new Voted(Long.parseLong(at.substring(0, Math.max(0, at.indexOf('/')))), List.copyOf(indices));
        } catch (NumberFormatException e) {
            throw new IOException("the engine does not say its height: " + at, e);
        }
    }

    private static void addPresent(JsonNode votes, Set<Integer> indices) {
        for (int i = 0; i < votes.size(); i++) {
            if (!votes.get(i).asText().equals(NO_VOTE)) {
                indices.add(i);
            }
        }
    }

    /// Offers a transaction to the engine's pool; null when it was taken (or is there already), else why not.
    @Nullable
    String broadcast(byte[] transaction) throws IOException {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"broadcast_tx_sync\",\"params\":{\"tx\":\""
                + Base64.getEncoder().encodeToString(transaction) + "\"}}";
        JsonNode answer = JSON.readTree(http.post(body.getBytes(StandardCharsets.ISO_8859_1)));
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
        return certificate(ask("commit?height=" + height));
    }

    /// What `commit` answers, or null where it names none. What is not of its form throws `IllegalArgumentException` or
    /// `DateTimeException`.
    @Nullable
    static CometCertificate certificate(JsonNode result) {
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

    /// An answer as it came, of at most so many bytes.
    byte[] raw(String path, int maxBytes) throws IOException {
        byte[] answer = http.get(path);
        if (answer.length > maxBytes) {
            throw new IOException("the engine answers too much");
        }
        return answer;
    }

    private JsonNode ask(String path) throws IOException {
        JsonNode answer = JSON.readTree(http.get(path));
        if (answer.has("error")) {
            throw new IOException("the engine answers: " + answer.path("error").toString());
        }
        return answer.path("result");
    }

    @Override
    public void close() {
        http.close();
    }
}
