package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Result;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a verifier starts from (`docs/formats.md` §8): which ledger, who makes its blocks in which era, and its newest
/// block when the file was made. Whoever can slip you a false trust file can make you believe anything.
///
/// @param asOf when the file was made or brought up to date, in ms
/// @param height of the newest block then, whose header hash is `headerHash`
/// @param root the file that trust began with
public record TrustFile(LedgerId ledger, long asOf, long height, byte[] headerHash, Root root, List<Era> eras) {
    /// The trust file that this one was brought up to date from, or itself: since then nobody but the members vouches.
    ///
    /// @param era the newest that it knew
    public record Root(long asOf, long height, long era) {}

    /// A span of blocks made by one engine.
    ///
    /// @param sets the members that vote, as far as known, by height
    public record Era(
            long number,
            String engine,
            String chainId,
            long initialHeight,
            long firstEvent,
            byte[] previousAppHash,
            List<KnownSet> sets) {
        public static final String SOLO = "solo";
        public static final String COMET = "comet";

        public Era {
            sets = List.copyOf(sets);
        }

        /// An era of which one set of members is known.
        public static Era of(
                long number,
                String engine,
                String chainId,
                long initialHeight,
                long firstEvent,
                byte[] previousAppHash,
                List<EraMember> members) {
            var set = new KnownSet(initialHeight, members);
            return new Era(number, engine, chainId, initialHeight, firstEvent, previousAppHash, List.of(set));
        }

        public boolean isSolo() {
            return engine.equals(SOLO);
        }

        public boolean isComet() {
            return engine.equals(COMET);
        }

        /// The newest members that are known.
        public List<EraMember> members() {
            return sets.getLast().members();
        }

        /// Those who vote at this height, by what is known: the set known last up to there, else the first one.
        public List<EraMember> membersAt(long height) {
            return floor(height).orElseGet(sets::getFirst).members();
        }

        /// Whether several members agree on the blocks at this height.
        boolean isOfMany(long height) {
            return isComet() && membersAt(height).size() > 1;
        }

        /// The set known last up to this height.
        Optional<KnownSet> floor(long height) {
            return sets.reversed().stream().filter(set -> set.height <= height).findFirst();
        }

        /// The set known first from this height on.
        Optional<KnownSet> ceiling(long height) {
            return sets.stream().filter(set -> set.height >= height).findFirst();
        }

        Era with(List<KnownSet> known) {
            return new Era(number, engine, chainId, initialHeight, firstEvent, previousAppHash, known);
        }

        /// Whether both are the same stretch of the same ledger, whatever is known of its members.
        public boolean isSameAs(Era other) {
            return number == other.number
                    && engine.equals(other.engine)
                    && chainId.equals(other.chainId)
                    && initialHeight == other.initialHeight
                    && firstEvent == other.firstEvent
                    && Arrays.equals(previousAppHash, other.previousAppHash);
        }
    }

    /// The members that vote at a height.
    public record KnownSet(long height, List<EraMember> members) {
        public KnownSet {
            members = List.copyOf(members);
        }
    }

    /// A member with a vote.
    public record EraMember(MemberId member, VerifyingKey engineKey, long power) {}

    public TrustFile {
        eras = List.copyOf(eras);
    }

    /// A file that trust begins with. Where one set is known of an era, those are the members that vote at `height` in
    /// the newest era, and those at its start in one that is over.
    public TrustFile(LedgerId ledger, long asOf, long height, byte[] headerHash, List<Era> eras) {
        this(
                ledger,
                asOf,
                height,
                headerHash,
                new Root(asOf, height, eras.getLast().number),
                eras.stream()
                        .map(era -> placed(era, era.number == eras.getLast().number ? height : 0))
                        .toList());
    }

    private static Era placed(Era era, long height) {
        return era.sets.size() > 1
                ? era
                : era.with(List.of(new KnownSet(Math.max(height, era.initialHeight), era.members())));
    }

    public Optional<Era> era(long number) {
        return eras.stream().filter(era -> era.number == number).findFirst();
    }

    /// The era that follows the one with this number, if the file knows of one.
    Optional<Era> eraAfter(long number) {
        return eras.stream().filter(era -> era.number > number).findFirst();
    }

    /// The members that vote on the newest blocks.
    public List<EraMember> members() {
        return eras.getLast().members();
    }

    /// Who is known to hold an engine key, by its newest name.
    Optional<MemberId> holder(VerifyingKey engineKey) {
        return eras.reversed().stream()
                .flatMap(era -> era.sets.reversed().stream())
                .flatMap(set -> set.members.stream())
                .filter(member -> member.engineKey.equals(engineKey) && !TrustLink.isUnnamed(member))
                .map(EraMember::member)
                .findFirst();
    }

    /// The one member whose word alone says who makes the blocks of this era: trust began with a file from before it.
    public Optional<EraMember> whoAloneNamed(long eraNumber) {
        return era(root.era)
                .filter(began -> began.number < eraNumber && !began.isOfMany(root.height))
                .map(began -> began.membersAt(root.height).getFirst());
    }

    /// Whether a block may be one of this ledger, as far as the file knows its blocks.
    boolean allows(Certificate certificate) {
        return certificate.height() != height || Arrays.equals(certificate.headerHash(), headerHash);
    }

    /// This file with what links add to it; refused when one does not hold, or leads from nothing that is known.
    public Result<TrustFile> extended(List<TrustLink> links) {
        return new LinkedTrust(this).follow(links);
    }

    TrustFile with(List<Era> known) {
        return new TrustFile(ledger, asOf, height, headerHash, root, known);
    }

    /// This file as of a newer block.
    TrustFile asOf(long ms, Certificate newest) {
        return new TrustFile(ledger, ms, newest.height(), newest.headerHash(), root, eras);
    }

    /// All sets that are known, the oldest first.
    Stream<KnownSet> sets() {
        return eras.stream().flatMap(era -> era.sets.stream());
    }

    public static Result<TrustFile> read(byte[] bytes) {
        try {
            return Result.ok(TrustJson.read(SmallJsonReader.read(bytes)));
        } catch (Unreadable e) {
            return new Unreadable("trust file: " + e.getMessage()).refused();
        }
    }

    /// The file's bytes.
    public byte[] write() {
        return TrustJson.write(this);
    }
}
