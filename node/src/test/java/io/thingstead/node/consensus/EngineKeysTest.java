package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The engine key and the one that follows it, across restarts.
class EngineKeysTest {
    @TempDir
    Path folder;

    private EngineKeys open() {
        if (!Files.exists(folder.resolve("engine.pem"))) {
            SigningKey.generate(Algorithm.ED25519).save(folder.resolve("engine.pem"));
        }
        return EngineKeys.open(folder);
    }

    @Test
    void the_next_key_is_made_once_and_waits_for_the_decision() {
        EngineKeys keys = open();
        SigningKey old = keys.current();
        SigningKey next = keys.next();
        assertThat(keys.next()).isSameAs(next);
        EngineKeys again = open();
        assertThat(again.next().key()).isEqualTo(next.key());
        assertThat(again.current().key()).isEqualTo(old.key());
        assertThat(again.holding(old.key())).isPresent();
        assertThat(again.holding(next.key())).isPresent();
        again.inForce(old.key());
        assertThat(open().current().key()).isEqualTo(old.key());
    }

    @Test
    void once_it_is_in_force_the_old_one_is_gone() {
        EngineKeys keys = open();
        SigningKey old = keys.current();
        SigningKey next = keys.next();
        keys.inForce(next.key());
        assertThat(keys.current().key()).isEqualTo(next.key());
        assertThat(keys.holding(old.key())).isEmpty();
        EngineKeys again = open();
        assertThat(again.current().key()).isEqualTo(next.key());
        assertThat(again.holding(old.key())).isEmpty();
        assertThat(folder.resolve("engine-next.pem")).doesNotExist();
    }
}
