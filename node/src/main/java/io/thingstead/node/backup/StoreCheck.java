package io.thingstead.node.backup;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.storage.RocksStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Checks a snapshot of a member's store: the blocks of its tables, and where ledger and logs stand; when told to, all
/// of both from their beginning.
public final class StoreCheck {
    private StoreCheck() {}

    /// What was found.
    ///
    /// @param heads null where the store holds no ledger of this member yet, or one that cannot be read
    /// @param problems empty when all is sound
    public record Report(@Nullable Heads heads, List<String> problems) {
        public Report {
            problems = List.copyOf(problems);
        }
    }

    /// @param snapshot which nothing writes to; it is of no use afterwards
    /// @param whole whether each leaf and block is looked at
    public static Report of(Path snapshot, Path data, boolean whole, Consumer<String> says) {
        List<String> problems = new ArrayList<>();
        Heads heads = null;
        try (RocksStore store = RocksStore.open(snapshot, e -> problems.add(e.getMessage()))) {
            store.verify();
            Path identity = data.resolve("keys").resolve(KeyRole.IDENTITY.label() + ".pem");
            MemberId member =
                    Heads.member(store, SigningKey.load(identity).key().thumbprint());
            heads = Heads.of(store, member);
            if (whole) problems.addAll(heads.check(store, says));
        } catch (RuntimeException e) {
            problems.add(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        return new Report(heads, problems);
    }
}
