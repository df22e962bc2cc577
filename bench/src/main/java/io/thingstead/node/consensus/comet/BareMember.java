package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.node.ledger.EraRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// One member's CometBFT over an application that takes every transaction and keeps nothing: configured, signed for and
/// talked to as the node does.
final class BareMember implements AutoCloseable {
    private static final int BYTES_AROUND_TRANSACTION = 8;
    private static final byte[] NONE = {};

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final ConcurrentMap<Long, Runnable> landing = new ConcurrentHashMap<>();
    private final CometRpc rpc;
    private final CometProcess process;
    private volatile long height;
    private byte[] appHash = hash(0);

    BareMember(CometSettings settings, EraRecord era, SigningKey engineKey, SigningKey peerKey, int rpcPort)
            throws IOException {
        Path sockets = settings.home().resolve("sockets");
        Files.createDirectories(sockets);
        AbciServer abci = new AbciServer(sockets.resolve("abci"), this::answer, trouble -> {
            throw new IllegalStateException("the bare engine's application failed", trouble);
        });
        open.push(abci);
        abci.start();
        SignerState.begin(settings.home().resolve(FirstVotes.RECORD));
        VoteRecord votes = VoteRecord.of(SignerState.open(settings.home().resolve(FirstVotes.RECORD)));
        open.push(votes);
        RemoteSigner signer = new RemoteSigner(
                sockets.resolve("signer"),
                new EngineSigner(EngineSigner.Voters.always(engineKey), era.chainId(), votes));
        open.push(signer);
        new CometFiles(settings)
                .write(era, 1, peerKey, sockets.resolve("abci"), sockets.resolve("signer"), rpcPort, null);
        rpc = new CometRpc(rpcPort);
        open.push(rpc);
        process = new CometProcess(settings.program(), settings.home(), () -> {});
        open.push(process);
        signer.start();
        process.start();
    }

    long height() {
        return height;
    }

    long pid() {
        return process.pid();
    }

    /// Hands a transaction over; its first eight bytes are its number.
    ///
    /// @param landed run once it is in a block that this member committed
    void send(byte[] transaction, Runnable landed) throws IOException {
        landing.put(number(transaction), landed);
        String why = rpc.broadcast(transaction);
        if (why != null) {
            throw new IllegalStateException("the bare engine does not take a transaction: " + why);
        }
    }

    private static long number(byte[] transaction) {
        return ByteBuffer.wrap(transaction).getLong();
    }

    private byte[] answer(AbciRequest request) {
        return switch (request) {
            case AbciRequest.Echo(String message) -> AbciResponse.echo(message);
            case AbciRequest.Flush() -> AbciResponse.flush();
            case AbciRequest.Info _ -> AbciResponse.info(height, height == 0 ? NONE : appHash);
            case AbciRequest.InitChain _ -> AbciResponse.initChain(appHash);
            case AbciRequest.Query _ -> AbciResponse.query(0, "");
            case AbciRequest.CheckTx _ -> AbciResponse.checkTx(0, "");
            case AbciRequest.PrepareProposal wanted -> AbciResponse.prepareProposal(fitting(wanted));
            case AbciRequest.ProcessProposal _ -> AbciResponse.processProposal(AbciResponse.ACCEPT);
            case AbciRequest.FinalizeBlock(AbciRequest.Block block) -> decided(block);
            case AbciRequest.Commit() -> AbciResponse.commit(0);
            default -> AbciResponse.exception("the bare application does not answer " + request);
        };
    }

    private static List<byte[]> fitting(AbciRequest.PrepareProposal wanted) {
        List<byte[]> chosen = new ArrayList<>();
        long room = wanted.maxBytes();
        for (byte[] transaction : wanted.txs()) {
            room -= transaction.length + BYTES_AROUND_TRANSACTION;
            if (room < 0) {
                break;
            }
            chosen.add(transaction);
        }
        return chosen;
    }

    private byte[] decided(AbciRequest.Block block) {
        height = block.height();
        for (byte[] transaction : block.txs()) {
            Runnable waiting = landing.remove(number(transaction));
            if (waiting != null) {
                waiting.run();
            }
        }
        // Like a ledger's, it changes with each block that holds something, and the engine makes one block more.
        appHash = block.txs().isEmpty() ? appHash : hash(height);
        return AbciResponse.finalizeBlock(block.txs().size(), List.of(), appHash);
    }

    private static byte[] hash(long ofHeight) {
        return ByteBuffer.allocate(32).putLong(ofHeight).array();
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("closing the bare engine", e);
            }
        }
    }
}
