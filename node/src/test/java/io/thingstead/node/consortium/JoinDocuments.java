package io.thingstead.node.consortium;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import java.nio.file.Path;

/// Requests to join as an organisation makes them, with keys of its own.
public final class JoinDocuments {
    private JoinDocuments() {}

    public static byte[] request(LedgerId ledger, String member, MemberKeys keys, Path folder) throws Exception {
        MemberId id = new MemberId(member);
        Path file = folder.resolve(member + ".join.json");
        JoinRequest.of(
                        ledger,
                        id,
                        member + ".example",
                        "127.0.0.1:26656",
                        "127.0.0.1:7443",
                        Founding.possessed(ledger, id, keys),
                        new byte[1],
                        keys.of(KeyRole.IDENTITY))
                .write(file);
        return java.nio.file.Files.readAllBytes(file);
    }
}
