package io.thingstead.node.view.series;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.duckdb.DuckDBConnection;

/// One database process-wide, to which the month files are attached. It works on the asking thread only, in bounded
/// memory, keeps its overflow beside the files, and fetches nothing.
final class Database {
    private Database() {}

    static DuckDBConnection open(Path folder) throws SQLException {
        var settings = new Properties();
        settings.setProperty("threads", "1");
        settings.setProperty("memory_limit", "384MB");
        settings.setProperty("temp_directory", folder.resolve("spill").toString());
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        return DriverManager.getConnection("jdbc:duckdb:", settings).unwrap(DuckDBConnection.class);
    }
}
