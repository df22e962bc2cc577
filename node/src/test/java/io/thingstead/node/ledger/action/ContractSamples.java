package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.key;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.ledger.contract.TestBox;
import java.util.List;
import java.util.Map;

/// An action of each kind about contracts. Contract 1 runs, signed by the
/// member for itself and its device; 2 is a draft.
final class ContractSamples {
    private static final String TEXT = """
            thingstead: contract/1
            title: Sample
            about: Whoever is warm is paid.
            parties: {a: {role: pays}, b: {role: is paid}}
            terms:
              box: {type: device, held_by: a, value: "acme:box-1"}
              temperature: {type: stream, device: box, reading: temperature, unit: Cel}
              price: {type: money, asset: "acme:EUR", value: 1.00}
              time: {type: duration, value: 1 h}
            deposits:
              pot: {by: a, amount: price}
            pause: {by: [a, b], at_most: time}
            start: open
            states:
              open:
                means: Open.
                deadline: time
                otherwise: {effects: [{release: pot}], go: done}
                on:
                  warm: {evidence: temperature, when: temperature > 0, effects: [{pay: price, from: pot, to: b}], go: done}
                  agreed: {signature: b, effects: [{release: pot}], go: done}
                demand:
                  - {stream: temperature, within: time, missing: {effects: [{pay: price, from: pot, to: b}], go: done}}
              done: {means: Done., end: true}
            """;

    private static final ContractFile FILE = ContractFile.read(TEXT, Map.of());
    private static final List<AccountId> ACCOUNTS =
            List.of(new AccountId.Member(ACME), new AccountId.Device(DeviceId.of("acme:box")));

    private ContractSamples() {}

    private static DraftContract draft() {
        CborWriter values = new CborWriter();
        FILE.values().write(values);
        return new DraftContract(FILE.contract().encode(), values.toBytes(), ACCOUNTS, 1, PlainText.hash(""), 0);
    }

    private static byte[] agreement() {
        DraftContract draft = draft();
        return ContractRecord.agreement(FILE.contract().hash(), draft.values(), ACCOUNTS, 1, draft.text(), 0);
    }

    /// @return the commitment to readings that contract 1 takes
    static byte[] prepare(TestLedger ledger) {
        TestBox box = new TestBox(ledger);
        happens(ledger.submit(key(KeyRole.NODE), draft(), draft(), new SignContract(1, agreement())));
        box.measuresFor(3, 5.5);
        return ledger.attaching(
                new Attachment(new byte[32], box.shownUnderKeptRoot(0, 2).encode()));
    }

    private static void happens(TransactionResult result) {
        if (!result.refusals().isEmpty()) {
            throw new IllegalStateException(result.refusals().toString());
        }
    }

    static List<MoneySamples.Sample> all() {
        TestLedger ledger = TestLedger.founded();
        ledger.submit(key(KeyRole.NODE), TestLedger.device("acme:box", key("box")));
        MoneySamples.prepare(ledger);
        byte[] shown = prepare(ledger);
        long now = ledger.ledger().position().blockTime();
        var node = key(KeyRole.NODE);
        var box = key("box");
        return List.of(
                new MoneySamples.Sample(draft(), node),
                new MoneySamples.Sample(new SignContract(2, agreement()), box),
                new MoneySamples.Sample(new WithdrawContract(2), box),
                new MoneySamples.Sample(new StepContract(1, "b", StepContract.Kind.SIGN, "agreed"), box),
                new MoneySamples.Sample(new StepContract(1, "a", StepContract.Kind.PAUSE, ""), node),
                new MoneySamples.Sample(new ShowReadings(1, "b", "warm", shown), box),
                new MoneySamples.Sample(new DemandReadings(1, "b", "temperature", now, now), box));
    }
}
