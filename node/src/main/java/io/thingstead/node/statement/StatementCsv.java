package io.thingstead.node.statement;

import io.thingstead.kit.model.Amounts;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;

/// A statement as CSV (RFC 4180): a line for each entry, with the balance after it.
public final class StatementCsv {
    private StatementCsv() {}

    public static byte[] of(Statement statement) {
        int decimals = statement.asset().decimals();
        StringBuilder out = new StringBuilder("time,event,amount,asset,other,balance,reference,words\r\n");
        for (Statement.Entry entry : statement.entries()) {
            out.append(Instant.ofEpochMilli(entry.timeMs()))
                    .append(',')
                    .append(entry.event())
                    .append(',')
                    .append(Amounts.text(entry.amount(), decimals))
                    .append(',')
                    .append(statement.asset().asset())
                    .append(',')
                    .append(entry.other() == null ? "" : entry.other().value())
                    .append(',')
                    .append(Amounts.text(entry.balance(), decimals))
                    .append(',')
                    .append(entry.reference() == null ? "" : HexFormat.of().formatHex(entry.reference()))
                    .append(',')
                    .append(quoted(entry.words()))
                    .append("\r\n");
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// Words are ours, and have no quotation marks but what an attacker may bring one day.
    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
