package io.thingstead.node.simulation;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.Templates;
import io.thingstead.node.ledger.action.DraftContract;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The contracts of a simulation: a small one, and the templates with values short enough for it. Each is read and
/// checked once; afterwards only the names in it differ.
final class SimulatedContracts {
    static final AssetId EUR = AssetId.of("m1:EUR");
    /// In tenths of a degree: a reading from here on leads the small contract on.
    static final int WARM = 200;

    /// Its way on, its stream and its party in the small contract.
    static final String WARM_WAY = "warm_reading";
    static final String STREAM = "temperature";
    static final String OWNER = "owner";

    private static final String SMALL = """
            thingstead: contract/1
            title: Warm readings
            about: The guest pays for each warm reading of the owner's device.
            parties: {owner: {role: shows readings}, guest: {role: pays for them}}
            terms:
              box: {type: device, held_by: owner, value: "m1:d1"}
              temperature: {type: stream, device: box, reading: temperature, unit: Cel}
              warm: {type: quantity, unit: Cel, value: "20.0"}
              price: {type: money, asset: "m1:EUR", value: "1.00"}
              most: {type: money, asset: "m1:EUR", value: "10.00"}
              more: {type: money, asset: "m1:EUR", value: "2.00"}
              time: {type: duration, value: 3 min}
            deposits:
              pot: {by: guest, amount: most}
            pause: {by: [owner, guest], at_most: time}
            start: open
            states:
              open:
                means: The owner shows warm readings.
                deadline: time
                otherwise: {effects: [{release: pot}], go: over}
                on:
                  warm_reading: {evidence: temperature, when: temperature >= warm, times: 8, effects: [{pay: price, from: pot, to: owner}], go: open}
                  topped_up: {payment: pot, amount: more, times: 2, go: open}
                  agreed: {signature: [owner, guest], effects: [{release: pot}], go: over}
                  given_up: {signature: guest, effects: [{pay: price, from: pot, to: owner}, {release: pot}], go: over}
                demand:
                  - {stream: temperature, within: time, missing: {effects: [{release: pot}], go: over}}
              over: {means: Nothing more is paid., end: true}
            """;

    private static final ContractFile SMALL_FILE = sound(SMALL, Map.of());
    private static final TreeMap<String, ContractFile> READ = new TreeMap<>();

    private SimulatedContracts() {}

    private static ContractFile sound(String text, Map<String, String> given) {
        ContractFile file = ContractFile.read(text, given);
        if (!file.isSound()) {
            throw new IllegalStateException(file.findings().toString());
        }
        return file;
    }

    private static synchronized ContractFile read(String template, Map<String, String> given) {
        return READ.computeIfAbsent(
                template + given,
                _ -> sound(Templates.find(template).orElseThrow().text().replace("bank:EUR", EUR.value()), given));
    }

    private static synchronized ContractFile small(DeviceId device) {
        return READ.computeIfAbsent("small " + device, _ -> sound(SMALL.replace("m1:d1", device.value()), Map.of()));
    }

    /// Between whose device it is and who pays.
    static DraftContract small(DeviceId device, MemberId guest) {
        return draft(small(device), device.member(), guest);
    }

    static DraftContract coldChain(DeviceId box, MemberId carrier, MemberId pharmacy, MemberId insurer) {
        var given = Map.of("box", box.value(), "too_long", "2 s", "travel_time", "1 min", "inspection_time", "1 min");
        return draft(read("cold-chain", new TreeMap<>(given)), box.member(), carrier, pharmacy, insurer);
    }

    static DraftContract parking(DeviceId car, DeviceId bay) {
        var given = Map.of("car", car.value(), "bay", bay.value(), "arrival_time", "1 min", "minute", "2 s");
        return draft(read("parking", new TreeMap<>(given)), car.member(), bay.member());
    }

    private static DraftContract draft(ContractFile file, MemberId... parties) {
        CborWriter values = new CborWriter();
        file.values().write(values);
        List<AccountId> accounts = List.of(parties).stream()
                .map(member -> (AccountId) new AccountId.Member(member))
                .toList();
        return new DraftContract(
                file.contract().encode(), values.toBytes(), accounts, PlainText.RENDERER, PlainText.hash("words"), 0);
    }

    /// Whether it is of the small kind.
    static boolean isSmall(byte[] code) {
        return Arrays.equals(code, SMALL_FILE.contract().hash());
    }
}
