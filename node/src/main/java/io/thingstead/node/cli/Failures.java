package io.thingstead.node.cli;

import io.thingstead.node.NodeConfig;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.backup.BackupException;
import io.thingstead.node.consortium.ConsortiumException;
import io.thingstead.node.exchange.NotListening;
import io.thingstead.node.storage.StoreException;
import io.thingstead.node.tls.TlsException;
import io.thingstead.node.upgrade.UpgradeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.BindException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/// Says what went wrong in a sentence and what to do, without a stack trace, where the trouble is known.
final class Failures implements IExecutionExceptionHandler {
    static final int EXIT_FAILED = 1;
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult arguments) throws Exception {
        String message = message(e);
        if (message == null) {
            throw e;
        }
        if (JsonLines.isOn()) {
            LOG.error("{}", message);
            return EXIT_FAILED;
        }
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(message));
        err.flush();
        return EXIT_FAILED;
    }

    private static @org.jspecify.annotations.Nullable String message(Exception e) {
        return switch (e) {
            case RunningNode.NodeException known -> known.getMessage();
            case NodeConfig.ConfigException known -> known.getMessage();
            case StoreException known -> known.getMessage();
            case ConsortiumException known -> known.getMessage();
            case BackupException known -> known.getMessage();
            case UpgradeException known -> known.getMessage();
            case TlsException known -> known.getMessage();
            case TrustText.TrustException known -> known.getMessage();
            case HttpServer.NotListening known ->
                known.getMessage()
                        + ": the port is in use. Choose another one: port under [http] in thingstead.toml, or --port"
                        + " with demo.";
            case NotListening known ->
                known.getMessage()
                        + ": the port is in use. Choose another one: port under [members] in thingstead.toml, or"
                        + " --members-port with demo --members.";
            case UncheckedIOException known
            when known.getCause() instanceof BindException ->
                known.getMessage()
                        + ": the port is in use. Choose another one: port under [mqtt] in thingstead.toml, or"
                        + " --mqtt-port with demo.";
            case UncheckedIOException known -> known.getMessage();
            case IOException known -> known.toString();
            default -> null;
        };
    }
}
