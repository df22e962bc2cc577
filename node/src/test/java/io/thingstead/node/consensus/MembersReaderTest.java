package io.thingstead.node.consensus;

import static io.thingstead.node.consensus.TestChain.ACME;
import static io.thingstead.node.consensus.TestChain.LOG;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.Promise;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.consensus.Application.Finalized;
import io.thingstead.node.ledger.BrokenPromise;
import io.thingstead.node.ledger.DecisionRecord;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.ForkRecord;
import io.thingstead.node.ledger.GrantRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.MemberBatch;
import io.thingstead.node.ledger.Misbehaviour;
import io.thingstead.node.ledger.Transactions;
import io.thingstead.node.ledger.action.AddMember;
import io.thingstead.node.ledger.action.ChangeEngineKey;
import io.thingstead.node.ledger.action.ChangeRules;
import io.thingstead.node.ledger.action.Grant;
import io.thingstead.node.ledger.action.LogEvidence;
import io.thingstead.node.ledger.action.PromiseEvidence;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.ledger.action.RemoveMember;
import io.thingstead.node.ledger.action.SetEndpoint;
import io.thingstead.node.ledger.action.TakeSeat;
import io.thingstead.node.storage.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the node sees of the members, their decisions, grants and faults; and that the engine gets the same answers
/// when
/// it brings a block again.
class MembersReaderTest {
    private static final MemberId GLOBEX = new MemberId("globex");
    private static final Endpoint ENDPOINT = new Endpoint("engine.globex.example:1", "node.globex.example:2");

    private final MemoryStore.Disk disk = new MemoryStore.Disk();
    private final TestChain chain = TestChain.founded(new MemoryStore(disk));
    private final MemberKeys globex = MemberKeys.generate();
    private final LedgerReader reader = chain.reader();

    private AddMember add() {
        return new AddMember(
                new RegisterMember(GLOBEX, "globex.example", Founding.possessed(chain.id(), GLOBEX, globex)), ENDPOINT);
    }

    private void addGlobex() {
        assertThat(chain.refusal(chain.key(KeyRole.IDENTITY), new Propose(ACME, add())))
                .isNull();
    }

    @Test
    void members_come_and_go_by_decisions_that_stay_to_be_read() {
        addGlobex();
        assertThat(reader.members()).hasSize(2);
        assertThat(reader.endpoint(GLOBEX)).contains(ENDPOINT);
        assertThat(reader.endpoint(ACME)).isEmpty();
        assertThat(reader.validators().members()).extracting(EraMember::member).containsExactly(ACME);
        assertThat(reader.isRemoved(GLOBEX)).isFalse();
        chain.refusal(chain.key(KeyRole.IDENTITY), new Propose(ACME, new RemoveMember(GLOBEX)));
        assertThat(reader.isRemoved(GLOBEX)).isTrue();
        assertThat(reader.decisions()).extracting(DecisionRecord::number).containsExactly(2L, 1L);
        assertThat(reader.decision(1).orElseThrow().proposal().inWords())
                .isEqualTo("Add globex (globex.example) as a member");
        assertThat(reader.decision(3)).isEmpty();
        Endpoint own = new Endpoint("127.0.0.1:26656", "127.0.0.1:7443");
        chain.refusal(chain.key(KeyRole.NODE), new SetEndpoint(ACME, own));
        assertThat(reader.endpoint(ACME)).contains(own);
        assertThat(reader.history("decision/2", 5)).hasSize(2);
    }

    @Test
    void a_proposal_says_all_that_one_must_know_before_approving_it() {
        String peer = globex.of(KeyRole.PEER).key().thumbprint().hex().substring(0, 16);
        assertThat(String.join(" ", add().inWords(reader)))
                .contains(
                        "Add globex (globex.example)",
                        ENDPOINT.node(),
                        ENDPOINT.engine(),
                        "peer " + peer,
                        "Now 1 member: none may fail or lie. Then 2 members: none may fail or lie, and"
                                + " 2 of 2 decide.");
        addGlobex();
        assertThat(String.join(" ", new RemoveMember(GLOBEX).inWords(reader)))
                .contains("stays provable", "It has no vote");
        assertThat(String.join(" ", new ChangeRules(2, 500).inWords(reader)))
                .contains("version 2", "block 500", "498 blocks from now");
        SigningKey key = globex.of(KeyRole.ENGINE);
        assertThat(String.join(" ", new ChangeEngineKey(GLOBEX, key.key(), new byte[1]).inWords(reader)))
                .contains(key.key().thumbprint().hex().substring(0, 16), "ends for ever");
    }

    @Test
    void grants_are_found_by_device_and_by_member() {
        addGlobex();
        DeviceId box = DeviceId.of("acme:box");
        DeviceId longer = DeviceId.of("acme:box-2");
        for (DeviceId device : List.of(box, longer)) {
            chain.refusal(chain.key(KeyRole.NODE), RegisterDevice.withToken(device));
            assertThat(chain.refusal(chain.key(KeyRole.NODE), new Grant(device, GLOBEX, 7, null)))
                    .isNull();
        }
        assertThat(reader.grants(box)).extracting(GrantRecord::device).containsExactly(box);
        assertThat(reader.grantsOf(GLOBEX)).extracting(GrantRecord::device).containsExactlyInAnyOrder(box, longer);
        assertThat(reader.grantsOf(ACME)).isEmpty();
    }

