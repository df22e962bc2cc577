package io.thingstead.kit.command;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import org.jspecify.annotations.Nullable;

/// What became of a command: the payload of a frame that the device signs, or the member on its own word
/// (`docs/formats.md` §6). The frame's number is one of the device's own, so that a receipt that is kept back is a gap.
///
/// @param command the command's number
/// @param atMs when, by the signer's clock; 0 where it has none
/// @param identity the command's, which says that this very command is meant
/// @param result a JSON text: what the device reports, or why not
public record CommandReceipt(
        long command,
        CommandOutcome outcome,
        long atMs,
        byte[] identity,
        @Nullable String result) {
    private static final int HASH = 32;

    public byte[] encode() {
        CborWriter out = new CborWriter()
                .array(5)
                .integer(command)
                .integer(outcome.code())
                .integer(atMs)
                .bytes(identity);
        return (result == null ? out.nil() : out.text(result)).toBytes();
    }

    public static Result<CommandReceipt> decode(byte[] payload) {
        try {
            CborReader in = CborReader.strict(payload);
            in.readArrayOf(5);
            long command = in.readUint();
            CommandOutcome outcome =
                    CommandOutcome.of(in.readUint()).orElseThrow(() -> new CborMalformed("an unknown outcome"));
            long atMs = in.readUint();
            byte[] identity = in.readBytesOf(HASH);
            String result = null;
            if (in.nextIsNull()) {
                in.readNull();
            } else {
                result = in.readText(Command.MAX_JSON_BYTES);
            }
            in.expectEnd();
            if (command < 1 || command > Frame.MAX_NUMBER || atMs > Frame.MAX_NUMBER || "".equals(result)) {
                throw new CborMalformed("a number or a text out of its range");
            }
            return Result.ok(new CommandReceipt(command, outcome, atMs, identity, result));
        } catch (CborMalformed e) {
            return Result.no(Refusal.COMMAND_MALFORMED, "not a command's receipt: " + e.getMessage());
        }
    }
}
