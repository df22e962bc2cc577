package io.thingstead.kit.merkle;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The address of a tile below a log's prefix (C2SP tlog-tiles): `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`.
public record TilePath(int level, long index, int width) {
    /// A full tile holds this many hashes or entries.
    public static final int FULL = 256;

    /// Stands in `level` for a tile of entries.
    public static final int ENTRIES = -1;

    private static final int MAX_LEVEL = 63;
    private static final Pattern FORM =
            Pattern.compile("tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,5})([0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

    public TilePath {
        if (level < ENTRIES || level > MAX_LEVEL) throw new IllegalArgumentException("level out of range: " + level);
        if (index < 0) throw new IllegalArgumentException("index out of range: " + index);
        if (width < 1 || width > FULL) throw new IllegalArgumentException("width out of range: " + width);
    }

    public static TilePath hashes(int level, long index, int width) {
        return new TilePath(level, index, width);
    }

    public static TilePath entries(long index, int width) {
        return new TilePath(ENTRIES, index, width);
    }

    public boolean isEntries() {
        return level == ENTRIES;
    }

    public boolean isFull() {
        return width == FULL;
    }

    /// The path's text; groups of three digits, all but the last marked with x.
    public String format() {
        var number = String.format(Locale.ROOT, "%03d", index % 1000);
        for (long rest = index / 1000; rest > 0; rest /= 1000) {
            number = String.format(Locale.ROOT, "x%03d/", rest % 1000) + number;
        }
        return "tile/" + (isEntries() ? "entries" : Integer.toString(level)) + "/" + number
                + (isFull() ? "" : ".p/" + width);
    }

    /// Empty unless the text is the one canonical path of a tile.
    public static Optional<TilePath> parse(String path) {
        var match = FORM.matcher(path);
        if (path.length() > 64 || !match.matches()) return Optional.empty();
        int level = match.group(1).equals("entries") ? ENTRIES : Integer.parseInt(match.group(1));
        long index = Long.parseLong(match.group(2).replaceAll("[x/]", "") + match.group(3));
        int width = match.group(4) == null ? FULL : Integer.parseInt(match.group(4));
        if (level > MAX_LEVEL || (match.group(4) != null && width >= FULL)) return Optional.empty();
        var tile = new TilePath(level, index, width);
        return tile.format().equals(path) ? Optional.of(tile) : Optional.empty();
    }
}
