package io.thingstead.node.till;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.money.Voucher;
import io.thingstead.kit.money.VoucherBook;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.money.ChannelRecord;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import io.thingstead.node.storage.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The vouchers with which requests are paid. Of each channel the highest is kept, synced, before the answer that it
/// pays for leaves. Any thread may call; each channel is worked on by one at a time.
public final class Till {
    /// How long before a channel is settled its last voucher is taken: as long as there is to collect it.
    public static final long LAST_MS = 600_000;

    private static final int MAX_ANSWER_BYTES = 65_536;
    private static final int MAX_ANSWERS = 256;

    private final LedgerReader ledger;
    private final Store store;
    /// One for each channel to this member of which a voucher came: as many as have a deposit on the ledger.
    private final Map<Long, Drawer> drawers = new ConcurrentHashMap<>();

    private final Map<Long, Answer> answers = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Answer> eldest) {
            return size() > MAX_ANSWERS;
        }
    };

    public Till(LedgerReader ledger, Store store) {
        this.ledger = ledger;
        this.store = store;
    }

    /// What a request costs, and who is paid.
    public record Price(AccountId payTo, AssetId asset, long amount) {}

    /// What pays for a request.
    ///
    /// @param what hash of what is asked for
    public record Payment(long channel, byte[] voucher, byte[] what) {
        /// By which the payment is known.
        public byte[] identity() {
            return Sha256.of(voucher);
        }
    }

    /// A payment that is good.
    ///
    /// @param inAll what the channel has given with it
    public record Paid(AccountId payer, long inAll) {}

    /// What was answered to a request that was paid.
    public record Answer(@Nullable String contentType, byte[] body) {}

    /// What becomes of a request that is sent again because its answer did not come.
    public sealed interface Again {
        /// It was answered: the same once more.
        record Same(Paid paid, Answer answer) implements Again {}

        /// It was paid for, and whether it was answered nobody knows any more: it is answered, once.
        record Once(Paid paid) implements Again {}

        /// It was not paid for yet: it is a payment as any other.
        record New() implements Again {}
    }

    /// A channel's vouchers.
    private static final class Drawer {
        private final VoucherBook book;
        private final AccountId payer;
        private byte[] what = {};
        private boolean isAnsweredAgain;

        Drawer(VoucherBook book, AccountId payer) {
            this.book = book;
            this.payer = payer;
        }

        boolean isPaidBy(Payment payment) {
            return Arrays.equals(book.highest(), payment.voucher) && Arrays.equals(what, payment.what);
        }

        Paid paid() {
            return new Paid(payer, book.amount());
        }
    }

    /// Whether a payment is good for a price; nothing is taken.
    public Result<Paid> look(Price price, Payment payment) {
        return drawer(price, payment.channel).flatMap(drawer -> {
            synchronized (drawer) {
                return drawer.book
                        .look(payment.voucher, price.amount)
                        .map(more -> new Paid(drawer.payer, drawer.book.amount() + more));
            }
        });
    }

    /// Takes a payment: it is kept when this returns, and pays for nothing else.
    public Result<Paid> take(Price price, Payment payment) {
        return drawer(price, payment.channel).flatMap(drawer -> {
            synchronized (drawer) {
                return drawer.book.take(payment.voucher, price.amount).map(_ -> {
                    keep(drawer, payment);
                    return drawer.paid();
                });
            }
        });
    }

    private void keep(Drawer drawer, Payment payment) {
        CborWriter row = new CborWriter(192)
                .array(3)
                .bytes(payment.voucher)
                .integer(drawer.book.amount())
                .bytes(payment.what);
        try {
            store.write(store.newBatch().put(Column.TILL, key(payment.channel), row.toBytes()));
        } catch (StoreException e) {
            // Whether it is kept is not known: what is on the disk says, once there is one again.
            drawers.remove(payment.channel);
            throw e;
        }
        // A crash here loses the answer alone: sent again, the request is answered once more for the same voucher.
        drawer.what = payment.what;
        drawer.isAnsweredAgain = false;
    }

    /// Remembers what was answered, for who asks again; only the newest of each channel, and nothing large.
    public void answered(Payment payment, Answer answer) {
        synchronized (answers) {
            if (answer.body.length <= MAX_ANSWER_BYTES) answers.put(payment.channel, answer);
            else answers.remove(payment.channel);
        }
    }

    /// A request that is sent again with the voucher that was to pay for it.
    public Result<Again> again(Price price, Payment payment) {
        return drawer(price, payment.channel).flatMap(drawer -> {
            synchronized (drawer) {
                if (!drawer.isPaidBy(payment)) return Result.ok(new Again.New());
                Answer answer;
                synchronized (answers) {
                    answer = answers.get(payment.channel);
                }
                if (answer != null) return Result.ok(new Again.Same(drawer.paid(), answer));
                if (drawer.isAnsweredAgain) {
                    return Result.no(Refusal.PAYMENT_REPLAYED, "this voucher has paid for an answer already");
                }
                drawer.isAnsweredAgain = true;
                return Result.ok(new Again.Once(drawer.paid()));
            }
        });
    }

    /// What was to be answered once more was not.
    public void notAnswered(Payment payment) {
        Drawer drawer = drawers.get(payment.channel);
        if (drawer == null) return;
        synchronized (drawer) {
            if (drawer.isPaidBy(payment)) drawer.isAnsweredAgain = false;
        }
    }

    /// What a channel has given so far, for who holds its key and does not know any more.
    public long given(long channel) {
        Drawer drawer = drawers.get(channel);
        if (drawer == null) return 0;
        synchronized (drawer) {
            return drawer.book.amount();
        }
    }

    private Result<Drawer> drawer(Price price, long number) {
        var money = ledger.money();
        Optional<ChannelRecord> found = money.channel(number);
        if (found.isEmpty()) {
            return Result.no(Refusal.CHANNEL_UNKNOWN, "no channel " + number + ", or it is settled");
        }
        ChannelRecord channel = found.get();
        if (!channel.payee().equals(price.payTo)) {
            return Result.no(Refusal.CHANNEL_FOREIGN, "channel " + number + " pays " + channel.payee());
        }
        if (!channel.asset().equals(price.asset)) {
            return Result.no(Refusal.CHANNEL_FOREIGN, "channel " + number + " pays in " + channel.asset());
        }
        if (channel.closesAt() != null || channel.expiry() - money.timeMs() <= LAST_MS) {
            return Result.no(
                    Refusal.CHANNEL_CLOSING, "channel " + number + " is being closed, or its time is nearly over");
        }
        Drawer drawer = drawers.computeIfAbsent(number, _ -> open(channel));
        synchronized (drawer) {
            drawer.book.toppedUp(channel.deposit());
        }
        return Result.ok(drawer);
    }

    private Drawer open(ChannelRecord channel) {
        VerifyingKey key = VerifyingKey.decode(channel.key()).orThrow();
        Drawer drawer = new Drawer(
                new VoucherBook(ledger.head().ledger(), channel.number(), key, channel.deposit()), channel.payer());
        byte[] row = store.get(Column.TILL, key(channel.number()));
        if (row != null) {
            Kept kept = Kept.decode(channel.number(), row);
            if (!drawer.book.restore(kept.voucher)) {
                throw new IllegalStateException("the voucher that is kept of channel " + channel.number() + " is none");
            }
            drawer.what = kept.what;
        }
        return drawer;
    }

    /// The highest voucher of a channel.
    public record Kept(long channel, byte[] voucher, long amount, byte[] what) {
        static Kept decode(long channel, byte[] row) {
            CborReader in = CborReader.strict(row);
            in.readArrayOf(3);
            Kept kept = new Kept(channel, in.readBytes(Voucher.MAX_BYTES), in.readUint(), in.readBytesOf(32));
            in.expectEnd();
            return kept;
        }
    }

    /// The highest voucher of every channel that is not settled.
    public List<Kept> kept() {
        List<Kept> kept = new ArrayList<>();
        try (Scan scan = store.scan(Column.TILL, new byte[0], null)) {
            while (scan.next()) {
                kept.add(Kept.decode(ByteBuffer.wrap(scan.key()).getLong(), scan.value()));
            }
        }
        return kept;
    }

    /// Forgets a channel that is settled.
    void settled(long channel) {
        store.write(store.newBatch().delete(Column.TILL, key(channel)));
        drawers.remove(channel);
        synchronized (answers) {
            answers.remove(channel);
        }
    }

    private static byte[] key(long channel) {
        return ByteBuffer.allocate(Long.BYTES).putLong(channel).array();
    }
}
