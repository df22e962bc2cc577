package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.thingstead.kit.model.KeyRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberKeysTest {
    @TempDir
    Path folder;

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void only_the_owner_reads_the_keys() throws IOException {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "no POSIX permissions here");
        MemberKeys.openOrCreate(folder);
        assertThat(files())
                .hasSize(7)
                .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
    }

    @Test
    void they_are_the_same_at_the_next_start() {
        var first = MemberKeys.openOrCreate(folder).of(KeyRole.LOG).key();
        assertThat(MemberKeys.openOrCreate(folder).of(KeyRole.LOG).key()).isEqualTo(first);
        assertThat(MemberKeys.open(folder).of(KeyRole.LOG).key()).isEqualTo(first);
    }

    /// A crash while keys are made leaves some, and a part of one that was not in use yet.
    @Test
    void a_crash_between_keys_is_made_good_before_the_ledger_is_founded() throws IOException {
        var first = MemberKeys.openOrCreate(folder).of(KeyRole.IDENTITY).key();
        Path log = folder.resolve(KeyRole.LOG.label() + ".pem");
        Files.writeString(folder.resolve(log.getFileName() + ".partial"), "-----BEGIN PRI");
        Files.delete(log);
        MemberKeys again = MemberKeys.openOrCreate(folder);
        assertThat(again.of(KeyRole.IDENTITY).key()).isEqualTo(first);
        assertThat(files()).hasSize(7);
    }

    @Test
    void a_member_that_was_alone_gets_its_keys_for_the_network_once() throws IOException {
        MemberKeys.openOrCreate(folder);
        Path tls = folder.resolve(KeyRole.TLS.label() + ".pem");
        Path peer = folder.resolve(KeyRole.PEER.label() + ".pem");
        Files.delete(tls);
        Files.delete(peer);
        var made = MemberKeys.open(folder).of(KeyRole.PEER).key();
        assertThat(MemberKeys.open(folder).of(KeyRole.PEER).key()).isEqualTo(made);
        Files.delete(peer);
        assertThatThrownBy(() -> MemberKeys.open(folder)).hasMessageContaining("peer.pem");
        assertThat(peer).doesNotExist();
    }

    @Test
    void a_half_written_or_strange_key_file_is_said_and_not_replaced() throws IOException {
        MemberKeys.openOrCreate(folder);
        Path log = folder.resolve(KeyRole.LOG.label() + ".pem");
        String whole = Files.readString(log);
        for (String damaged :
                List.of("", whole.substring(0, whole.length() / 2), "not a key", whole.replace('M', 'N'))) {
            Files.writeString(log, damaged);
            assertThatThrownBy(() -> MemberKeys.open(folder)).hasMessageContaining("log.pem");
            assertThatThrownBy(() -> MemberKeys.openOrCreate(folder)).hasMessageContaining("log.pem");
            assertThat(Files.readString(log)).isEqualTo(damaged);
        }
    }

    @Test
    void a_member_of_a_ledger_never_gets_new_keys() throws IOException {
        MemberKeys.openOrCreate(folder);
        Path log = folder.resolve(KeyRole.LOG.label() + ".pem");
        Files.delete(log);
        assertThatThrownBy(() -> MemberKeys.open(folder))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("restore it from a copy");
        assertThat(log).doesNotExist();
    }
}
