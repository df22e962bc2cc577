package io.thingstead.node.alarm;

import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file of rules as the node follows it: read when it has changed, without a restart. While it cannot be read, or
/// says what cannot be, the rules stay as they were when it last could, and people are told why. Used by one thread.
public final class FollowedFile {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedFile.class);

    private final Path path;
    private final Rules rules;
    private @Nullable Version seen;
    private @Nullable Version read;
    private volatile @Nullable String problem;
    private volatile boolean isThere;

    private record Version(FileTime changed, long size) {}

    public FollowedFile(Path path, Rules rules) {
        this.path = path;
        this.rules = rules;
    }

    public Path path() {
        return path;
    }

    /// Why the file is not followed as it stands; absent when it is.
    public @Nullable String problem() {
        return problem;
    }

    public boolean isThere() {
        return isThere;
    }

    /// Looks whether it has changed, and follows it.
    public void look() {
        try {
            isThere = Files.exists(path);
            if (!isThere) {
                read = null;
                if (rules.hasDeclared()) say("it is gone: its rules stay; an empty file lets them go");
                return;
            }
            var version = new Version(Files.getLastModifiedTime(path), Files.size(path));
            // half of a file that is being written may well be a whole one
            boolean isSettled = seen == null || version.equals(seen);
            seen = version;
            if (!isSettled || version.equals(read)) return;
            if (version.size > AlarmFile.MAX_BYTES) {
                say("it is larger than " + AlarmFile.MAX_BYTES + " bytes");
            } else {
                take(new String(Files.readAllBytes(path), StandardCharsets.UTF_8));
            }
            read = version;
        } catch (IOException e) {
            say("it cannot be read: " + e);
        }
    }

    private void take(String text) {
        Result<List<Rule>> taken = switch (AlarmFile.read(text)) {
            case Result.Ok<AlarmFile>(AlarmFile file) -> rules.declare(file);
            case Result.No<AlarmFile>(Refused refused) -> new Result.No<>(refused);
        };
        switch (taken) {
            case Result.Ok<List<Rule>>(List<Rule> changed) -> {
                problem = null;
                if (!changed.isEmpty()) {
                    LOG.info(
                            "alarm rules of {}: {}",
                            path,
                            changed.stream().map(Rule::id).toList());
                }
            }
            case Result.No<List<Rule>>(Refused refused) -> say(refused.text());
        }
    }

    private void say(String why) {
        if (!why.equals(problem)) {
            LOG.warn("the alarm rules stay as they were: {}: {}", path, why);
        }
        problem = why;
    }
}
