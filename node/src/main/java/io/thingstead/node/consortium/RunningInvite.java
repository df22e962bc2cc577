package io.thingstead.node.consortium;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.TrustFile;
import io.thingstead.node.consensus.Application.EraStart;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.KnownMembers;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.ValidatorSet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a member of a ledger that runs hands to who is to join: which ledger, its era, a header that its members
/// certified, and how they are reached and recognised. Not secret; whoever hands it over must be known, for everything
/// that follows is checked against it.
///
/// @param inviter the member that made it
/// @param era the record of the era in force, with where it began
/// @param height of the newest header that the inviter has
/// @param known entries of the state, see [KnownMembers]
/// @param trust the ledger's trust file as of then
public record RunningInvite(
        String format,
        String inviter,
        byte[] ledgerId,
        byte[] era,
        long eraStartMs,
        byte[] eraStartAppHash,
        long height,
        byte[] headerHash,
        List<Entry> known,
        byte[] trust) {
    private static final String FORMAT = "thingstead-running-invite/1";

    /// An entry of the state.
    public record Entry(String key, byte[] value) {}

    public RunningInvite {
        known = List.copyOf(known);
    }

    /// @param start where the era in force began
    public static RunningInvite of(String inviter, LedgerReader ledger, EraStart start, long nowMs) {
        var head = ledger.head();
        return new RunningInvite(
                FORMAT,
                inviter,
                head.ledger().bytes(),
                ledger.era(head.era()).encode(),
                start.blockTime(),
                start.appHash(),
                head.height(),
                head.headerHash(),
                KnownMembers.of(ledger).entrySet().stream()
                        .map(entry -> new Entry(entry.getKey(), entry.getValue()))
                        .toList(),
                ledger.trust(nowMs).write());
    }

    /// Whether the file is one of these; it may also be an invite to found a ledger together.
    public static boolean isOne(Path file) {
        return Documents.format(file).equals(FORMAT);
    }

    public static RunningInvite read(Path file) {
        RunningInvite invite = Documents.read(file, RunningInvite.class, "an invite to a ledger that runs");
        invite.check();
        return invite;
    }

    public static RunningInvite parse(byte[] json) {
        RunningInvite invite = Documents.read(json, RunningInvite.class, "an invite to a ledger that runs");
        invite.check();
        return invite;
    }

    public byte[] toBytes() {
        return Documents.bytes(this);
    }

    public void write(Path file) {
        Documents.write(file, this);
    }

    private void check() {
        Documents.requireFormat(format, FORMAT);
        boolean sized = ledgerId.length == 32
                && eraStartAppHash.length == 32
                && headerHash.length == 32
                && height >= 0
                && eraStartMs >= 0;
        if (!sized) {
            throw new ConsortiumException("the invite is damaged: ask for it again");
        }
        try {
            EraRecord record = eraRecord();
            if (!record.engine().equals(EraRecord.COMET)) {
                throw new ConsortiumException("the invite is to a ledger of one member: found one together instead");
            }
            if (!record.chainId().equals(EraRecord.chainId(ledger(), record.number()))) {
                throw new ConsortiumException("the invite is damaged: ask for it again");
            }
            state();
        } catch (CborMalformed | IllegalArgumentException e) {
            throw new ConsortiumException("the invite is damaged (" + e.getMessage() + "): ask for it again");
        }
    }

    LedgerId ledger() {
        return new LedgerId(ledgerId);
    }

    EraRecord eraRecord() {
        return EraRecord.decode(era);
    }

    EraStart start() {
        return new EraStart(eraRecord().number(), eraStartMs, eraStartAppHash);
    }

    /// The members that vote, as the inviter knew it.
    ValidatorSet voters() {
        byte[] value = state().get(StateKeys.VALIDATORS);
        return value == null ? new ValidatorSet(eraRecord().members()) : ValidatorSet.decode(value);
    }

    /// Refuses an invite of another ledger than a trust file's, or with other members than it trusts.
    void requireOf(TrustFile trust) {
        if (!trust.ledger().equals(ledger())) {
            throw new ConsortiumException(
                    Refusal.INVITE_LEDGER,
                    "the invite is of ledger " + ledger() + ", the trust file of ledger " + trust.ledger()
                            + ": take an invite and a trust file of the same one");
        }
        var own = eraRecord().forTrust();
        boolean isOfTheEra =
                trust.era(own.number()).filter(known -> known.isSameAs(own)).isPresent();
        boolean isOfItsBlock = trust.height() != height || Arrays.equals(trust.headerHash(), headerHash);
        if (!isOfTheEra || !isOfItsBlock || !hasVotersOf(trust)) {
            throw new ConsortiumException(
                    Refusal.INVITE_TRUST,
                    "the members that vote by the invite are not those of the trust file. If they changed since the"
                            + " trust file was made, bring it up to date with `thingstead trust update`; else the"
                            + " invite is not to be trusted");
        }
    }

    private boolean hasVotersOf(TrustFile trust) {
        var trusted = trust.era(eraRecord().number()).orElseThrow().membersAt(height);
        var told =
                voters().members().stream().map(EraRecord.EraMember::forTrust).toList();
        return Arrays.equals(new MemberSet(trusted).hash(), new MemberSet(told).hash());
    }

    SortedMap<String, byte[]> state() {
        SortedMap<String, byte[]> entries = new TreeMap<>();
        known.forEach(entry -> entries.put(entry.key(), entry.value()));
        return KnownMembers.read(entries);
    }
}
