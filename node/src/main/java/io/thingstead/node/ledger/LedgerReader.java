package io.thingstead.node.ledger;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.node.ledger.contract.ContractReader;
import io.thingstead.node.ledger.market.MarketReader;
import io.thingstead.node.ledger.money.MoneyReader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The ledger as the rest of the node sees it: what stands at the last decided block, never half a block; and the last
/// certified head, from which things can be proven, the same or a block behind.
/// Safe for all threads; `key` and `keysByHint` are quick enough to be asked for every frame.
public interface LedgerReader {
    /// The last certified head, with what is needed to prove things under it. Empty after a start until the members
    /// have
    /// agreed again.
    Optional<CertifiedHead> certified();

    /// The last decided head: what the other methods tell of.
    LedgerHead head();

    /// What the ledger knows of a key, or null; look at `inForce`.
    @Nullable
    KeyRecord key(Thumbprint thumbprint);

    /// All keys whose thumbprint starts with these 8 bytes: the candidates for a frame's key hint.
    List<KeyRecord> keysByHint(byte[] kid);

    @Nullable
    DeviceRecord device(DeviceId device);

    /// Devices of all members by name, those after `after`, at most `limit`.
    List<DeviceRecord> devices(@Nullable DeviceId after, int limit);

    /// Devices of a member by name, those after `after`, at most `limit`.
    List<DeviceRecord> devices(MemberId member, @Nullable DeviceId after, int limit);

    long deviceCount();

    long deviceCount(MemberId member);

    @Nullable
    MemberRecord member(MemberId member);

    List<MemberRecord> members();

    @Nullable
    LogRecord log(LogId log);

    List<LogRecord> logs();

    /// Those who vote now.
    ValidatorSet validators();

    /// Where a member is reached, if it said so.
    Optional<Endpoint> endpoint(MemberId member);

    /// Whether the members removed this one.
    default boolean isRemoved(MemberId member) {
        return removal(member).isPresent();
    }

    /// The number of the event with which the members removed this one, if they did.
    OptionalLong removal(MemberId member);

    /// The decision of this number, open or not.
    Optional<DecisionRecord> decision(long number);

    /// All decisions, open or not, the newest first.
    List<DecisionRecord> decisions();

    /// Who may read what this device says, besides its member.
    List<GrantRecord> grants(DeviceId device);

    /// Who may read this member's devices, by device.
    List<GrantRecord> grantsBy(MemberId member);

    /// What this member may read of other members' devices.
    List<GrantRecord> grantsOf(MemberId grantee);

    /// The evidence that a log showed two faces, if there is any.
    Optional<ForkRecord> fork(LogId log);

    /// All logs that showed two faces.
    List<ForkRecord> forks();

    /// All promises that are known to have been broken.
    List<BrokenPromise> brokenPromises();

    /// How often the engine caught this member cheating.
    long faults(MemberId member);

    /// Assets and accounts, as of the last decided block; each call gives a new one.
    MoneyReader money();

    ContractReader contracts();

    /// Offers, and what is known of who offers.
    MarketReader market();

    /// The path from an event to the root of the tree of the first `size` events. Empty while it leads over events that
    /// are missing.
    Optional<List<byte[]>> eventPath(long eventNo, long size);

    EraRecord era(long number);

    /// All eras, the first one first.
    List<EraRecord> eras();

    /// What a verifier starts from, as of the last certified block.
    ///
    /// @param asOfMs when it is made, by the clock of whoever makes it
    default TrustFile trust(long asOfMs) {
        LedgerHead head = head();
        Optional<Certificate> newest = certified().map(CertifiedHead::certificate);
        return new TrustFile(
                head.ledger(),
                asOfMs,
                newest.map(Certificate::height).orElse(0L),
                newest.map(Certificate::headerHash).orElseGet(() -> new byte[32]),
                eras().stream()
                        .filter(era -> era.number() <= head.era())
                        .map(era -> era.number() < head.era() ? era.forTrust() : era.forTrust(voters()))
                        .toList());
    }

    /// The members whose signatures count in the newest certificate, or those of the era's start before its first.
    private List<EraRecord.EraMember> voters() {
        EraRecord era = era(head().era());
        return certified()
                .filter(certified -> certified.head().era() == era.number())
                .map(CertifiedHead::voters)
                .orElseGet(era::members);
    }

    /// How long the ledger stood still so far, by its own record.
    long suspendedMs();

    /// The anchor event that made leaf `index` of the log final: the first whose toSize is over it. Empty as well while
    /// it is one of `missingEvents`.
    Optional<Event> anchorCovering(LogId log, long index);

    Optional<Event> event(long number);

    /// Events from number `from` on, at most `limit`.
    List<Event> events(long from, int limit);

    /// The newest events of a subject (`device/…`, `log/…`, `member/…`) below number `before`, newest first, at most
    /// `limit`.
    List<Event> history(String subject, long before, int limit);

    default List<Event> history(String subject, int limit) {
        return history(subject, Long.MAX_VALUE, limit);
    }

    /// The block at this height, or empty: not decided yet, or not kept here.
    Optional<BlockFacts> block(long height);

    /// The members' signatures under a block as they are kept, without a look at the block itself.
    Optional<Certificate> certificate(long height);

    /// The height of the oldest block kept here: a member that joined later starts from a snapshot.
    long firstBlock();

    /// The number of the oldest event kept here.
    long firstEvent();

    /// The events that are not here yet, upwards: what came before a snapshot is fetched from other members.
    List<EventSpan> missingEvents();

    /// The newest events that name a member, newest first, at most `limit`.
    default List<Event> history(MemberId member, int limit) {
        return history(Draft.subject(member), limit);
    }

    /// Calls back after each decided block, on the engine's thread: be quick, and throw nothing.
    Subscription onBlock(Consumer<CommittedBlock> listener);

    /// Calls back after each certified block, on the engine's thread: be quick, and throw nothing.
    Subscription onCertified(Consumer<LedgerHead> listener);

    /// Ends when closed.
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /// A certified head: proofs made here lead to its app hash, however far the ledger has gone on since.
    interface CertifiedHead {
        LedgerHead head();

        /// What the members signed; its header may be that of the next block, whose app hash is the one after this.
        Certificate certificate();

        /// The members whose signatures count in it.
        List<EraRecord.EraMember> voters();

        /// The value at a state key with the proof that it is there, or empty when there is none.
        Optional<ProvenValue> prove(String stateKey);

        /// The encoded proof that nothing stands at a state key, or empty when there is something.
        Optional<byte[]> proveAbsence(String stateKey);

        /// The path from an event to the root of the tree of events. Empty while it leads over events that are missing.
        Optional<List<byte[]>> eventPath(long eventNo);
    }

    /// A value and its encoded state proof.
    record ProvenValue(byte[] value, byte[] proof) {}
}
