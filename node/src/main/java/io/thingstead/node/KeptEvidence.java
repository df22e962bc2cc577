package io.thingstead.node;

import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.ShownFrames;
import io.thingstead.node.api.ShownToContracts;
import io.thingstead.node.consensus.BlockRecord;
import io.thingstead.node.consensus.StoredBlocks;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.MemberBatch;
import io.thingstead.node.ledger.Transaction;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// What contracts were shown, out of the blocks that are kept here.
record KeptEvidence(StoredBlocks blocks) implements ShownToContracts {
    @Override
    public List<ShownFrames.Shown> of(Event event, byte[] commitment) {
        return blocks.block(event.height()).map(BlockRecord::transactions).stream()
                .flatMap(List::stream)
                .flatMap(KeptEvidence::transactions)
                .filter(transaction -> Arrays.equals(transaction.identity(), event.transaction()))
                .flatMap(transaction -> transaction.attachments().stream())
                .filter(attached -> Arrays.equals(attached.commitment(), commitment))
                .findFirst()
                .map(KeptEvidence::frames)
                .orElse(List.of());
    }

    private static List<ShownFrames.Shown> frames(Attachment attached) {
        return ShownFrames.decode(attached.content()) instanceof Result.Ok<ShownFrames>(ShownFrames shown)
                ? shown.frames()
                : List.of();
    }

    /// With several members they come in batches.
    private static Stream<Transaction> transactions(byte[] bytes) {
        if (Transaction.decode(bytes) instanceof Result.Ok<Transaction>(Transaction transaction)) {
            return Stream.of(transaction);
        }
        return MemberBatch.decode(bytes) instanceof Result.Ok<MemberBatch>(MemberBatch batch)
                ? batch.transactions().stream().flatMap(KeptEvidence::ofBatch)
                : Stream.empty();
    }

    private static Stream<Transaction> ofBatch(byte[] bytes) {
        return Transaction.decode(bytes) instanceof Result.Ok<Transaction>(Transaction transaction)
                ? Stream.of(transaction)
                : Stream.empty();
    }
}
