package io.thingstead.node.consensus.comet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.EraRecord.EraMember;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What other members show of the blocks that their engines have.
public final class ShownCommits {
    private static final Logger LOG = LoggerFactory.getLogger(ShownCommits.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OtherMembers others;

    public ShownCommits(OtherMembers others) {
        this.others = others;
    }

    /// Whether the member shows the block of this height, signed by more than two thirds of these.
    public boolean has(MemberId member, long height, List<EraMember> voters, String chainId) {
        CometCertificate shown = commit(member, height);
        return shown != null && shown.height() == height && isSigned(shown, voters, chainId);
    }

    static boolean isSigned(CometCertificate certificate, List<EraMember> by, String chainId) {
        MemberSet set = new MemberSet(by.stream().map(EraMember::forTrust).toList());
        return set.certifies(set.withoutWrongVotes(certificate), chainId);
    }

    @Nullable
    CometCertificate commit(MemberId member, long height) {
        JsonNode answer = ask(member, "commit?height=" + height);
        try {
            return answer == null ? null : CometRpc.certificate(answer.path("result"));
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            LOG.debug("{} shows no commit of block {}: {}", member, height, e.toString());
            return null;
        }
    }

    @Nullable
    JsonNode ask(MemberId member, String question) {
        try {
            MemberAnswer answer = others.ask(member, EngineRoute.PREFIX + question, EngineRoute.MAX_ANSWER + 1_024);
            return answer.isOk() ? JSON.readTree(answer.body()) : null;
        } catch (MemberUnreachable | IOException e) {
            LOG.debug("{} does not say where it is: {}", member, e.toString());
            return null;
        }
    }
}
