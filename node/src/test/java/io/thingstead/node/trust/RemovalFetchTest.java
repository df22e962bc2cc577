package io.thingstead.node.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.AppHash;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.CometHeader;
import io.thingstead.kit.proof.EraLink;
import io.thingstead.kit.proof.LinksFile;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.SetLink;
import io.thingstead.kit.proof.SignedVotes;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.kit.proof.TrustLink;
import io.thingstead.node.consensus.StoredLinks;
import io.thingstead.node.consensus.TestChain;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.storage.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Whose word makes a member believe that the others have gone on without it. The member is the fourth of four; the
/// first one founded the ledger, and made its first era alone.
class RemovalFetchTest {
    private static final MemberId SELF = TestLedger.member(4);
    private static final byte[] VALIDATORS = "validators".getBytes(StandardCharsets.US_ASCII);

    private final MemoryStore store = new MemoryStore();
    private final TestChain chain = TestChain.foundedForRandomBlocks(store);
    private final Map<VerifyingKey, SigningKey> keys = new HashMap<>();
    private final Certificate lastAlone;
    private final EraRecord era;
    private final StoredLinks links;
    private final TrustHistory history;

    RemovalFetchTest() {
        for (int i = 2; i <= 4; i++) {
            chain.refusal(TestLedger.key(KeyRole.IDENTITY), TestLedger.fullRegistration(TestLedger.member(i)));
        }
        lastAlone = chain.reader().certified().orElseThrow().certificate();
        era = era(2, chain.ledger().info().height() + 1, chain.ledger().info().appHash(), voters(1, 2, 3, 4));
        chain.ledger().startEra(era, Optional.of(link(lastAlone, era, List.of(founder()), members(1, 2, 3, 4))));
        links = new StoredLinks(store);
        history = new TrustHistory(chain.reader(), links);
    }

    private SigningKey founder() {
        return chain.key(KeyRole.ENGINE);
    }

    private List<SigningKey> members(int... numbers) {
        return IntStream.of(numbers)
                .mapToObj(i -> TestLedger.key(i, KeyRole.ENGINE))
                .toList();
    }

    private List<EraMember> voters(int... numbers) {
        return IntStream.of(numbers)
                .mapToObj(i -> {
                    SigningKey key = TestLedger.key(i, KeyRole.ENGINE);
                    keys.put(key.key(), key);
                    return new EraMember(TestLedger.member(i), key.key(), 1);
                })
                .toList();
    }

    private EraRecord era(long number, long initialHeight, byte[] appHash, List<EraMember> members) {
        return new EraRecord(
                number,
                EraRecord.COMET,
                EraRecord.chainId(chain.id(), number),
                initialHeight,
                chain.reader().head().eventsSize(),
                appHash,
                members);
    }

    private EraLink link(Certificate last, EraRecord next, List<SigningKey> old, List<SigningKey> fresh) {
        byte[] record = next.encode();
        byte[] message = EraLink.toSign(chain.id(), record);
        return EraLink.of(
                last,
                record,
                EraLink.approvals(
                        old.stream()
                                .map(key -> new TrustFile.EraMember(SELF, key.key(), 1))
                                .toList(),
                        message,
                        old.stream().map(key -> key.sign(message)).toList()),
                EraLink.approvals(
                        next.members().stream().map(EraMember::forTrust).toList(),
                        message,
                        fresh.stream().map(key -> key.sign(message)).toList()));
    }

    private static List<TrustFile.EraMember> forTrust(List<EraMember> members) {
        return members.stream().map(EraMember::forTrust).toList();
    }

    /// A header signed by all of these, who may be fewer than those who vote.
    private CometCertificate signed(
            long height, List<EraMember> voting, List<EraMember> next, byte[] appHash, byte[] lastHash, int signing) {
        var set = new MemberSet(forTrust(voting));
        var header = new CometHeader(
                11,
                0,
                era.chainId(),
                height,
                TestLedger.START / 1_000 + height,
                0,
                lastHash,
                1,
                new byte[32],
                new byte[32],
                new byte[32],
                set.hash(),
                new MemberSet(forTrust(next)).hash(),
                new byte[32],
                appHash,
                new byte[32],
                new byte[0],
                MemberSet.address(set.members().getFirst().engineKey()));
        var about = SignedVotes.about(header, 0, new byte[32]);
        return SignedVotes.with(
                about,
                IntStream.range(0, signing)
                        .mapToObj(i -> SignedVotes.vote(about, i, header.blockTime() + 20, signer(set, i)))
                        .toList());
    }

    private SigningKey signer(MemberSet set, int place) {
        return Objects.requireNonNull(keys.get(set.members().get(place).engineKey()));
    }

