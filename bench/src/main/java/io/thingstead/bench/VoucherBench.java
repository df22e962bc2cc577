package io.thingstead.bench;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.money.Voucher;
import io.thingstead.node.MemberCore;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.OpenChannel;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.till.Till;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/// What one payee takes of vouchers that pay for requests: each is checked with its signature and with its channel on
/// the ledger, and is synced before what was paid for would be given. Each channel's vouchers come one after the other;
/// those of different channels share the syncs.
final class VoucherBench {
    private static final NodeConfig CONFIG = NodeConfig.DEFAULT.withMember("bench");
    private static final AssetId EUR = AssetId.of("bench:EUR");
    private static final int CHANNELS = 64;
    private static final int EACH_PER_SECOND = 250;
    private static final long DEPOSIT = 1_000_000;
    private static final long DAY_MS = 86_400_000;
    private static final long WINDOW_MS = 600_000;

    private final Run run;
    private final List<SigningKey> keys = new ArrayList<>();

    VoucherBench(Run run) {
        this.run = run;
    }

    void run() throws InterruptedException {
        try (MemberCore core =
                MemberCore.open(run.folder().resolve("vouchers"), CONFIG, System::currentTimeMillis, trouble -> {
                    throw new IllegalStateException("the payee has stopped", trouble);
                })) {
            open(core);
            int each = EACH_PER_SECOND * run.seconds();
            int warmUp = each / 2;
            run.say("signing " + CHANNELS * (each + warmUp) + " vouchers");
            List<List<byte[]>> vouchers = IntStream.range(0, CHANNELS)
                    .parallel()
                    .mapToObj(i -> signed(core.registrar().ledger(), i, each + warmUp))
                    .toList();
            byte[] message = new byte[64];
            SigningKey first = keys.getFirst();
            double limit = Limits.verifications(first.key(), message, first.sign(message), 2);
            Till till = new Till(core.ledger(), core.store());
            run.say("taking them");
            taken(core, till, vouchers, 0, warmUp);
            double perSecond = taken(core, till, vouchers, warmUp, warmUp + each);
            run.tell(new Figure(
                    "money.vouchers",
                    perSecond,
                    "vouchers/s",
                    limit,
                    String.format(
                            Locale.ROOT,
                            "one payee, %d channels at once, each voucher checked, beside its channel on the ledger, and"
                                    + " synced before it counts; limit: signatures that all cores verify when they do"
                                    + " nothing else",
                            CHANNELS)));
        }
    }

    private static DeviceId payer(int number) {
        return DeviceId.of("bench:payer-" + number);
    }

    private void open(MemberCore core) {
        run.say("opening " + CHANNELS + " channels");
        AccountId payee = AccountId.of(core.member());
        long expiry = System.currentTimeMillis() + DAY_MS;
        List<Action> actions = new ArrayList<>();
        actions.add(new CreateAsset(EUR, 2));
        for (int i = 0; i < CHANNELS; i++) {
            SigningKey key = SigningKey.generate(Algorithm.ED25519);
            keys.add(key);
            AccountId payer = AccountId.of(payer(i));
            actions.add(RegisterDevice.withToken(payer(i)));
            actions.add(new Issue(EUR, payer, DEPOSIT, null));
            actions.add(new OpenChannel(payer, payee, EUR, DEPOSIT, key.key(), expiry, WINDOW_MS));
        }
        ConsortiumLoad.ask(core, actions);
    }

    private List<byte[]> signed(LedgerId ledger, int channel, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(amount -> new Voucher(channel + 1, amount).sign(ledger, keys.get(channel)))
                .toList();
    }

    private static double taken(MemberCore core, Till till, List<List<byte[]>> vouchers, int from, int to)
            throws InterruptedException {
        Till.Price price = new Till.Price(AccountId.of(core.member()), EUR, 1);
        AtomicLong taken = new AtomicLong();
        List<Thread> payers = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < CHANNELS; i++) {
            int channel = i;
            payers.add(Thread.ofPlatform().start(() -> {
                for (byte[] voucher : vouchers.get(channel).subList(from, to)) {
                    var payment = new Till.Payment(channel + 1, voucher, new byte[32]);
                    if (till.take(price, payment) instanceof Result.Ok<Till.Paid>) {
                        taken.incrementAndGet();
                    }
                }
            }));
        }
        for (Thread payer : payers) {
            payer.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (taken.get() != (long) CHANNELS * (to - from)) {
            throw new IllegalStateException("only " + taken + " vouchers of the bench were taken");
        }
        return taken.get() / seconds;
    }
}
