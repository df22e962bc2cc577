package io.thingstead.bench;

import io.thingstead.node.contract.Code;
import io.thingstead.node.contract.ContractCheck;
import io.thingstead.node.contract.ContractFile;
import java.util.Locale;
import java.util.Map;

/// How long it takes to read and check a contract of 40 states: the first one in this process, and then; and the same
/// on the ledger, where the text was read before.
final class CheckBench {
    private static final int STATES = 40;
    private static final int ROUNDS = 60;

    private final Run run;

    CheckBench(Run run) {
        this.run = run;
    }

    void run() {
        String text = ContractTexts.ofStates(STATES);
        run.say("checking a contract of " + STATES + " states");
        long start = System.nanoTime();
        ContractFile file = ContractTexts.sound(text);
        double cold = (System.nanoTime() - start) / 1e6;
        Latencies texts = new Latencies(ROUNDS);
        Latencies drafts = new Latencies(ROUNDS);
        Latencies again = new Latencies(ROUNDS);
        Code known = new Code(file.contract());
        for (int i = -ROUNDS; i < ROUNDS; i++) {
            long began = System.nanoTime();
            ContractFile.read(text, Map.of());
            long read = System.nanoTime();
            ContractCheck.of(new Code(file.contract()), file.values());
            long checked = System.nanoTime();
            ContractCheck.of(known, file.values());
            if (i >= 0) {
                texts.add(read - began);
                drafts.add(checked - read);
                again.add(System.nanoTime() - checked);
            }
        }
        run.tell(Figure.of(
                "contract.check_40_states",
                texts.percentileMs(50),
                "ms",
                String.format(
                        Locale.ROOT,
                        "text of %d bytes with %d states read and checked, median of %d; p99 %.1f ms; the first one in"
                                + " the process %.0f ms; a draft on the ledger %.1f ms, of a kind that it has %.1f ms",
                        text.length(),
                        STATES,
                        ROUNDS,
                        texts.percentileMs(99),
                        cold,
                        drafts.percentileMs(50),
                        again.percentileMs(50))));
    }
}
