package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.ledger.EraRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes all that CometBFT reads at its start: its configuration, the genesis of the era's chain, and its network
/// identity. `cometbft init` is not needed.
final class CometFiles {
    private static final String PRIVATE = "rw-------";

    private final CometSettings settings;

    CometFiles(CometSettings settings) {
        this.settings = settings;
    }

    /// Whether CometBFT has blocks here.
    boolean hasBlocks() {
        return Files.isDirectory(settings.home().resolve("data/blockstore.db"));
    }

    /// Where the engine begins when it takes a snapshot: whom it asks for light blocks, and the header it trusts.
    record StateSync(List<String> servers, long trustHeight, byte[] trustHash) {}

    /// Forgets the engine's blocks and what it knew of its peers, for it to begin at a snapshot. What its key signed
    /// last stands elsewhere and stays.
    void forgetBlocks() {
        Path data = settings.home().resolve("data");
        if (!Files.isDirectory(data)) {
            return;
        }
        try (Stream<Path> found = Files.walk(data)) {
            for (Path file : found.sorted(Comparator.reverseOrder()).toList()) {
                // CometBFT does not start without the state of the signer of its own, which is not in use here.
                if (!file.equals(data) && !file.endsWith("priv_validator_state.json")) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clear the engine's blocks in " + data, e);
        }
    }

    /// @param sync how it takes a snapshot, or null: it goes on from its blocks
    /// @param rpcPort where the engine takes requests of this node, on the loopback interface
    /// @param startMs the era's start on the ledger's clock
    void write(
            EraRecord era,
            long startMs,
            SigningKey peerKey,
            Path abciSocket,
            Path signerSocket,
            int rpcPort,
            @Nullable StateSync sync) {
        try {
            Files.createDirectories(settings.home().resolve("config"));
            Files.createDirectories(settings.home().resolve("data"));
            write("config/config.toml", config(abciSocket, signerSocket, rpcPort, sync));
            write("config/genesis.json", genesis(era, startMs));
            write("config/node_key.json", nodeKey(peerKey));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the engine's configuration in " + settings.home(), e);
        }
    }

    private void write(String name, String text) throws IOException {
        Path file = settings.home().resolve(name);
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Files.deleteIfExists(partial);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
        }
        Files.writeString(partial, text);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// A decided block is left a moment for the slowest vote, and goes on at once when all have come: its time
    /// is the lower middle of its votes' times, and of three votes a wrong clock alone could be that.
    ///
    /// Blocks of at most 1 MiB, made when there is something to agree on, and every so often when there is not.
    /// Peers are members only: the engine asks the node about each (`filter_peers`), and tells none of others.
    private String config(Path abciSocket, Path signerSocket, int rpcPort, @Nullable StateSync sync) {
        return """
                proxy_app = "unix://%s"
                abci = "socket"
                moniker = "thingstead"
                db_backend = "goleveldb"
                db_dir = "data"
                log_level = "error"
                log_format = "plain"
                genesis_file = "config/genesis.json"
                node_key_file = "config/node_key.json"
                priv_validator_laddr = "unix://%s"
                filter_peers = true

                [rpc]
                laddr = "tcp://127.0.0.1:%d"
                grpc_laddr = ""
                unsafe = false
                max_open_connections = 100
                max_body_bytes = 2000000

                [p2p]
                laddr = "tcp://%s"
                persistent_peers = "%s"
                addr_book_strict = false
                allow_duplicate_ip = true
                pex = false
                max_num_inbound_peers = 100
                max_num_outbound_peers = 100
                flush_throttle_timeout = "1ms"
                max_packet_msg_payload_size = 16384
                send_rate = 200000000
                recv_rate = 200000000
                handshake_timeout = "10s"
                dial_timeout = "3s"

                [mempool]
                type = "flood"
                recheck = true
                broadcast = true
                size = 5000
                max_txs_bytes = 67108864
                cache_size = 20000
                max_tx_bytes = 131072

                [statesync]
                %s

                [blocksync]
                version = "v0"

                [consensus]
                wal_file = "data/cs.wal/wal"
                timeout_propose = "%dms"
                timeout_propose_delta = "100ms"
                timeout_prevote = "100ms"
                timeout_prevote_delta = "100ms"
                timeout_precommit = "100ms"
                timeout_precommit_delta = "100ms"
                timeout_commit = "50ms"
                skip_timeout_commit = true
                create_empty_blocks = true
                create_empty_blocks_interval = "%dms"
                peer_gossip_sleep_duration = "5ms"
                peer_query_maj23_sleep_duration = "2s"
                double_sign_check_height = 0

                [storage]
                discard_abci_responses = true

                [tx_index]
                indexer = "null"

                [instrumentation]
                prometheus = false
                """.formatted(
                        abciSocket,
                        signerSocket,
                        rpcPort,
                        settings.listen(),
                        String.join(",", settings.peers()),
                        sync == null ? "enable = false" : stateSync(sync),
                        settings.timeoutProposeMs(),
                        settings.emptyBlockMs());
    }

    /// The engine verifies from the trusted header on; how old it may be is the members' matter, not a fixed time's.
    private static String stateSync(StateSync sync) {
        return """
                enable = true
                rpc_servers = "%s"
                trust_height = %d
                trust_hash = "%s"
                trust_period = "87600h0m0s"
                discovery_time = "5s"
                chunk_request_timeout = "5s"
                chunk_fetchers = "4"
                """.formatted(
                        String.join(",", sync.servers()),
                        sync.trustHeight(),
                        HexFormat.of().withUpperCase().formatHex(sync.trustHash()));
    }

    /// The same on every member: it follows from the era's record and the time of the ledger's last block before it.
    private static String genesis(EraRecord era, long startMs) {
        String validators = era.members().stream()
                .map(member -> """
                        {"address": "%s", "pub_key": {"type": "tendermint/PubKeyEd25519", "value": "%s"}, \
                        "power": "%d", "name": "%s"}""".formatted(
                                HexFormat.of()
                                        .formatHex(MemberSet.address(member.engineKey()))
                                        .toUpperCase(Locale.ROOT),
                                base64(member.engineKey().point()),
                                member.power(),
                                member.member()))
                .collect(Collectors.joining(",\n    "));
        return """
                {
                  "genesis_time": "%s",
                  "chain_id": "%s",
                  "initial_height": "%d",
                  "consensus_params": {
                    "block": {"max_bytes": "1048576", "max_gas": "-1"},
                    "evidence": {"max_age_num_blocks": "50000", "max_age_duration": "172800000000000", "max_bytes": "65536"},
                    "validator": {"pub_key_types": ["ed25519"]},
                    "version": {"app": "0"},
                    "abci": {"vote_extensions_enable_height": "0"}
                  },
                  "validators": [
                    %s
                  ],
                  "app_hash": ""
                }
                """.formatted(Instant.ofEpochMilli(startMs), era.chainId(), era.initialHeight(), validators);
    }

    private static String nodeKey(SigningKey peerKey) {
        byte[] secretAndPublic = Arrays.copyOf(peerKey.secret(), 64);
        System.arraycopy(peerKey.key().point(), 0, secretAndPublic, 32, 32);
        return """
                {"priv_key": {"type": "tendermint/PrivKeyEd25519", "value": "%s"}}
                """.formatted(base64(secretAndPublic));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
