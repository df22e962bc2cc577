package io.thingstead.node.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// What happened in a simulation, in order: a hash over all of it, and the newest lines in words.
final class Trace {
    private static final int KEPT = 400;
    private static final long PRIME = 0x100000001b3L;

    private final boolean print;
    private final Deque<String> newest = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L;
    private long lines;

    Trace(boolean print) {
        this.print = print;
    }

    void say(long ms, String what) {
        String line = ms + " " + what;
        for (int i = 0; i < line.length(); i++) {
            hash = (hash ^ line.charAt(i)) * PRIME;
        }
        lines++;
        newest.addLast(line);
        if (newest.size() > KEPT) {
            newest.removeFirst();
        }
        if (print) {
            System.out.println(line);
        }
    }

    long hash() {
        return hash;
    }

    long lines() {
        return lines;
    }

    List<String> newest() {
        return List.copyOf(newest);
    }
}