    private byte[] note(int root) {
        SigningKey key = chain.key(KeyRole.LOG);
        String origin = reader.log(LOG).origin();
        byte[] rootBytes = new byte[32];
        rootBytes[0] = (byte) root;
        return SignedNote.sign(
                        new Checkpoint(origin, 3, rootBytes).body(),
                        new NoteKey(origin, key.key().point()),
                        key::sign)
                .encode()
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void forks_and_broken_promises_are_found() {
        assertThat(reader.fork(LOG)).isEmpty();
        LogEvidence fork = new LogEvidence(LOG, note(1), new LogEvidence.Against.Note(note(2)));
        assertThat(chain.refusal(chain.key(KeyRole.NODE), fork)).isNull();
        byte[] promise = new Promise(chain.id(), LOG, 12, new byte[33], 1).sign(chain.key(KeyRole.LOG));
        assertThat(chain.refusal(chain.key(KeyRole.NODE), new PromiseEvidence(LOG, promise, null)))
                .isNull();
        assertThat(reader.forks()).extracting(ForkRecord::log).containsExactly(LOG);
        assertThat(reader.fork(LOG).orElseThrow().size()).isEqualTo(3);
        assertThat(reader.fork(new LogId(ACME, 2))).isEmpty();
        assertThat(reader.brokenPromises()).extracting(BrokenPromise::index).containsExactly(12L);
        assertThat(reader.brokenPromises()).extracting(BrokenPromise::how).containsExactly(BrokenPromise.How.LATE);
    }

    /// Under an engine of several members, whose blocks have no header of their own here.
    private Finalized commit(StoredLedger ledger, DecidedBlock block) {
        Finalized finalized = ledger.finalizeBlock(block);
        ledger.commit(block.height(), new byte[0], new byte[32]);
        ledger.show(block.height());
        return finalized;
    }

    @Test
    void a_block_that_is_brought_again_gets_the_first_answers_with_seats_batches_and_faults() {
        addGlobex();
        StoredLedger ledger = chain.ledger();
        var info = ledger.info();
        ledger.startEra(new EraRecord(
                2,
                EraRecord.COMET,
                EraRecord.chainId(info.ledger(), 2),
                info.height() + 1,
                reader.head().eventsSize(),
                info.appHash(),
                info.era().members()));
        long height = info.height() + 1;
        long time = info.blockTime() + 1_000;
        commit(ledger, new DecidedBlock(height, time, List.of()));
        commit(ledger, new DecidedBlock(height + 1, time + 1, List.of()));
        byte[] seat = Transactions.sign(
                chain.id(),
                Founding.nonce(),
                time + 60_000,
                List.of(new TakeSeat(GLOBEX)),
                List.of(globex.of(KeyRole.NODE), globex.of(KeyRole.ENGINE)));
        byte[] batch = MemberBatch.sign(chain.id(), GLOBEX, 1, List.of(seat, seat), globex.of(KeyRole.NODE));
        byte[] gap = MemberBatch.sign(chain.id(), GLOBEX, 3, List.of(seat), globex.of(KeyRole.NODE));
        byte[] address = MemberSet.address(chain.key(KeyRole.ENGINE).key());
        var block = new DecidedBlock(
                height + 2, time + 2, List.of(batch, gap), List.of(new Misbehaviour(address, height, 2)));
        Finalized first = commit(ledger, block);
        assertThat(first.split()).containsExactly(2, 0);
        assertThat(first.validatorUpdates())
                .containsExactly(new EraMember(GLOBEX, globex.of(KeyRole.ENGINE).key(), 1));
        assertThat(reader.validators().members()).extracting(EraMember::member).containsExactly(ACME, GLOBEX);
        assertThat(reader.faults(ACME)).isEqualTo(1);
        assertThat(reader.faults(GLOBEX)).isZero();
        for (StoredLedger again : List.of(ledger, StoredLedger.open(new MemoryStore(disk)))) {
            Finalized answer = again.finalizeBlock(block);
            assertThat(answer.appHash()).isEqualTo(first.appHash());
            assertThat(answer.split()).isEqualTo(first.split());
            assertThat(answer.validatorUpdates()).isEqualTo(first.validatorUpdates());
            assertThat(answer.results()).hasSize(2);
            assertThat(answer.results().getFirst().events().getFirst().leaf())
                    .isEqualTo(first.results().getFirst().events().getFirst().leaf());
            assertThat(answer.results().getLast().firstRefusal().orElseThrow().code())
                    .isEqualTo(first.results()
                            .getLast()
                            .firstRefusal()
                            .orElseThrow()
                            .code());
        }
        assertThat(ledger.batchSequence(GLOBEX)).isEqualTo(1);
    }
}
