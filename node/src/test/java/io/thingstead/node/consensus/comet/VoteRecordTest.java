package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.node.consensus.EngineKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A lost record of votes: nothing is signed until a block that cannot have been voted on before.
class VoteRecordTest {
    private static final String CHAIN = "ts-00000000-2";
    private static final long START = 1_800_000_000_000L;
    private static final long MARGIN = 30_000;

    @TempDir
    Path folder;

    private final SigningKey key = SigningKey.generate(Algorithm.ED25519);
    private final AtomicLong clock = new AtomicLong(START);
    private final AtomicLong nanos = new AtomicLong(77);
    private boolean underABlock;
    private Path file;
    private Path keys;

    @BeforeEach
    void keys() throws Exception {
        file = folder.resolve("engine").resolve(FirstVotes.RECORD);
        keys = Files.createDirectory(folder.resolve("keys"));
        key.save(keys.resolve("engine.pem"));
    }

    private void pass(long millis) {
        clock.addAndGet(millis);
        nanos.addAndGet(millis * 1_000_000);
    }

    private VoteRecord open() throws Exception {
        Files.createDirectories(file.getParent());
        return VoteRecord.open(
                file, () -> underABlock, lost -> new VoteHold(lost, CHAIN, 100, clock::get, nanos::get, MARGIN));
    }

    private boolean signs(VoteRecord record, long height) {
        byte[] vote = SignerTest.vote(SignRequest.PREVOTE, height, 0, 1, 1_800_000_000L);
        return new EngineSigner(EngineSigner.Voters.always(key), CHAIN, record)
                        .sign(SignRequest.read(new ProtoReader(vote), false))
                        .signed()
                != null;
    }

    @Test
    void an_era_that_begins_needs_no_wait_and_a_record_that_was_lost_after_it_is_not_made_anew() throws Exception {
        FirstVotes.begin(file.getParent(), keys, CHAIN);
        try (VoteRecord record = open()) {
            assertThat(signs(record, 1)).isTrue();
        }
        FirstVotes.begin(file.getParent(), keys, CHAIN);
        try (VoteRecord record = open()) {
            assertThat(signs(record, 1))
                    .as("the record was kept, and the answer with it")
                    .isTrue();
            assertThat(record.why()).isEmpty();
        }
        Files.delete(file);
        FirstVotes.begin(file.getParent(), keys, CHAIN);
        assertThat(file).as("these keys may have voted").doesNotExist();
        try (VoteRecord record = open()) {
            assertThat(signs(record, 102)).isFalse();
            assertThat(record.why())
                    .hasValueSatisfying(
                            why -> assertThat(why)
                                    .startsWith(
                                            "this member does not vote before block 102, because its record of votes was lost"));
        }
    }

    @Test
    void a_record_that_was_emptied_is_lost_where_a_block_tells_of_a_vote() throws Exception {
        FirstVotes.begin(file.getParent(), keys, CHAIN);
        underABlock = true;
        try (VoteRecord record = open()) {
            assertThat(signs(record, 101)).isFalse();
            assertThat(record.why()).isPresent();
            pass(40_000);
            record.decided(150, START + 35_000);
            assertThat(signs(record, 151)).isTrue();
        }
        try (VoteRecord record = open()) {
            assertThat(record.why()).as("the floor stands").isEmpty();
            assertThat(signs(record, 150)).isFalse();
        }
    }

    @Test
    void the_keys_tell_of_their_votes_wherever_they_are_taken() throws Exception {
        FirstVotes.begin(file.getParent(), keys, CHAIN);
        Path copied = Files.createDirectory(folder.resolve("copied"));
        for (String name : new String[] {"engine.pem", "votes-in"}) {
            Files.copy(keys.resolve(name), copied.resolve(name));
        }
        FirstVotes.begin(folder.resolve("another"), copied, CHAIN);
        assertThat(folder.resolve("another").resolve(FirstVotes.RECORD)).doesNotExist();
        FirstVotes.begin(folder.resolve("later"), copied, "ts-00000000-3");
        assertThat(folder.resolve("later").resolve(FirstVotes.RECORD)).exists();
        assertThat(EngineKeys.open(copied).hasVotedIn("ts-00000000-3")).isTrue();
    }