    /// From some members to others, who vote from this height on.
    private SetLink change(long height, List<EraMember> from, List<EraMember> to, int signing) {
        byte[] value = validators(to);
        StateMap state = StateMap.EMPTY.put(VALIDATORS, value);
        byte[] appHash = AppHash.of(1, 7, new byte[32], state.root());
        var last = signed(height - 1, from, to, appHash, new byte[32], signing);
        return SetLink.of(
                last,
                signed(height, to, to, new byte[32], last.headerHash(), to.size()),
                forTrust(from),
                7,
                new byte[32],
                value,
                state.prove(VALIDATORS));
    }

    private static byte[] validators(List<EraMember> members) {
        var out = new CborWriter().array(members.size());
        members.forEach(m -> out.array(3)
                .text(m.member().value())
                .bytes(m.engineKey().coseKey())
                .integer(m.power()));
        return out.toBytes();
    }

    private long height() {
        return chain.reader().head().height();
    }

    private OtherMembers giving(List<TrustLink> given) {
        byte[] file = new LinksFile(chain.id(), given, false, List.of()).write();
        return (_, _, _) -> MemberAnswer.ok(MemberAnswer.JSON, file);
    }

    private RemovalFetch fetch(OtherMembers others, Runnable onRemoved) {
        return new RemovalFetch(
                history,
                chain.reader(),
                others,
                () -> List.of(TestLedger.member(1), TestLedger.member(2)),
                SELF,
                () -> Long.MAX_VALUE,
                onRemoved);
    }

    private void assertBelieved(List<TrustLink> given, boolean believed) {
        try (RemovalFetch fetch = fetch(giving(given), () -> {})) {
            assertThat(fetch.fetch()).isEqualTo(believed);
        }
        assertThat(history.hasGoneOnWithout(SELF)).isEqualTo(believed);
        links.keepBeyond(given);
        assertThat(history.hasGoneOnWithout(SELF))
                .as("what stands in the store")
                .isEqualTo(believed);
        assertThat(links.beyond().isEmpty()).as("what does not hold goes").isEqualTo(!believed);
        links.forgetBeyond();
    }

    @Test
    void whoever_made_the_first_era_alone_cannot_give_another_second_one() {
        byte[] app = lastAlone.appHash();
        for (long begin : new long[] {era.initialHeight(), era.initialHeight() + 1, era.initialHeight() + 100}) {
            EraRecord forged = era(2, begin, app, voters(1, 5, 6));
            assertBelieved(List.of(link(lastAlone, forged, List.of(founder()), members(1, 5, 6))), false);
        }
    }

    @Test
    void nor_other_members_at_the_beginning_of_the_second_era_and_a_later_one_by_their_word() {
        List<EraMember> invented = voters(1, 5, 6);
        EraRecord forged = era(2, era.initialHeight(), lastAlone.appHash(), invented);
        TrustLink second = link(lastAlone, forged, List.of(founder()), members(1, 5, 6));
        var last = signed(era.initialHeight(), invented, invented, new byte[32], new byte[0], 3);
        EraRecord third = era(3, height() + 50, last.appHash(), voters(1, 5, 6, 7));
        TrustLink third3 = link(last, third, members(1, 5, 6), members(1, 5, 6, 7));
        assertBelieved(List.of(second, third3), false);
        assertBelieved(List.of(third3), false);
        assertBelieved(List.of(second, change(height() + 20, invented, voters(1, 5), 3)), false);
    }

    @Test
    void more_than_two_thirds_of_those_who_voted_with_it_are_believed_and_fewer_are_not() {
        List<EraMember> all = voters(1, 2, 3, 4);
        assertBelieved(List.of(change(height() + 20, all, voters(1, 2, 3), 2)), false);
        assertBelieved(List.of(change(height() + 20, all, voters(1, 2, 3, 4, 5), 3)), false);
        assertBelieved(List.of(change(height() + 20, all, voters(1, 2, 3), 3)), true);
        List<EraMember> five = voters(1, 2, 3, 4, 5);
        assertBelieved(
                List.of(
                        links.after(-1).getFirst(),
                        change(height() + 10, all, five, 3),
                        change(height() + 20, five, voters(1, 2, 3, 5), 4)),
                true);
        assertBelieved(List.of(change(height() + 20, five, voters(1, 2, 3, 5), 4)), false);
    }

    @Test
    void whatever_one_member_answers_the_others_are_asked_and_it_is_tried_again() throws Exception {
        OtherMembers honest = giving(List.of(change(height() + 20, voters(1, 2, 3, 4), voters(1, 2, 3), 3)));
        var removed = new CountDownLatch(1);
        int[] asked = {0};
        OtherMembers odd = (member, path, max) -> {
            if (member.equals(TestLedger.member(1))) {
                throw new IllegalStateException("nobody thought of this");
            }
            if (asked[0]++ == 0) {
                throw new MemberUnreachable(member, "it is away");
            }
            return honest.ask(member, path, max);
        };
        try (RemovalFetch fetch = fetch(odd, removed::countDown)) {
            fetch.start();
            assertThat(removed.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
