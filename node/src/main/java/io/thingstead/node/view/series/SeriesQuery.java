package io.thingstead.node.view.series;

import io.thingstead.kit.model.Result;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Questions in SQL that others write, about the series. They read and change nothing, and see nothing else.
public interface SeriesQuery {
    /// @param columns with their types, as the database has them
    /// @param rows values by column: numbers, booleans, texts, null; what is neither as its text
    /// @param more whether there are more rows than were asked for
    record Answer(List<Column> columns, List<List<@Nullable Object>> rows, boolean more) {}

    record Column(String name, String type) {}

    /// @param mostRows how many rows are wanted
    Result<Answer> ask(String sql, int mostRows);
}
