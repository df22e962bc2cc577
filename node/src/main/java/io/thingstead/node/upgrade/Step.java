package io.thingstead.node.upgrade;

import java.nio.file.Path;
import java.util.List;

/// One step of an upgrade: from one version of the data folder to the next, and back. It changes the store alone, while
/// nobody has it open. Either way may be done again after it was broken off.
interface Step {
    /// All of them, in order: the first leads from version 1 to version 2. To add one, add it here and raise
    /// [io.thingstead.node.storage.FolderVersion#CURRENT].
    List<Step> ALL = List.of(new ErasableContents());

    /// What it brings, in a few words.
    String inWords();

    void up(Path folder);

    /// Keeps everything that was acknowledged. Throws [UpgradeException] where the older program would not understand
    /// what was written since.
    void down(Path folder);
}
