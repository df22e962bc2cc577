package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The order of an era of several members: signed batches, each member's in their own sequence and within its quotas.
/// All of a block's batches are judged by the state before the block, so that a proposal and its execution never
/// disagree; the transactions inside are not judged here.
final class BatchOrdering implements Ordering {
    /// How far ahead of a member's last batch the pool keeps its next ones.
    static final int MAX_AHEAD = 16;

    private final Admission admission;
    private final KnownBatches known = new KnownBatches();

    BatchOrdering(Admission admission) {
        this.admission = admission;
    }

    @Override
    public @Nullable Refused objection(byte[] engineTransaction, Draft draft) {
        return switch (known.read(engineTransaction)) {
            case Result.No<MemberBatch>(Refused refused) -> refused;
            case Result.Ok<MemberBatch>(MemberBatch batch) -> {
                long last = BatchStanding.of(batch.member(), draft).sequence();
                if (batch.sequence() <= last || batch.sequence() > last + MAX_AHEAD) {
                    yield outOfSequence(batch, last);
                }
                Refused foreign = origin(batch, draft);
                if (foreign == null) {
                    known.keep(engineTransaction, batch);
                }
                yield foreign;
            }
        };
    }

    private static Refused outOfSequence(MemberBatch batch, long last) {
        return new Refused(
                Refusal.BATCH_SEQUENCE,
                "batch " + batch.sequence() + " of " + batch.member() + " does not follow its batch " + last);
    }

    /// Why it is not a batch of a member of this ledger, or null.
    private @Nullable Refused origin(MemberBatch batch, Draft draft) {
        if (!batch.ledger().equals(draft.block().ledger())) {
            return new Refused(Refusal.TX_LEDGER, "the batch is for the ledger " + batch.ledger());
        }
        MemberRecord member = draft.member(batch.member());
        if (member == null) {
            return new Refused(Refusal.MEMBER_UNKNOWN, "no member " + batch.member());
        }
        if (draft.isRemoved(batch.member())) {
            return new Refused(Refusal.MEMBER_REMOVED, batch.member() + " was removed from the ledger");
        }
        Thumbprint thumbprint = member.key(KeyRole.NODE).orElseThrow();
        VerifyingKey key = admission.keyInForce(thumbprint, draft);
        if (key == null) {
            return new Refused(Refusal.TX_SIGNER, batch.member() + " has no node key in force");
        }
        return admission.verifies(key, batch.identity(), () -> MemberBatch.toSign(batch.payload()), batch.signature())
                ? null
                : new Refused(Refusal.TX_SIGNATURE, "the signature of " + batch.member() + "'s batch does not verify");
    }

    /// Takes the batch as the next one of its member, in the draft; or says why not.
    private @Nullable Refused take(MemberBatch batch, int size, Draft draft) {
        BatchStanding standing = BatchStanding.of(batch.member(), draft);
        if (batch.sequence() != standing.sequence() + 1) {
            return outOfSequence(batch, standing.sequence());
        }
        BatchStanding after = standing.after(batch, size, draft.now());
        if (after.flowsOver()) {
            return new Refused(Refusal.BATCH_QUOTA, batch.member() + " has used its share for now");
        }
        Refused foreign = origin(batch, draft);
        if (foreign == null) {
            draft.put(StateKeys.batch(batch.member()), after.encode());
        }
        return foreign;
    }

    private @Nullable MemberBatch taken(byte[] engineTransaction, Draft draft) {
        return switch (known.read(engineTransaction)) {
            case Result.No<MemberBatch> _ -> null;
            case Result.Ok<MemberBatch>(MemberBatch batch) ->
                take(batch, engineTransaction.length, draft) == null ? batch : null;
        };
    }

    @Override
    public boolean acceptable(List<byte[]> engineTransactions, Draft draft) {
        return engineTransactions.stream().allMatch(bytes -> taken(bytes, draft) != null);
    }

    @Override
    public List<List<byte[]>> open(List<byte[]> engineTransactions, Draft draft) {
        List<List<byte[]>> opened = new ArrayList<>(engineTransactions.size());
        for (byte[] bytes : engineTransactions) {
            MemberBatch batch = taken(bytes, draft);
            known.forget(bytes);
            opened.add(batch == null ? List.of() : batch.transactions());
        }
        return opened;
    }

    /// Members in turns, one batch each, from another member on in each block. Nobody gets more than 2/N of the block
    /// while others wait; what room is left then is anybody's.
    @Override
    public List<byte[]> propose(List<byte[]> pool, Draft draft, int maxBytes) {
        List<Queue> queues = queues(pool, draft);
        if (queues.isEmpty()) {
            return List.of();
        }
        long share = 2L * maxBytes / Math.max(1, ValidatorSet.of(draft).size());
        Proposal proposal = new Proposal(draft, maxBytes);
        proposal.fill(queues, share);
        proposal.fill(queues, maxBytes);
        return proposal.chosen;
    }

    /// What waits of each member that has batches in the pool, in the order of their turns.
    private List<Queue> queues(List<byte[]> pool, Draft draft) {
        TreeMap<MemberId, Queue> byMember = new TreeMap<>();
        for (byte[] bytes : pool) {
            if (known.read(bytes) instanceof Result.Ok<MemberBatch>(MemberBatch batch)) {
                byMember.computeIfAbsent(
                                batch.member(),
                                member -> new Queue(
                                        BatchStanding.of(member, draft).sequence() + 1))
                        .add(batch, bytes);
            }
        }
        List<Queue> queues = new ArrayList<>(byMember.values());
        if (!queues.isEmpty()) {
            Collections.rotate(queues, -(int) (draft.block().height() % queues.size()));
        }
        return queues;
    }

    /// A member's batches that wait, by sequence; several may claim a place in it, also some that others made up.
    private static final class Queue {
        private final TreeMap<Long, List<Waiting>> waiting = new TreeMap<>();
        private long next;
        private long bytes;

        private record Waiting(MemberBatch batch, byte[] bytes) {}

        Queue(long next) {
            this.next = next;
        }

        void add(MemberBatch batch, byte[] bytes) {
            waiting.computeIfAbsent(batch.sequence(), _ -> new ArrayList<>(1)).add(new Waiting(batch, bytes));
        }
    }

    private final class Proposal {
        private final Draft draft;
        private final int maxBytes;
        private final List<byte[]> chosen = new ArrayList<>();
        private long used;

        Proposal(Draft draft, int maxBytes) {
            this.draft = draft;
            this.maxBytes = maxBytes;
        }

        void fill(List<Queue> queues, long share) {
            boolean more = true;
            while (more) {
                more = false;
                for (Queue queue : queues) {
                    more |= takeNext(queue, share);
                }
            }
        }

        private boolean takeNext(Queue queue, long share) {
            for (Queue.Waiting next : queue.waiting.getOrDefault(queue.next, List.of())) {
                int size = next.bytes.length;
                boolean fits = used + size <= maxBytes && (queue.bytes == 0 || queue.bytes + size <= share);
                if (fits && take(next.batch, size, draft) == null) {
                    chosen.add(next.bytes);
                    used += size;
                    queue.bytes += size;
                    queue.next++;
                    return true;
                }
            }
            return false;
        }
    }
}
