package io.thingstead.kit.agent;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Directories;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an agent has spent and promised, in a file that is synced before anything that is in it is signed: whatever
/// crashes, it never signs more than its limits allow. Confined to its agent.
public final class AgentBook {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MOST = 10_000;
    private static final long DAY_MS = 86_400_000;

    private final Path file;
    private final Map<AssetId, Spent> spent = new LinkedHashMap<>();
    private final List<Channel> channels = new ArrayList<>();

    private record Spent(long day, long amount) {}

    /// A payment channel from the wallet.
    ///
    /// @param signed the highest amount that a voucher was signed over
    /// @param confirmed the amount that the payee has said it took
    /// @param pending what was asked for with the last voucher, until it was answered
    record Channel(
            LedgerId ledger,
            AccountId payee,
            AssetId asset,
            long number,
            long deposit,
            long signed,
            long confirmed,
            @Nullable String pending) {
        Channel promised(long amount, String what) {
            return new Channel(ledger, payee, asset, number, deposit, Math.max(signed, amount), confirmed, what);
        }

        Channel confirmed(long amount) {
            return new Channel(ledger, payee, asset, number, deposit, signed, amount, null);
        }

        Channel toppedUp(long more) {
            return new Channel(ledger, payee, asset, number, deposit + more, signed, confirmed, pending);
        }
    }

    private AgentBook(Path file) {
        this.file = file;
    }

    /// @throws IllegalArgumentException where the file is there and is no book
    public static AgentBook open(Path file) {
        AgentBook book = new AgentBook(file);
        try {
            if (Files.exists(file)) book.read(Files.readAllBytes(file));
            return book;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the book " + file, e);
        } catch (CborMalformed e) {
            throw new IllegalArgumentException(file + " is not an agent's book: " + e.getMessage(), e);
        }
    }

    private void read(byte[] bytes) {
        if (bytes.length > MAX_BYTES) throw new CborMalformed("too large");
        CborReader in = CborReader.strict(bytes);
        in.readArrayOf(3);
        if (in.readUint() != 1) throw new CborMalformed("another version");
        for (int left = in.readArray(MOST); left > 0; left--) {
            in.readArrayOf(3);
            spent.put(asset(in), new Spent(in.readUint(), in.readUint()));
        }
        for (int left = in.readArray(MOST); left > 0; left--) {
            in.readArrayOf(8);
            channels.add(new Channel(
                    new LedgerId(in.readBytesOf(32)),
                    AccountId.parse(in.readText(AccountId.MAX_TEXT))
                            .orElseThrow(() -> new CborMalformed("not an account")),
                    asset(in),
                    in.readUint(),
                    in.readUint(),
                    in.readUint(),
                    in.readUint(),
                    text(in)));
        }
        in.expectEnd();
    }

    private static AssetId asset(CborReader in) {
        return AssetId.parse(in.readText(48)).orElseThrow(() -> new CborMalformed("not an asset"));
    }

    private static @Nullable String text(CborReader in) {
        if (in.nextIsNull()) {
            in.readNull();
            return null;
        }
        return in.readText(8_192);
    }

    /// What was spent on a day.
    long spent(AssetId asset, long nowMs) {
        Spent on = spent.get(asset);
        return on == null || on.day != nowMs / DAY_MS ? 0 : on.amount;
    }

    /// Why this may not be spent, or null.
    ///
    /// @param price of what is bought
    /// @param more what would be signed over what was signed before
    static @Nullable Refused objection(@Nullable SpendingLimit limit, long spentToday, long price, long more) {
        if (limit == null) return new Refused(Refusal.LIMIT_UNKNOWN, "the agent has no limit for this asset");
        if (price > limit.atOnce()) {
            return new Refused(Refusal.LIMIT_OVER, price + " at once, and " + limit.atOnce() + " is allowed");
        }
        return more > limit.perDay() - spentToday
                ? new Refused(
                        Refusal.LIMIT_OVER,
                        more + " more today, with " + spentToday + " spent, and " + limit.perDay() + " is allowed")
                : null;
    }

    /// Counts what is about to be signed, and keeps it.
    void spend(AssetId asset, long more, long nowMs) {
        spent.put(asset, new Spent(nowMs / DAY_MS, spent(asset, nowMs) + more));
        keep();
    }

    Optional<Channel> channel(LedgerId ledger, AccountId payee, AssetId asset) {
        return channels.stream()
                .filter(c -> c.ledger.equals(ledger) && c.payee.equals(payee) && c.asset.equals(asset))
                .findFirst();
    }

    List<Channel> channels() {
        return List.copyOf(channels);
    }

    boolean knows(LedgerId ledger, long channel) {
        return channels.stream().anyMatch(c -> c.ledger.equals(ledger) && c.number == channel);
    }

    /// Puts a channel in the place of what was known of it, and keeps it.
    void put(Channel channel) {
        forgetQuietly(channel);
        channels.addFirst(channel);
        keep();
    }

    /// What a voucher is about to be signed over, with what is spent by it: kept together.
    void promise(Channel channel, long more, long nowMs) {
        forgetQuietly(channel);
        channels.addFirst(channel);
        spend(channel.asset, more, nowMs);
    }

    void forget(Channel channel) {
        forgetQuietly(channel);
        keep();
    }

    private void forgetQuietly(Channel channel) {
        channels.removeIf(c -> c.ledger.equals(channel.ledger) && c.number == channel.number);
    }

    private void keep() {
        CborWriter out = new CborWriter(512).array(3).integer(1).array(spent.size());
        spent.forEach(
                (asset, on) -> out.array(3).text(asset.value()).integer(on.day).integer(on.amount));
        out.array(channels.size());
        for (Channel channel : channels) {
            out.array(8)
                    .bytes(channel.ledger.bytes())
                    .text(channel.payee.value())
                    .text(channel.asset.value())
                    .integer(channel.number)
                    .integer(channel.deposit)
                    .integer(channel.signed)
                    .integer(channel.confirmed);
            if (channel.pending == null) out.nil();
            else out.text(channel.pending);
        }
        write(out.toBytes());
    }

    private void write(byte[] bytes) {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            try (FileChannel to = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer left = ByteBuffer.wrap(bytes);
                while (left.hasRemaining()) to.write(left);
                to.force(true);
            }
            // A crash here leaves the book as it was: what is in the new one was not signed yet.
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Directories.sync(Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the book " + file, e);
        }
    }
}
