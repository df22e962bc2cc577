package io.thingstead.bench;

import java.nio.file.Path;
import java.util.function.Consumer;

/// What a measurement is given.
///
/// @param folder in which it may make others; they are deleted at the end
/// @param seconds about how long it lasts, where it can choose
/// @param percent how much of the devices, connections, leaves and readings it takes, where it has many
/// @param figures told what was measured
/// @param progress told what is being done
record Run(Path folder, int seconds, int percent, Consumer<Figure> figures, Consumer<String> progress) {
    /// So many of them, at least one.
    int share(int whole) {
        return (int) Math.max(1, (long) whole * percent / 100);
    }

    void tell(Figure figure) {
        figures.accept(figure);
    }

    void say(String step) {
        progress.accept(step);
    }
}
