package io.thingstead.bench;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.ledger.action.DraftContract;
import io.thingstead.node.ledger.contract.ContractRecord;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The contracts that are measured: one that goes round by a signature or a reading, each time with a payment; and one
/// of many states.
@SuppressWarnings("InlineFormatString") // contracts, not formats of a line
final class ContractTexts {
    static final String PAYER = "payer";
    static final String TICK = "tick";
    static final String STREAM = "temperature";
    static final int FLOOR = -50;

    private static final String ROUNDS = """
            thingstead: contract/1
            title: Rounds
            about: Each signature and each reading is paid for.
            parties: {payer: {role: pays}, payee: {role: measures}}
            terms:
              box: {type: device, held_by: payee, value: "%1$s"}
              temperature: {type: stream, device: box, reading: temperature, unit: Cel}
              floor: {type: quantity, unit: Cel, value: "%2$d"}
              price: {type: money, asset: "%3$s", value: "0.01"}
              most: {type: money, asset: "%3$s", value: "20.00"}
              time: {type: duration, value: 30 d}
            deposits:
              pot: {by: payer, amount: most}
            start: open
            states:
              open:
                means: It goes round.
                deadline: time
                otherwise: {effects: [{release: pot}], go: over}
                on: {%4$s}
              over: {means: It is over., end: true}
            """;

    private static final String SIGNED =
            "tick: {signature: payer, times: %d, effects: [{pay: price, from: pot, to: payee}], go: open}";
    private static final String MEASURED =
            "reading: {evidence: temperature, when: temperature > floor, times: %d, effects: [{pay: price, from: pot, to: payee}], go: open}";

    private static final int LEVELS = 16;
    private static final String STEP = """
              step_%1$d:
                means: Step %1$d.
                deadline: time
                otherwise: {effects: [{release: pot}], go: given_up}
                on:
                  warm: {evidence: temperature, when: temperature > level_%2$d, effects: [{pay: {percent: 50, of: price}, from: pot, to: payee}%3$s], go: %4$s}
                  cold: {evidence: temperature, when: temperature <= level_%2$d, effects: [{pay: price, from: pot, to: payee}%3$s], go: %4$s}
                  agreed: {signature: [payer, payee], effects: [{release: pot}], go: given_up}
            """;

    private ContractTexts() {}

    /// @param signed how often it goes round by a signature of the payer
    /// @param measured how often by a reading; 0: there is no such way
    static ContractFile rounds(AssetId asset, DeviceId device, int signed, int measured) {
        String ways = (signed > 0 ? String.format(Locale.ROOT, SIGNED, signed) : "")
                + (signed > 0 && measured > 0 ? ", " : "")
                + (measured > 0 ? String.format(Locale.ROOT, MEASURED, measured) : "");
        String idle = measured > 0
                ? ways
                : ways
                        + ", reading: {evidence: temperature, when: temperature > floor, effects: [{release: pot}], go: over}";
        return sound(String.format(Locale.ROOT, ROUNDS, device, FLOOR, asset, idle));
    }

    static ContractFile sound(String text) {
        ContractFile file = ContractFile.read(text, Map.of());
        if (!file.isSound()) {
            throw new IllegalStateException("a contract of the bench is unsound: " + file.findings());
        }
        return file;
    }

    /// @param isKnown whether the ledger has one of the kind: then its hash is enough
    static DraftContract draft(ContractFile file, AccountId payer, AccountId payee, boolean isKnown) {
        CborWriter values = new CborWriter();
        file.values().write(values);
        return new DraftContract(
                isKnown ? file.contract().hash() : file.contract().encode(),
                values.toBytes(),
                List.of(payer, payee),
                PlainText.RENDERER,
                PlainText.hash("bench"),
                0);
    }

    /// What its parties sign.
    static byte[] agreement(ContractFile file, DraftContract draft) {
        return ContractRecord.agreement(
                file.contract().hash(),
                draft.values(),
                draft.accounts(),
                draft.renderer(),
                draft.text(),
                draft.replaces());
    }

    /// A contract of so many states, two of them ends: each leads on by two readings and by signatures.
    static String ofStates(int count) {
        StringBuilder text = new StringBuilder("""
                thingstead: contract/1
                title: Many states
                about: A way in many steps, each of which a reading decides.
                parties: {payer: {role: pays}, payee: {role: measures}}
                terms:
                  box: {type: device, held_by: payee, value: "m1:box"}
                  temperature: {type: stream, device: box, reading: temperature, unit: Cel}
                  price: {type: money, asset: "m1:EUR", value: "1.00"}
                  most: {type: money, asset: "m1:EUR", value: "1000.00"}
                  time: {type: duration, value: 1 d}
                """);
        int steps = count - 2;
        for (int i = 0; i < LEVELS; i++) {
            text.append(
                    String.format(Locale.ROOT, "  level_%d: {type: quantity, unit: Cel, value: \"%d\"}%n", i, 5 + i));
        }
        text.append("deposits:\n  pot: {by: payer, amount: most}\nstart: step_0\nstates:\n");
        for (int i = 0; i < steps; i++) {
            String next = i + 1 == steps ? "arrived" : "step_" + (i + 1);
            String release = i + 1 == steps ? ", {release: pot}" : "";
            text.append(String.format(Locale.ROOT, STEP, i, i % LEVELS, release, next));
        }
        return text.append("  arrived: {means: All steps were taken., end: true}\n")
                .append("  given_up: {means: It was given up., end: true}\n")
                .toString();
    }
}