    @Test
    void a_crash_between_the_record_and_the_word_with_the_keys_is_made_good_by_the_same_step() throws Exception {
        Files.createDirectories(file.getParent());
        SignerState.begin(file);
        assertThat(EngineKeys.open(keys).hasVotedIn(CHAIN)).isFalse();
        FirstVotes.begin(file.getParent(), keys, CHAIN);
        assertThat(EngineKeys.open(keys).hasVotedIn(CHAIN)).isTrue();
        try (VoteRecord record = open()) {
            assertThat(signs(record, 1)).isTrue();
        }
    }

    @Test
    void blocks_that_may_have_been_voted_on_before_do_not_end_the_wait() throws Exception {
        try (VoteRecord record = open()) {
            for (long height = 95; height < 200; height++) {
                record.decided(height, START + MARGIN - 1 - (200 - height));
                assertThat(signs(record, height + 1)).isFalse();
            }
            pass(40_000);
            record.decided(200, START + MARGIN - 1);
            assertThat(signs(record, 201)).isFalse();
            record.decided(201, START + MARGIN);
            assertThat(signs(record, 201)).as("may have been voted on").isFalse();
            assertThat(signs(record, 202)).isTrue();
            assertThat(record.why()).isEmpty();
        }
    }

    @Test
    void a_clock_that_stood_in_the_past_at_the_start_does_not_make_old_blocks_look_young() throws Exception {
        clock.set(1_000);
        try (VoteRecord record = open()) {
            pass(5_000);
            record.decided(150, START - 60_000);
            assertThat(record.why())
                    .as("a block from the future: the clock is wrong")
                    .isPresent();
            nanos.addAndGet(10_000_000_000L);
            clock.set(START);
            record.decided(151, START - 50_000);
            assertThat(record.why())
                    .as("made before the start, by the clock that was set")
                    .isPresent();
            pass(MARGIN);
            record.decided(152, START + MARGIN);
            assertThat(record.why()).isEmpty();
        }
    }

    @Test
    void people_may_end_the_wait_and_the_newest_block_is_the_floor() throws Exception {
        try (VoteRecord record = open()) {
            record.decided(104, START - 60_000);
            assertThat(record.release()).isTrue();
            assertThat(record.release()).as("there is no wait any more").isFalse();
            assertThat(record.why()).isEmpty();
            assertThat(signs(record, 104)).isFalse();
            assertThat(signs(record, 105)).isTrue();
        }
        try (VoteRecord record = open()) {
            assertThat(record.why()).as("durable").isEmpty();
            assertThat(signs(record, 104)).isFalse();
        }
    }

    @Test
    void a_crash_while_the_floor_is_written_leaves_the_wait_or_the_floor() throws Exception {
        try (VoteRecord record = open()) {
            assertThat(record.why()).isPresent();
        }
        for (int length : new int[] {0, 17, 512, 700, 1_024}) {
            // The floor is written beside, and moved when it is whole: this is a crash before that.
            Files.write(file.resolveSibling(FirstVotes.RECORD + ".partial"), new byte[length]);
            try (VoteRecord record = open()) {
                assertThat(signs(record, 150)).isFalse();
                assertThat(record.why()).isPresent();
            }
        }
        try (VoteRecord record = open()) {
            pass(40_000);
            record.decided(150, START + 35_000);
        }
        try (VoteRecord record = open()) {
            assertThat(record.why()).as("a crash after it").isEmpty();
            assertThat(signs(record, 150)).isFalse();
            assertThat(signs(record, 151)).isTrue();
        }
    }
}
