package io.thingstead.node.ledger.contract;

import static io.thingstead.node.ledger.TestLedger.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.proof.ShownFrames;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.Templates;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.DraftContract;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.ShowReadings;
import io.thingstead.node.ledger.action.SignContract;
import io.thingstead.node.ledger.money.Balance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A cold chain between four members on a ledger in memory, with the box that measures.
abstract class ColdChainOnLedger {
    static final AssetId EUR = AssetId.parse("acme:EUR").orElseThrow();
    static final List<String> PARTIES = List.of("maker", "carrier", "pharmacy", "insurer");

    final TestLedger ledger = TestLedger.founded();
    final TestBox box;
    final ContractFile file;

    ColdChainOnLedger() {
        for (int i = 2; i <= 4; i++) {
            ledger.submit(key(KeyRole.IDENTITY), TestLedger.fullRegistration(TestLedger.member(i)));
        }
        ledger.submit(node(0), new CreateAsset(EUR, 2));
        for (int i = 0; i < 4; i++) {
            ledger.submit(node(0), new Issue(EUR, account(i), 500_000, null));
        }
        box = new TestBox(ledger);
        file = ContractFile.read(
                Templates.find("cold-chain")
                        .orElseThrow()
                        .text()
                        .replace("bank:EUR", "acme:EUR")
                        .replace("maker:box-1", TestBox.NAME),
                Map.of("too_long", "5 min"));
        assertThat(file.findings()).noneMatch(f -> f.isError());
    }

    static SigningKey node(int party) {
        return key(party + 1, KeyRole.NODE);
    }

    static AccountId account(int party) {
        return new AccountId.Member(TestLedger.member(party + 1));
    }

    List<AccountId> accounts() {
        return List.of(account(0), account(1), account(2), account(3));
    }

    DraftContract draft(byte[] contract) {
        CborWriter values = new CborWriter();
        file.values().write(values);
        return new DraftContract(contract, values.toBytes(), accounts(), 1, PlainText.hash("text"), 0);
    }

    ContractRecord record(long number) {
        return ContractRecord.decode(number, ledger.values().get(StateKeys.contract(number)));
    }

    /// Drafted, and signed by all four.
    long running() {
        assertThat(ledger.refusal(node(0), draft(file.contract().encode()))).isNull();
        long number = 1;
        for (int i = 0; i < 4; i++) {
            assertThat(ledger.refusal(
                            node(i), new SignContract(number, record(number).agreement())))
                    .isNull();
        }
        return number;
    }

    Refusal show(int party, String way, ShownFrames frames) {
        byte[] commitment = ledger.attaching(new Attachment(new byte[32], frames.encode()));
        return ledger.refusal(node(party), new ShowReadings(1, PARTIES.get(party), way, commitment));
    }

    long balance(int party) {
        byte[] value = ledger.values().get(StateKeys.balance(account(party), EUR));
        return value == null ? 0 : Balance.decode(value).amount();
    }

    String state() {
        return record(1).standsAt().state();
    }

    /// The frames are said to be of another's key.
    static ShownFrames saidToBeOf(SigningKey other, ShownFrames good) {
        return new ShownFrames(
                good.slot(),
                good.eventsSize(),
                good.anchors(),
                good.frames().stream()
                        .map(frame -> new ShownFrames.Shown(
                                frame.leaf(),
                                other.key().thumbprint(),
                                frame.log(),
                                frame.index(),
                                frame.path(),
                                frame.anchor()))
                        .toList());
    }

    /// The first frame stands elsewhere in the log.
    static ShownFrames forged(ShownFrames good) {
        var frames = new ArrayList<>(good.frames());
        var first = frames.getFirst();
        frames.set(
                0,
                new ShownFrames.Shown(
                        first.leaf(), first.signer(), first.log(), first.index() + 1, first.path(), first.anchor()));
        return new ShownFrames(good.slot(), good.eventsSize(), good.anchors(), frames);
    }
}
