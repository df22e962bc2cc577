package io.thingstead.node.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// Waits for what must come about by itself.
public final class Patience {
    private static final long WAIT_S = Long.getLong("faults.wait", 180);

    private Patience() {}

    public static void await(String what, Callable<Boolean> condition) throws Exception {
        await(what, WAIT_S, condition);
    }

    /// A condition that cannot be asked for (the process is down, the answer does not come) does not hold yet.
    public static void await(String what, long seconds, Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        String last = "";
        while (true) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (IOException e) {
                last = " (" + e + ")";
            }
            assertThat(System.nanoTime())
                    .as("within %d s: %s%s", seconds, what, last)
                    .isLessThan(until);
            Thread.sleep(100);
        }
    }
}
