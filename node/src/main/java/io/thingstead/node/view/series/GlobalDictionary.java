package io.thingstead.node.view.series;

import io.thingstead.kit.model.DeviceId;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.duckdb.DuckDBConnection;

/// One numbering of devices and quantities for all months, each of which has its own.
final class GlobalDictionary {
    private final Dictionary all = new Dictionary();
    private final Map<Month, Numbers> ofMonth = new HashMap<>();

    /// The numbers here by those of a month.
    record Numbers(int[] devices, int[] quantities) {}

    GlobalDictionary(List<Month> months) {
        for (var month : months) {
            var dictionary = month.dictionary();
            ofMonth.put(
                    month,
                    new Numbers(
                            dictionary.devices().stream()
                                    .mapToInt((DeviceId device) -> all.device(device))
                                    .toArray(),
                            dictionary.quantities().stream()
                                    .mapToInt(quantity -> all.quantity(quantity.name(), quantity.unit()))
                                    .toArray()));
        }
    }

    Numbers of(Month month) {
        return Objects.requireNonNull(ofMonth.get(month), "every month was there when it was made");
    }

    /// Makes the tables `device` and `quantity` of it.
    void store(DuckDBConnection connection) throws SQLException {
        Sql.execute(connection, "CREATE TABLE device(id INTEGER, name VARCHAR)");
        Sql.execute(connection, "CREATE TABLE quantity(id INTEGER, name VARCHAR, unit VARCHAR)");
        all.store(connection, "memory", new Dictionary());
    }
}
