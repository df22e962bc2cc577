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
    /// event number → event leaf; level, index → hash of a larger subtree of the tree over them
    EVENT(Profile.SEQUENTIAL),
    /// subject, number of a block's first event about it → the numbers of all of them; log, size → number of its anchor
    EVENT_INDEX(Profile.SCATTERED),
    /// height → block, header, signature
    BLOCK(Profile.SEQUENTIAL),
    /// log of another member → its mirrored tree: tiles, and how far they go
    MIRROR(Profile.SCATTERED),
    /// log of another member, index → what a leaf commits to, where that was granted
    MIRRORED_CONTENT(Profile.SCATTERED),
    /// height → a link from the members that vote to those who vote from there on, or what is known of it
    LINK(Profile.SMALL),
    /// hash of an access token → device
    TOKEN(Profile.SMALL),
    /// hash of a claim code → the name that waits for a device; and the salt of the hashes
    CLAIM(Profile.SMALL),
    /// kind, id → a person, passkey, session, link or API key
    PEOPLE(Profile.SMALL),
    /// device, command number, step → log number, index; open commands; desired values
    COMMAND(Profile.SMALL),
    /// rules of how long contents are kept, and how far they are done; which leaves were erased
    RETENTION(Profile.SMALL),
    /// alarm rules, what is watched, alarms, and up to which leaf readings were judged
    ALARM(Profile.SMALL),
    /// channel, alarm, what became of it → what is to be told there
    NOTIFICATION(Profile.SMALL),
    /// device → what people call it
    LABEL(Profile.SMALL),
    /// number of a payment channel → the highest voucher, and what it paid for
    TILL(Profile.SMALL),
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
