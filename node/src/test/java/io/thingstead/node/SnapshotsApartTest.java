package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.node.backup.Backup;
import io.thingstead.node.backup.Restore;
import io.thingstead.node.backup.StoreSnapshot;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// While a backup is copied, somebody has the node take another snapshot: the two are not mixed.
class SnapshotsApartTest {
    @TempDir
    Path folder;

    @Test
    void a_snapshot_that_is_being_copied_stays_as_it_is() throws Exception {
        Path data = folder.resolve("data");
        Path copy = folder.resolve("copy");
        List<String> others = new ArrayList<>();
        try (Node node = Node.start(data, NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0));
                HttpClient client = HttpClient.newHttpClient()) {
            var device = new TokenDevice(client, URI.create(node.page()), "box-1");
            for (int i = 0; i < 20; i++) device.send(i);
            try (StoreSnapshot _ = StoreSnapshot.hold(data)) {
                Path snapshot = StoreSnapshot.take(data, node.core().rocks());
                Backup.write(data, snapshot, copy, true, "test", 1, line -> {
                    if (line.startsWith("writing store/")) others.add(another(client, node));
                });
                assertThat(others).hasSizeGreaterThan(2).doesNotHaveDuplicates();
                assertThat(others).doesNotContain(String.valueOf(snapshot.getFileName()));
                for (String name : others) {
                    assertThat(StoreSnapshot.named(data, name).resolve("CURRENT"))
                            .exists();
                }
            }
            assertThat(StoreSnapshot.in(data)).as("all of them are taken away").doesNotExist();
        }
        for (String name : List.of("", ".", "..", "../store", "gone")) {
            assertThatThrownBy(() -> StoreSnapshot.named(data, name)).hasMessageStartingWith("backup.nothing: ");
        }
        Restore.into(copy, folder.resolve("restored"), null, line -> {});
    }

    private static String another(HttpClient client, Node node) {
        try {
            var request = HttpRequest.newBuilder(URI.create(node.page()).resolve("/api/backup"))
                    .POST(HttpRequest.BodyPublishers.noBody());
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.body().replaceAll(".*\"snapshot\" ?: ?\"([^\"]+)\".*", "$1");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
