package io.thingstead.node.ledger;

import io.thingstead.kit.model.Result;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Batches that were found to be a member's, until a block brings them. The engine shows each one several times, for
/// its
/// pool, in proposals and in the block, and reading and hashing it each time would cost more than it is worth. This
/// memory changes no answer, only its speed.
final class KnownBatches {
    /// Some more than are on their way at once. Each takes about 200 KB at most.
    private static final int MOST = 64;

    private final Map<Bytes, MemberBatch> known = new LinkedHashMap<>();

    /// Bytes as a key; nobody changes them.
    private static final class Bytes {
        private final byte[] bytes;
        private final int hash;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
            this.hash = Arrays.hashCode(bytes);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    Result<MemberBatch> read(byte[] engineTransaction) {
        MemberBatch batch = known.get(new Bytes(engineTransaction));
        return batch == null ? MemberBatch.decode(engineTransaction) : Result.ok(batch);
    }

    void keep(byte[] engineTransaction, MemberBatch batch) {
        known.putIfAbsent(new Bytes(engineTransaction), batch);
        if (known.size() > MOST) {
            var oldest = known.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    void forget(byte[] engineTransaction) {
        known.remove(new Bytes(engineTransaction));
    }
}
