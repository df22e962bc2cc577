package io.thingstead.node.consensus.comet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// CometBFT as a child process: started, its log lines joined to the node's, and started again with back-off whenever
/// it ends. It ends by itself when the node is gone, because its connections to the node break.
final class CometProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CometProcess.class);
    private static final Logger ENGINE_LOG = LoggerFactory.getLogger("io.thingstead.engine");
    private static final long FIRST_PAUSE_MS = 100;
    private static final long MAX_PAUSE_MS = 15_000;
    /// What it waits for in order to be started may come at any time.
    private static final long MAX_WAIT_MS = 3_000;
    private static final int NOT_STARTED = -2;
    private static final long STEADY_MS = 30_000;
    private static final long STOP_S = 5;
    /// One that lives this long has what it needs.
    private static final long WELL_MS = 5_000;

    private final Path program;
    private final Path home;
    private final Runnable beforeStart;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Process process;
    private volatile @Nullable String trouble;
    private volatile @Nullable String lastLine;
    private volatile long startedNanos;
    private final AtomicLong restarts = new AtomicLong();

    /// @param beforeStart run before each start of the child: what it connects to must be there
    CometProcess(Path program, Path home, Runnable beforeStart) {
        this.program = program;
        this.home = home;
        this.beforeStart = beforeStart;
        this.thread = Thread.ofPlatform().name("comet-supervisor").daemon().unstarted(this::run);
    }

    void start() {
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException("the consensus engine is not installed: there is no program " + program
                    + ". Put it in place with: thingstead engine install");
        }
        thread.start();
    }

    /// Why the engine does not run, or null while it does.
    @Nullable
    String trouble() {
        Process running = process;
        boolean isWell = running != null
                && running.isAlive()
                && System.nanoTime() - startedNanos > TimeUnit.MILLISECONDS.toNanos(WELL_MS);
        return isWell ? null : trouble;
    }

    /// Ends the child; it is started again.
    void restart() {
        Process running = process;
        if (running != null) {
            running.destroy();
        }
    }

    /// How often it was started again.
    long restarts() {
        return restarts.get();
    }

    long pid() {
        Process running = process;
        return running == null ? -1 : running.pid();
    }

    private void run() {
        long pause = FIRST_PAUSE_MS;
        while (!closed) {
            long started = System.nanoTime();
            int code = runOnce();
            if (closed) {
                return;
            }
            boolean steady = System.nanoTime() - started > TimeUnit.MILLISECONDS.toNanos(STEADY_MS);
            restarts.incrementAndGet();
            pause = steady ? FIRST_PAUSE_MS : Math.min(pause * 2, MAX_PAUSE_MS);
            String line = lastLine;
            String before = trouble;
            if (code == NOT_STARTED) {
                String waits = "the consensus engine is not started yet: it " + line;
                trouble = waits;
                pause = Math.min(pause, MAX_WAIT_MS);
                if (!waits.equals(before)) {
                    LOG.info("{}", waits);
                }
            } else {
                String ended = whyEnded(code, line);
                trouble = ended;
                LOG.warn("{}; it is started again in {} ms", ended, pause);
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private String whyEnded(int code, @Nullable String line) {
        return Files.isExecutable(program)
                ? "the consensus engine ended with code " + code + (line == null ? "" : ": " + line)
                : "the consensus engine's program " + program
                        + " is gone. Put it in place with: thingstead engine install";
    }

    private int runOnce() {
        lastLine = null;
        try {
            beforeStart.run();
            Process child = new ProcessBuilder(program.toString(), "start", "--home", home.toString())
                    .redirectErrorStream(true)
                    .start();
            startedNanos = System.nanoTime();
            process = child;
            if (closed) {
                child.destroyForcibly();
            }
            try (BufferedReader lines = child.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    log(line);
                    if (isStuck(line)) {
                        child.destroy();
                    }
                }
            }
            return child.waitFor();
        } catch (NotYet e) {
            lastLine = e.getMessage();
            return NOT_STARTED;
        } catch (IOException | UncheckedIOException e) {
            // What it needs cannot be written or started now: the next attempt may find it otherwise.
            lastLine = e.getMessage()
                    + (e.getCause() == null ? "" : ": " + e.getCause().getMessage());
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /// A panic is followed by the stacks of all threads, which tell nobody anything.
    private static boolean tellsWhy(String line) {
        return line.startsWith("E[") || line.startsWith("panic:") || line.startsWith("ERROR:");
    }

    /// The engine cannot be started now; it is tried again.
    static final class NotYet extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotYet(String why) {
            super(why, null, false, false);
        }
    }

    /// After this the engine does nothing any more, and does not end either.
    private static boolean isStuck(String line) {
        return line.contains("State sync failed") || line.contains("Failed to bootstrap node");
    }

    /// Lines start with their level: `I[…`, `E[…`, `D[…`.
    private void log(String line) {
        if (!line.isBlank()) {
            if (lastLine == null || tellsWhy(line)) {
                lastLine = line.length() > 400 ? line.substring(0, 400) : line;
            }
            // Its consensus has ended (a full disk, say) while the process lives on: it would never vote again.
            if (line.startsWith("E[") && line.contains("CONSENSUS FAILURE!!!")) {
                trouble = "the consensus engine has failed and is started again: " + lastLine;
                restart();
            }
            if (line.startsWith("E[") && !isKnown(line)) {
                ENGINE_LOG.info("{}", line);
            } else {
                ENGINE_LOG.debug("{}", line);
            }
        }
    }

    /// That peers come and go, and that a vote comes after its block, is the network's daily life; why no vote is
    /// signed was said once.
    private static boolean isKnown(String line) {
        return line.contains("module=p2p")
                || line.contains("module=blocksync")
                || line.contains("err=\"error adding vote\"")
                || line.contains(VoteHold.LOST);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        Process running = process;
        if (running != null) {
            running.destroy();
            try {
                if (!running.waitFor(STOP_S, TimeUnit.SECONDS)) {
                    running.destroyForcibly().waitFor();
                }
            } catch (InterruptedException e) {
                running.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
