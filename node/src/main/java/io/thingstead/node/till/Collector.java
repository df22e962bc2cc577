package io.thingstead.node.till;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.money.ChannelRecord;
import java.util.Optional;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings vouchers to the ledger before they would be worth nothing: when their channel's payer closes it, and when its
/// time is nearly over.
public final class Collector {
    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);

    private final Till till;
    private final LedgerReader ledger;
    private final BiFunction<Long, byte[], Optional<Refused>> close;

    /// @param close closes a channel with a voucher, and says what the ledger refused
    public Collector(Till till, LedgerReader ledger, BiFunction<Long, byte[], Optional<Refused>> close) {
        this.till = till;
        this.ledger = ledger;
        this.close = close;
    }

    /// Looks at every channel once.
    ///
    /// @return how many were collected
    public int look() {
        int collected = 0;
        for (Till.Kept kept : till.kept()) {
            var money = ledger.money();
            Optional<ChannelRecord> channel = money.channel(kept.channel());
            if (channel.isEmpty()) {
                till.settled(kept.channel());
            } else if (isDue(channel.get(), money.timeMs())) {
                Optional<Refused> refused = close.apply(kept.channel(), kept.voucher());
                // Crash point: settled, and the voucher still here; the next look finds the channel gone.
                if (refused.isEmpty()) {
                    till.settled(kept.channel());
                    collected++;
                } else if (refused.get().code() != Refusal.CHANNEL_UNKNOWN) {
                    LOG.warn("channel {} was not collected: {}", kept.channel(), refused.get());
                }
            }
        }
        return collected;
    }

    private static boolean isDue(ChannelRecord channel, long timeMs) {
        return channel.closesAt() != null || channel.expiry() - timeMs <= Till.LAST_MS;
    }
}
