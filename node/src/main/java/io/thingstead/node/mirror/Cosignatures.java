package io.thingstead.node.mirror;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.Cosignature;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.MemberId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The cosignatures that other members gave lately to checkpoints of one of this member's logs. For any thread.
final class Cosignatures {
    /// Of checkpoints: a quarter of a minute of a log that grows all the time.
    private static final int MOST = HeldEntry.MAX_COSIGNED;

    private final TreeMap<Long, Text> bySize = new TreeMap<>();

    /// A checkpoint's text and the lines below it, by member.
    private record Text(String text, Map<String, SignedNote.Line> lines) {}

    /// @param name under which the member cosigns
    /// @param notes with its cosignature, as it gave them out
    /// @param isOfTheLog whether a checkpoint is one that the log had
    void heard(
            MemberId member, String name, VerifyingKey nodeKey, List<byte[]> notes, Predicate<Checkpoint> isOfTheLog) {
        for (byte[] note : notes)
            SignedNote.parse(note)
                    .ifPresent(parsed -> Checkpoint.parse(parsed.text())
                            .filter(head -> !isKnown(head.size(), member))
                            .filter(head -> head.extensions().isEmpty() && isOfTheLog.test(head))
                            .ifPresent(head -> Cosignature.line(parsed, name, nodeKey)
                                    .ifPresent(line -> put(head, member, line))));
    }

    private synchronized boolean isKnown(long size, MemberId member) {
        Text known = bySize.get(size);
        return known != null && known.lines.containsKey(member.value());
    }

    private synchronized void put(Checkpoint head, MemberId member, SignedNote.Line line) {
        bySize.computeIfAbsent(head.size(), _ -> new Text(head.body(), new TreeMap<>()))
                .lines
                .put(member.value(), line);
        if (bySize.size() > MOST) bySize.pollFirstEntry();
    }

    /// The text that most members cosigned, the newest of such.
    synchronized Optional<String> most() {
        return bySize.descendingMap().values().stream()
                .max(Comparator.comparingInt(text -> text.lines.size()))
                .map(Text::text);
    }

    /// The note with the cosignatures of its text.
    String below(String note) {
        SignedNote parsed =
                SignedNote.parse(note.getBytes(StandardCharsets.UTF_8)).orElseThrow();
        List<SignedNote.Line> all = new ArrayList<>(parsed.lines());
        for (SignedNote.Line line : lines(parsed.text())) if (all.size() < SignedNote.MAX_SIGNATURES) all.add(line);
        return new SignedNote(parsed.text(), all).encode();
    }

    private synchronized List<SignedNote.Line> lines(String text) {
        return bySize.values().stream()
                .filter(known -> known.text.equals(text))
                .flatMap(known -> known.lines.values().stream())
                .toList();
    }
}
