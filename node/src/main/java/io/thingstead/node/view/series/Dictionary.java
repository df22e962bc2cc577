package io.thingstead.node.view.series;

import io.thingstead.kit.model.DeviceId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/// Small numbers for devices and for quantities (a name with its unit), so that a row of a file holds no text twice.
/// Changed by the writer in its own copy only: what readers see stays as it is.
final class Dictionary {
    private final Map<DeviceId, Integer> numberOfDevice;
    private final Map<Quantity, Integer> numberOfQuantity;
    private final List<DeviceId> devices;
    private final List<Quantity> quantities;

    record Quantity(String name, @Nullable String unit) {}

    Dictionary() {
        this(new HashMap<>(), new HashMap<>(), new ArrayList<>(), new ArrayList<>());
    }

    private Dictionary(
            Map<DeviceId, Integer> numberOfDevice,
            Map<Quantity, Integer> numberOfQuantity,
            List<DeviceId> devices,
            List<Quantity> quantities) {
        this.numberOfDevice = numberOfDevice;
        this.numberOfQuantity = numberOfQuantity;
        this.devices = devices;
        this.quantities = quantities;
    }

    static Dictionary load(Connection connection, String catalog) throws SQLException, SeriesDamaged {
        var loaded = new Dictionary();
        var strange = new ArrayList<String>();
        Sql.query(
                connection,
                row -> {
                    var device = DeviceId.parse(row.getString(2));
                    if (device.isEmpty() || loaded.device(device.get()) != row.getInt(1)) strange.add(row.getString(2));
                },
                "SELECT id, name FROM " + catalog + ".device ORDER BY id");
        Sql.query(
                connection,
                row -> {
                    if (loaded.quantity(row.getString(2), row.getString(3)) != row.getInt(1))
                        strange.add(row.getString(2));
                },
                "SELECT id, name, unit FROM " + catalog + ".quantity ORDER BY id");
        if (!strange.isEmpty()) throw new SeriesDamaged("the dictionary of " + catalog + " has a strange " + strange);
        return loaded;
    }

    Dictionary copy() {
        return new Dictionary(
                new HashMap<>(numberOfDevice),
                new HashMap<>(numberOfQuantity),
                new ArrayList<>(devices),
                new ArrayList<>(quantities));
    }

    /// The device's number; a new one gets the next.
    int device(DeviceId device) {
        return numberOfDevice.computeIfAbsent(device, added -> {
            devices.add(added);
            return devices.size() - 1;
        });
    }

    int quantity(String name, @Nullable String unit) {
        return numberOfQuantity.computeIfAbsent(new Quantity(name, unit), added -> {
            quantities.add(added);
            return quantities.size() - 1;
        });
    }

    OptionalInt find(DeviceId device) {
        var number = numberOfDevice.get(device);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /// The numbers of a name, whatever its unit.
    List<Integer> find(String name) {
        var found = new ArrayList<Integer>();
        for (int i = 0; i < quantities.size(); i++) if (quantities.get(i).name.equals(name)) found.add(i);
        return found;
    }

    List<DeviceId> devices() {
        return List.copyOf(devices);
    }

    List<Quantity> quantities() {
        return List.copyOf(quantities);
    }

    DeviceId device(int number) {
        return devices.get(number);
    }

    Quantity quantity(int number) {
        return quantities.get(number);
    }

    /// Writes what was added since `stored`.
    void store(DuckDBConnection connection, String catalog, Dictionary stored) throws SQLException {
        if (devices.size() > stored.devices.size())
            try (var appender = connection.createAppender(catalog, "main", "device")) {
                for (int i = stored.devices.size(); i < devices.size(); i++)
                    appender.beginRow().append(i).append(devices.get(i).value()).endRow();
            }
        if (quantities.size() > stored.quantities.size())
            try (var appender = connection.createAppender(catalog, "main", "quantity")) {
                for (int i = stored.quantities.size(); i < quantities.size(); i++) {
                    var quantity = quantities.get(i);
                    appender.beginRow().append(i).append(quantity.name);
                    if (quantity.unit == null) appender.appendNull();
                    else appender.append(quantity.unit);
                    appender.endRow();
                }
            }
    }
}
