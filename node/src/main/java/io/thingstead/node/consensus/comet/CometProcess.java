package io.thingstead.node.consensus.comet;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
    private static final long STEADY_MS = 30_000;
    private static final long STOP_S = 5;

    private final Path program;
    private final Path home;
    private final Runnable beforeStart;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Process process;
    private volatile @Nullable String trouble;
    private volatile @Nullable String lastLine;

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
        return trouble;
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
            pause = steady ? FIRST_PAUSE_MS : Math.min(pause * 2, MAX_PAUSE_MS);
            String line = lastLine;
            trouble = "the consensus engine ended with code " + code + (line == null ? "" : ": " + line);
            LOG.warn("{}; it is started again in {} ms", trouble, pause);
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private int runOnce() {
        try {
            beforeStart.run();
            Process child = new ProcessBuilder(program.toString(), "start", "--home", home.toString())
                    .redirectErrorStream(true)
                    .start();
            process = child;
            if (closed) {
                child.destroyForcibly();
            }
            trouble = null;
            try (BufferedReader lines = child.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    log(line);
                }
            }
            return child.waitFor();
        } catch (IOException e) {
            lastLine = e.getMessage();
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /// Lines start with their level: `I[…`, `E[…`, `D[…`.
    private void log(String line) {
        if (!line.isBlank()) {
            lastLine = line.length() > 400 ? line.substring(0, 400) : line;
            // That peers come and go is the network's daily life.
            if (line.startsWith("E[") && !line.contains("module=p2p") && !line.contains("module=blocksync")) {
                ENGINE_LOG.info("{}", line);
            } else {
                ENGINE_LOG.debug("{}", line);
            }
        }
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
