package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import java.util.regex.Pattern;

/// Where the other members reach a member, `host:port` each: its consensus engine, and its node.
public record Endpoint(String engine, String node) {
    private static final int MAX_BYTES = 260;
    private static final Pattern ADDRESS = Pattern.compile(
            "([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\\[[0-9a-fA-F:.]{2,45}\\]):[1-9][0-9]{0,4}");

    /// Whether both are `host:port`, the host a name, an IPv4 address, or an IPv6 address in brackets.
    public boolean isWellFormed() {
        return isAddress(engine) && isAddress(node);
    }

    /// Whether it is `host:port` of that form.
    public static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches()
                && Integer.parseInt(text, text.lastIndexOf(':') + 1, text.length(), 10) < 65_536;
    }

    public void write(CborWriter out) {
        out.text(engine).text(node);
    }

    public static Endpoint read(CborReader in) {
        return new Endpoint(in.readText(MAX_BYTES), in.readText(MAX_BYTES));
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(64).array(2);
        write(out);
        return out.toBytes();
    }

    public static Endpoint decode(byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(2);
        Endpoint read = read(in);
        in.expectEnd();
        return read;
    }
}
