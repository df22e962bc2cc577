package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.storage.DataFolder;
import io.thingstead.node.storage.RocksStore;
import io.thingstead.node.storage.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/// A member's data folder as it was founded before members had keys for the network between them.
public final class OldFounding {
    private OldFounding() {}

    public static void found(Path folder, MemberId member) throws IOException {
        Path keyFolder = folder.resolve("keys");
        Map<KeyRole, SigningKey> keys =
                new EnumMap<>(MemberKeys.openOrCreate(keyFolder).all());
        for (KeyRole role : new KeyRole[] {KeyRole.TLS, KeyRole.PEER}) {
            keys.remove(role);
            Files.delete(keyFolder.resolve(role.label() + ".pem"));
        }
        try (DataFolder _ = DataFolder.open(folder);
                Store store = RocksStore.open(folder.resolve("store"), e -> {
                    throw new IllegalStateException(e);
                })) {
            Founding.found(store, member, member + ".example", MemberKeys.of(keys), System.currentTimeMillis());
        }
    }
}
