package io.thingstead.node.storage;

import java.util.Locale;

/// The families of the one store. Each keeps its own keys in order; one batch may touch several of them.
/// To add a family, add a line: an existing database gets it at the next start.
public enum Column {
    /// log number, index → salt, kind, time of receipt, content: what a leaf commits to
    CONTENT(Profile.SEQUENTIAL),
    /// log number, tile level, tile number → hashes of a full tile
    TILE(Profile.SEQUENTIAL),
    /// stream, sequence number → log number, index
    NUMBER(Profile.SCATTERED),
    /// stream → what the highest number does not say: open gaps
    SEQUENCE(Profile.SMALL),
    /// key, device → stream, and stream → key, device, trust level
    STREAM(Profile.SMALL),
    /// stream, sequence number → the two frames a device signed with one number
    EVIDENCE(Profile.SMALL),
    /// log number → the newest signed checkpoint
    CHECKPOINT(Profile.SMALL),
    /// the ledger's state, by state key
    STATE(Profile.SCATTERED),
    /// event number → event leaf
    EVENT(Profile.SEQUENTIAL),
    /// subject, event number
    EVENT_INDEX(Profile.SCATTERED),
    /// height → block, header, signature
    BLOCK(Profile.SEQUENTIAL),
    /// hash of an access token → device
    TOKEN(Profile.SMALL),
    /// single values: versions, cursors, counters
    META(Profile.SMALL);

    /// How the keys of a family arrive, which decides how it is kept on disk.
    enum Profile {
        /// in growing order, seldom read again: compressed when first written, moved but not rewritten afterwards
        SEQUENTIAL,
        /// in any order, many: compressed where it comes to rest
        SCATTERED,
        /// few
        SMALL
    }

    private final Profile profile;

    Column(Profile profile) {
        this.profile = profile;
    }

    Profile profile() {
        return profile;
    }

    /// The name under which the family stands in the database.
    String family() {
        return name().toLowerCase(Locale.ROOT);
    }
}
