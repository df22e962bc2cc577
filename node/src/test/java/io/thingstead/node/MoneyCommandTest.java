package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.cli.Thingstead;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A member's operator issues, pays, limits and settles by command, at a whole node.
class MoneyCommandTest {
    @TempDir
    Path folder;

    private Path data;
    private Node node;

    @BeforeEach
    void start() {
        data = folder.resolve("node");
        node = Node.start(data, NodeConfig.DEFAULT.withMember("acme").withPorts(0, 0));
        assertThat(node.core().registrar().ask(List.of(RegisterDevice.withToken(DeviceId.of("acme:car")))))
                .isEmpty();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private String run(int code, String... arguments) {
        var out = new StringWriter();
        var line = Thingstead.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        String[] all = Arrays.copyOf(arguments, arguments.length + 3);
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[0] = "money";
        all[arguments.length + 1] = "--data";
        all[arguments.length + 2] = data.toString();
        assertThat(line.execute(all)).as(out.toString()).isEqualTo(code);
        return out.toString().strip();
    }

    @Test
    void money_is_issued_paid_limited_and_settled() throws Exception {
        assertThat(run(0, "asset")).startsWith("No asset yet");
        assertThat(run(0, "asset", "EUR")).isEqualTo("acme created the asset acme:EUR with 2 decimals.");
        assertThat(run(0, "issue", "1000.00", "EUR")).isEqualTo("acme issued 1000.00 acme:EUR to acme.");
        assertThat(run(0, "asset")).isEqualTo("acme:EUR  1000.00 issued");
        assertThat(run(0, "send", "12.5", "EUR", "--to", "acme:car"))
                .isEqualTo("acme paid 12.50 acme:EUR to acme:car.");
        assertThat(run(1, "send", "1000", "EUR", "--to", "acme:car")).startsWith("funds.insufficient: ");
        assertThat(run(1, "send", "1", "EUR", "--to", "acme:bus")).startsWith("account.unknown: ");
        assertThat(run(0, "redeem", "7.50", "EUR")).startsWith("acme redeemed 7.50 acme:EUR");
        String[] limit = {
            "limit",
            "set",
            "acme:car",
            "EUR",
            "--per-day",
            "20",
            "--at-once",
            "5",
            "--purpose",
            "parking",
            "--for",
            "30d",
            "--payee",
            "acme:car"
        };
        assertThat(run(0, limit)).contains("lets acme:car spend 20.00 acme:EUR a day, 5.00 at once, on parking");
        Path key = folder.resolve("vouchers.pem");
        assertThat(run(0, "channel", "open", "acme:car", "40", "EUR", "--key", key.toString(), "--for", "1d"))
                .isEqualTo("acme opened channel 1 to acme:car with 40.00 acme:EUR.");
        assertThat(run(1, "channel", "open", "acme:car", "40", "EUR", "--key", key.toString(), "--for", "1d"))
                .contains("never overwritten");
        assertThat(run(0, "balance"))
                .contains("940.00 acme:EUR")
                .contains("limit 1: device/acme:car spends of member/acme 20.00 acme:EUR a day (20.00 left today)")
                .contains("channel 1: member/acme pays device/acme:car up to 40.00 acme:EUR");
        run(0, "channel", "top-up", "1", "10");
        String voucher = run(0, "channel", "voucher", "1", "44.25", "--key", key.toString());
        assertThat(run(0, "channel", "close", "1", "--voucher", voucher))
                .isEqualTo("Channel 1 paid 44.25 acme:EUR to acme:car and the rest back to acme.");
        assertThat(run(0, "limit", "revoke", "1")).contains("was taken back");
        assertThat(run(0, "balance", "acme:car")).isEqualTo("56.75 acme:EUR");
        assertThat(run(1, "limit", "set", "acme:car", "EUR", "--per-day", "2", "--at-once", "1", "--for", "2w"))
                .contains("not a span of time");
    }

    @Test
    void a_statement_is_written_to_a_new_file() throws Exception {
        run(0, "asset", "EUR");
        run(0, "issue", "10", "EUR");
        Path csv = folder.resolve("statement.csv");
        run(0, "statement", "EUR", "--out", csv.toString());
        assertThat(Files.readAllLines(csv)).hasSize(2).element(1).asString().contains(",10.00,acme:EUR,,10.00,,");
        Path camt = folder.resolve("camt.xml");
        run(0, "statement", "EUR", "--format", "CAMT053", "--from", "2026-01-01", "--out", camt.toString());
        assertThat(Files.readString(camt)).contains("camt.053.001.08", "<Amt Ccy=\"EUR\">10.00</Amt>");
    }
}
