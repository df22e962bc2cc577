package io.thingstead.node.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.model.DeviceId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A cursor comes back from outside: what is none is refused, and never trouble.
class FleetCursorFuzz {
    private static final int ROUNDS = 20_000;

    private final Random random = Seeded.random(FleetCursorFuzz.class);

    @Test
    void any_text_is_a_cursor_or_none() {
        var good = new FleetCursor(FleetSort.LABEL, true, new SortKey(false, 0, "käfig"), DeviceId.of("home:box-1"));
        assertThat(FleetCursor.decode(good.encode())).contains(good);
        byte[] bytes = Base64.getUrlDecoder().decode(good.encode());
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] mutated = Mutations.of(bytes, random);
            if (FleetCursor.decode(Base64.getUrlEncoder().encodeToString(mutated))
                    .isPresent()) read++;
            FleetCursor.decode(new String(
                    Mutations.of(good.encode().getBytes(StandardCharsets.US_ASCII), random),
                    StandardCharsets.ISO_8859_1));
        }
        assertThat(read).isPositive().isLessThan(ROUNDS);
        assertThat(FleetCursor.decode("A".repeat(100_000))).isEmpty();
        assertThat(FleetCursor.decode("")).isEmpty();
    }
}
