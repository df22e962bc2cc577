package io.thingstead.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.proof.LinkFixture;
import io.thingstead.kit.proof.ProofFixture;
import io.thingstead.kit.proof.SetLink;
import io.thingstead.kit.proof.TrustLink;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.FaultyStore.Fault;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.StoreException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Links are kept for ever, and a crash on the way to one loses none.
class StoredLinksTest {
    private final LinkFixture fixture = new LinkFixture(ProofFixture.of("stored"), true);
    private final List<TrustLink> links = fixture.links();
    private final SetLink comes = (SetLink) links.get(1);

    private WaitingLink waiting() {
        return new WaitingLink(
                comes.height(),
                comes.before().stream()
                        .map(m -> new EraMember(m.member(), m.engineKey(), m.power()))
                        .toList(),
                comes.eventsSize(),
                comes.eventsRoot(),
                comes.validators(),
                comes.proof().encode());
    }

    private MemoryStore storeWithWaiting() {
        var store = new MemoryStore();
        var batch = store.newBatch();
        StoredLinks.put(batch, links.getFirst());
        StoredLinks.putWaiting(batch, waiting());
        store.write(batch);
        return store;
    }

    @Test
    void what_waits_becomes_the_whole_link_with_the_two_commits_and_with_no_others() {
        var read = new StoredLinks(storeWithWaiting()).waiting().getFirst();
        var whole = read.with(comes.last(), comes.first(), fixture.chain()).orElseThrow();
        assertThat(whole.holds(fixture.chain())).isTrue();
        assertThat(whole.after()).isEqualTo(comes.after());
        assertThat(read.with(comes.first(), comes.last(), fixture.chain())).isEmpty();
        assertThat(read.with(comes.last(), ((SetLink) links.get(2)).first(), fixture.chain()))
                .isEmpty();
        assertThat(read.with(comes.last(), comes.first(), "ts-00000000-2")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_crash_while_links_beyond_a_removal_are_kept_leaves_all_or_none_and_they_stand_apart(Fault fault) {
        var disk = storeWithWaiting();
        var before = new StoredLinks(new FaultyStore(disk, fault, 1));
        List<TrustLink> beyond = links.subList(1, 3);
        assertThatThrownBy(() -> before.keepBeyond(beyond)).isInstanceOf(StoreException.class);
        var after = new StoredLinks(disk);
        assertThat(after.beyond()).hasSize(fault == Fault.BEFORE_IT_IS_ACKNOWLEDGED ? 2 : 0);
        after.keepBeyond(beyond);
        assertThat(after.beyond())
                .extracting(TrustLink::height)
                .containsExactlyElementsOf(
                        beyond.stream().map(TrustLink::height).toList());
        assertThat(after.after(-1))
                .extracting(TrustLink::height)
                .containsExactly(links.getFirst().height());
        assertThat(after.waiting()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_crash_while_links_beyond_are_forgotten_leaves_all_or_none_and_touches_no_others(Fault fault) {
        var disk = storeWithWaiting();
        new StoredLinks(disk).keepBeyond(links.subList(1, 3));
        var before = new StoredLinks(new FaultyStore(disk, fault, 1));
        assertThatThrownBy(before::forgetBeyond).isInstanceOf(StoreException.class);
        var after = new StoredLinks(disk);
        assertThat(after.beyond()).hasSize(fault == Fault.BEFORE_IT_IS_ACKNOWLEDGED ? 0 : 2);
        after.forgetBeyond();
        assertThat(after.beyond()).isEmpty();
        assertThat(after.after(-1)).hasSize(1);
        assertThat(after.waiting()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_crash_while_a_link_is_kept_leaves_it_waiting_or_whole(Fault fault) {
        var disk = storeWithWaiting();
        var before = new StoredLinks(new FaultyStore(disk, fault, 1));
        assertThat(before.neededFrom()).isEqualTo(comes.height() - 1);
        assertThatThrownBy(() -> before.keep(comes)).isInstanceOf(StoreException.class);
        assertThat(before.neededFrom()).as("its blocks are not let go").isEqualTo(comes.height() - 1);
        var after = new StoredLinks(disk);
        boolean whole = fault == Fault.BEFORE_IT_IS_ACKNOWLEDGED;
        assertThat(after.waiting()).hasSize(whole ? 0 : 1);
        assertThat(after.after(-1)).hasSize(whole ? 2 : 1);
        after.keep(comes);
        assertThat(after.waiting()).isEmpty();
        assertThat(after.neededFrom()).isEqualTo(Long.MAX_VALUE);
        assertThat(after.after(-1)).extracting(TrustLink::height).containsExactly(43L, 50L);
        assertThat(after.after(43)).extracting(TrustLink::height).containsExactly(50L);
        assertThat(after.after(50)).isEmpty();
    }
}
