package io.thingstead.bench;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.money.Voucher;
import io.thingstead.kit.money.VoucherBook;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// What one payee takes of vouchers, in one thread: each is checked with its signature, and the highest of every channel
/// is on the disk before what was paid for is given; so many at a time share a sync as come in meanwhile.
final class VoucherBench {
    private static final LedgerId LEDGER = LedgerId.ofHex("be".repeat(32));
    private static final int CHANNELS = 64;
    private static final int EACH = 1_000;
    private static final int WARM_UP = 200;
    private static final long DEPOSIT = 1_000_000;

    private final Run run;

    VoucherBench(Run run) {
        this.run = run;
    }

    void run() throws IOException, InterruptedException {
        run.say("signing " + CHANNELS * EACH + " vouchers");
        List<SigningKey> keys = IntStream.range(0, CHANNELS)
                .mapToObj(_ -> SigningKey.generate(Algorithm.ED25519))
                .toList();
        List<List<byte[]>> rounds = IntStream.rangeClosed(1, EACH)
                .parallel()
                .mapToObj(amount -> IntStream.range(0, CHANNELS)
                        .mapToObj(i -> new Voucher(i + 1, amount).sign(LEDGER, keys.get(i)))
                        .toList())
                .toList();
        byte[] signed = new byte[64];
        SigningKey first = keys.getFirst();
        double limit = Limits.verifications(first.key(), signed, first.sign(signed), 2)
                / Runtime.getRuntime().availableProcessors();
        run.say("taking them");
        taken(keys, rounds.subList(0, WARM_UP));
        taken(keys, rounds.subList(0, WARM_UP));
        double perSecond = taken(keys, rounds);
        run.tell(new Figure(
                "money.vouchers",
                perSecond,
                "vouchers/s",
                limit,
                String.format(
                        Locale.ROOT,
                        "one payee in one thread, %d channels, each voucher checked, the highest ones synced to a file"
                                + " %d at a time; limit: signatures one core verifies when it does nothing else",
                        CHANNELS,
                        CHANNELS)));
    }

    private double taken(List<SigningKey> keys, List<List<byte[]>> rounds) throws IOException {
        List<VoucherBook> books = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            books.add(new VoucherBook(LEDGER, i + 1, keys.get(i).key(), DEPOSIT));
        }
        ByteBuffer kept = ByteBuffer.allocateDirect(CHANNELS * Voucher.MAX_BYTES);
        long start = System.nanoTime();
        try (FileChannel file = FileChannel.open(
                run.folder().resolve("vouchers"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.APPEND,
                StandardOpenOption.DELETE_ON_CLOSE)) {
            for (List<byte[]> round : rounds) {
                kept.clear();
                for (int i = 0; i < CHANNELS; i++) {
                    if (!(books.get(i).take(round.get(i)) instanceof Result.Ok<Long>(Long more)) || more != 1) {
                        throw new IllegalStateException("a voucher of the bench was not taken");
                    }
                    kept.put(books.get(i).highest());
                }
                file.write(kept.flip());
                file.force(false);
            }
        }
        return CHANNELS * rounds.size() / ((System.nanoTime() - start) / 1e9);
    }
}
