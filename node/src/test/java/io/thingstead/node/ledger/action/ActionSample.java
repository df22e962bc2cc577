package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.LOG;
import static io.thingstead.node.ledger.TestLedger.device;
import static io.thingstead.node.ledger.TestLedger.furtherKey;
import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.TestLedger.registration;
import static io.thingstead.node.ledger.TestLedger.rotation;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.ledger.TestLedger;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One action of each kind that succeeds on a ledger with the device `acme:box` (key `box`), and who may sign it.
record ActionSample(Action action, SigningKey signer) {
    @Override
    public String toString() {
        return action.name();
    }

    static List<ActionSample> all() {
        SigningKey node = key(KeyRole.NODE);
        SigningKey box = key("box");
        return List.of(
                new ActionSample(new OpenLog(new LogId(ACME, 2)), node),
                new ActionSample(new CloseLog(LOG, 2), node),
                new ActionSample(device("acme:lamp", key("lamp")), node),
                new ActionSample(device("acme:hub", KeyRole.GATEWAY, key("hub", Algorithm.ES256)), node),
                new ActionSample(RegisterDevice.withToken(DeviceId.of("acme:meter")), node),
                new ActionSample(
                        new RegisterDevices(IntStream.range(0, 5)
                                .mapToObj(i -> device("acme:many-" + i, key("many-" + i)))
                                .toList()),
                        node),
                new ActionSample(rotation("acme:box", box, 41, key("box 2", Algorithm.ES256)), box),
                new ActionSample(
                        new RevokeDeviceKey(DeviceId.of("acme:box"), box.key().thumbprint(), 2), node),
                new ActionSample(new AnchorCheckpoint(LOG, 0, 9, new byte[32], List.of()), key(KeyRole.LOG)),
                new ActionSample(furtherKey("acme:box", key("box 3")), node));
    }

    /// The founding action too, which no founded ledger takes.
    static List<Action> ofEveryKind() {
        return Stream.concat(
                        Stream.of((Action) registration(ACME)), all().stream().map(ActionSample::action))
                .toList();
    }

    static TestLedger ledger() {
        TestLedger ledger = TestLedger.founded();
        ledger.submit(key(KeyRole.NODE), device("acme:box", key("box")));
        return ledger;
    }
}
