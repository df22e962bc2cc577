package io.thingstead.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/// The small files by which the commands on this machine find a running node and may change things in it.
public final class NodeFiles {
    /// Where the node says how to reach it while it runs.
    public static final String ADDRESS = "node.json";

    /// The token that lets its holder change things over HTTP; made at the first start.
    public static final String ADMIN_TOKEN = "admin.token";

    private static final int TOKEN_BYTES = 24;

    private NodeFiles() {}

    static String adminToken(Path folder) {
        Path file = folder.resolve(ADMIN_TOKEN);
        try {
            if (Files.exists(file)) {
                return Files.readString(file).trim();
            }
            byte[] random = new byte[TOKEN_BYTES];
            new SecureRandom().nextBytes(random);
            String token = HexFormat.of().formatHex(random);
            write(file, token + "\n");
            return token;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the admin token in " + file, e);
        }
    }

    /// How a running node is reached.
    ///
    /// @param mqttTlsPort 0: not with TLS
    /// @param certificate the fingerprint of the one that HTTPS shows, empty: HTTP
    record Address(String http, String mqttHost, int mqttPort, int mqttTlsPort, String certificate) {}

    static void writeAddress(Path folder, Address at) {
        Path file = folder.resolve(ADDRESS);
        try {
            write(
                    file,
                    "{\"http\": \"" + at.http + "\", \"mqttHost\": \"" + at.mqttHost + "\", \"mqttPort\": "
                            + at.mqttPort
                            + ", \"mqttTlsPort\": " + at.mqttTlsPort + ", \"certificate\": \"" + at.certificate
                            + "\", \"pid\": " + ProcessHandle.current().pid() + "}\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    static void removeAddress(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(ADDRESS));
    }

    private static void write(Path file, String text) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Files.deleteIfExists(partial);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(
                    partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(partial, text, StandardCharsets.UTF_8);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
