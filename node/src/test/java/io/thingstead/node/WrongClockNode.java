package io.thingstead.node;

import java.nio.file.Path;

/// A node that takes another time for the right one: `MS DATA CONFIG`, so many milliseconds ahead.
public final class WrongClockNode {
    private WrongClockNode() {}

    public static void main(String... arguments) throws InterruptedException {
        long aheadMs = Long.parseLong(arguments[0]);
        Path folder = Path.of(arguments[1]);
        NodeConfig config = NodeConfig.read(Path.of(arguments[2]));
        try (Node node = Node.start(folder, config, () -> System.currentTimeMillis() + aheadMs, Between.NOTHING)) {
            node.await();
        }
    }
}
