package io.thingstead.node.contract;

import java.util.ArrayList;
import java.util.List;

/// A line that one text has and another has not.
///
/// @param isNew whether the later text has it
public record TextChange(boolean isNew, String line) {
    /// What changed, in the texts' order: the longest run of lines in common stays.
    public static List<TextChange> between(String before, String after) {
        List<String> old = before.lines().toList();
        List<String> now = after.lines().toList();
        int[][] common = new int[old.size() + 1][now.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = now.size() - 1; j >= 0; j--) {
                common[i][j] = old.get(i).equals(now.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<TextChange> changes = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < old.size() || j < now.size()) {
            if (i < old.size() && j < now.size() && old.get(i).equals(now.get(j))) {
                i++;
                j++;
            } else if (j == now.size() || (i < old.size() && common[i + 1][j] >= common[i][j + 1])) {
                changes.add(new TextChange(false, old.get(i++)));
            } else {
                changes.add(new TextChange(true, now.get(j++)));
            }
        }
        changes.removeIf(change -> change.line().isBlank());
        return changes;
    }
}
