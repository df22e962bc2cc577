package io.thingstead.kit.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentBookTest {
    private static final AssetId EUR = AssetId.of("home:EUR");
    private static final LedgerId LEDGER = new LedgerId(new byte[32]);
    private static final AccountId HOME = AccountId.parse("member/home").orElseThrow();
    private static final SpendingLimit LIMIT = new SpendingLimit(EUR, 100, 30, 50);
    private static final long DAY = 86_400_000;

    @TempDir
    Path folder;

    private AgentBook book() {
        return AgentBook.open(folder.resolve("book"));
    }

    private static Refusal objection(long spent, long price, long more) {
        return Objects.requireNonNull(AgentBook.objection(LIMIT, spent, price, more))
                .code();
    }

    @Test
    void limits_hold_at_once_and_a_day_and_without_one_nothing_is_spent() {
        assertThat(AgentBook.objection(LIMIT, 70, 30, 30)).isNull();
        assertThat(objection(71, 30, 30)).isEqualTo(Refusal.LIMIT_OVER);
        assertThat(objection(0, 31, 31)).isEqualTo(Refusal.LIMIT_OVER);
        // What was signed before costs nothing more.
        assertThat(AgentBook.objection(LIMIT, 100, 30, 0)).isNull();
        assertThat(Objects.requireNonNull(AgentBook.objection(null, 0, 1, 1)).code())
                .isEqualTo(Refusal.LIMIT_UNKNOWN);
        assertThatThrownBy(() -> new SpendingLimit(EUR, 5, 6, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_was_spent_is_there_after_a_start_and_a_day_begins_anew() {
        AgentBook book = book();
        book.spend(EUR, 40, DAY * 3 + 5);
        book.spend(EUR, 2, DAY * 3 + 6);
        assertThat(book().spent(EUR, DAY * 4 - 1)).isEqualTo(42);
        assertThat(book().spent(EUR, DAY * 4)).isZero();
        book().spend(EUR, 1, DAY * 4);
        assertThat(book().spent(EUR, DAY * 4)).isEqualTo(1);
    }

    @Test
    void channels_are_as_they_were_after_a_start() {
        Random random = new Random(7);
        AgentBook book = book();
        for (int i = 1; i <= 200; i++) {
            AgentBook.Channel channel = new AgentBook.Channel(
                    LEDGER, HOME, EUR, 1 + random.nextInt(5), random.nextInt(1_000), 3, 2, i % 2 == 0 ? null : "u" + i);
            if (random.nextInt(4) == 0) book.forget(channel);
            else book.put(channel);
            assertThat(book().channels()).isEqualTo(book.channels());
        }
        AgentBook.Channel one = new AgentBook.Channel(LEDGER, HOME, EUR, 9, 100, 0, 0, null).promised(30, "at");
        book.promise(one, 30, 0);
        assertThat(book().channel(LEDGER, HOME, EUR)).contains(one);
        assertThat(book().spent(EUR, 0)).isEqualTo(30);
        assertThat(one.promised(20, "at").signed()).isEqualTo(30);
    }

    @Test
    void a_file_that_is_no_book_is_said_and_not_written_over() throws Exception {
        Path file = folder.resolve("book");
        Files.write(file, new byte[] {1, 2, 3});
        assertThatThrownBy(this::book).isInstanceOf(IllegalArgumentException.class);
        assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
    }
}
