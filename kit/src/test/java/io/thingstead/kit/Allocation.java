package io.thingstead.kit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// How much memory this thread allocates: a decoder must not take a claimed length for a real one.
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    public static long of(Runnable work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
