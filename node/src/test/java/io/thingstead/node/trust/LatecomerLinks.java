package io.thingstead.node.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.StoredLinks;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.storage.MemoryStore;
import java.util.List;

/// What members give each other of the links, and what a latecomer believes of it.
public class LatecomerLinks {
    private static final MemberId ASKING = new MemberId("asking");

    /// A member without links takes those over that lead to now, and none that end before or are damaged.
    public static void takesOver(LedgerReader ledger, TrustHistory giving, MemberId from) {
        var route = new LinkRoute(giving);
        OtherMembers honest = (_, path, _) ->
                route.answer(ASKING, path.substring(route.prefix().length()));
        OtherMembers damaging = (member, path, max) -> flipped(honest.ask(member, path, max));
        OtherMembers old = (member, _, max) -> honest.ask(member, "/links/99999999", max);
        for (OtherMembers dishonest : List.of(damaging, old)) {
            var none = new TrustHistory(ledger, new StoredLinks(new MemoryStore()));
            assertThat(new LinkFetch(none, dishonest, () -> List.of(from)).fetch())
                    .isFalse();
            assertThat(none.linksAfter(0).links()).isEmpty();
        }
        var late = new TrustHistory(ledger, new StoredLinks(new MemoryStore()));
        assertThat(late.isWhole()).isFalse();
        assertThat(new LinkFetch(late, honest, () -> List.of(from)).fetch()).isTrue();
        assertThat(late.isWhole()).isTrue();
        assertThat(late.linksAfter(0).links())
                .hasSameSizeAs(giving.linksAfter(0).links());
    }

    private static MemberAnswer flipped(MemberAnswer answer) {
        byte[] body = answer.body().clone();
        body[body.length / 2] = (byte) (body[body.length / 2] == 'A' ? 'B' : 'A');
        return MemberAnswer.ok(answer.mediaType(), body);
    }
}
