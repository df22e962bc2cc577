package io.thingstead.node.view;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Lowers the calling thread's share of a busy processor, where the system can (Linux, where `setpriority` with
/// PRIO_PROCESS and id 0 means the calling thread). Views give way to acknowledgements. Elsewhere it does nothing.
final class LowPriority {
    private static final int PRIO_PROCESS = 0;
    private static final int NICE = 10;

    private LowPriority() {}

    @SuppressWarnings("restricted") // the program is started with native access allowed
    static void ofThisThread() {
        if (!System.getProperty("os.name", "").startsWith("Linux")) return;
        try {
            var linker = Linker.nativeLinker();
            var address = linker.defaultLookup().find("setpriority");
            if (address.isEmpty()) return;
            MethodHandle setpriority = linker.downcallHandle(
                    address.get(),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            var _ = (int) setpriority.invokeExact(PRIO_PROCESS, 0, NICE);
        } catch (Throwable e) {
            // a share of the processor is a wish, not a need
            if (e instanceof VirtualMachineError error) throw error;
        }
    }
}
