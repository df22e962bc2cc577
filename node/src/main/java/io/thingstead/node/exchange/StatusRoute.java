package io.thingstead.node.exchange;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.LedgerReader;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/// `/status/`: how far a member's ledger is, which version it runs, and whether it holds its votes back.
public record StatusRoute(MemberId self, String version, LedgerReader ledger, BooleanSupplier holds)
        implements MemberRoute {
    public static final String PREFIX = "/status/";

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public MemberAnswer answer(MemberId asking, String path) {
        if (!path.isEmpty()) {
            return MemberAnswer.no(404, "there is nothing at this path");
        }
        var head = ledger.head();
        String json = "{\"member\":\"" + self + "\",\"version\":\"" + version + "\",\"ledger\":\""
                + head.ledger().hex() + "\",\"era\":" + head.era() + ",\"height\":" + head.height() + ",\"holds\":"
                + holds.getAsBoolean() + "}";
        return MemberAnswer.ok(MemberAnswer.JSON, json.getBytes(StandardCharsets.UTF_8));
    }
}
