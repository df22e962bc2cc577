package io.thingstead.node.consensus.comet;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.SnapshotFiles;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/// `/engine/`: what another member's engine may ask of this one to follow it from a block on: headers with their
/// commits, who voted, and the chain's parameters, as CometBFT gives them; and which snapshots are here. Reads only.
final class EngineRoute implements MemberRoute {
    static final String PREFIX = "/engine/";

    /// More than a hundred members' commit or set takes.
    static final int MAX_ANSWER = 512 * 1024;

    static final String SNAPSHOTS = "snapshots";

    private static final Pattern COMMIT = Pattern.compile("commit\\?height=[1-9][0-9]{0,15}");

    private static final Pattern ALLOWED = Pattern.compile("status|commit|" + COMMIT
            + "|consensus_params\\?height=[1-9][0-9]{0,15}"
            + "|validators\\?height=[1-9][0-9]{0,15}&page=[1-9][0-9]?&per_page=[1-9][0-9]{0,2}");

    private final CometRpc rpc;
    private final SnapshotFiles snapshots;
    private final LongSupplier height;

    /// @param height of the newest block here
    EngineRoute(CometRpc rpc, SnapshotFiles snapshots, LongSupplier height) {
        this.rpc = rpc;
        this.snapshots = snapshots;
        this.height = height;
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    /// The signatures under the last block that it has may be in the next one, which it is not given any more. They are
    /// in every proof: anybody may have them.
    @Override
    public boolean isForRemoved(String path) {
        return COMMIT.matcher(path).matches();
    }

    @Override
    public MemberAnswer answer(MemberId asking, String path) {
        if (path.equals(SNAPSHOTS)) {
            long newest = snapshots.kept().stream()
                    .mapToLong(SnapshotFiles.Kept::height)
                    .max()
                    .orElse(0);
            return MemberAnswer.ok(
                    MemberAnswer.JSON,
                    ("{\"height\":" + height.getAsLong() + ",\"snapshot\":" + newest + "}")
                            .getBytes(StandardCharsets.UTF_8));
        }
        if (!ALLOWED.matcher(path).matches()) {
            return MemberAnswer.no(404, "there is nothing at this path");
        }
        try {
            byte[] answer = rpc.raw(path, MAX_ANSWER);
            return MemberAnswer.ok(MemberAnswer.JSON, answer);
        } catch (IOException e) {
            return MemberAnswer.no(503, "the engine does not answer now");
        }
    }
}
