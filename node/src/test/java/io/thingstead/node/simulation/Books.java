package io.thingstead.node.simulation;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.ContractCodec;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.ledger.CommittedBlock;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.SuspendedClock;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.ledger.contract.Contracts;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.ledger.money.Balance;
import io.thingstead.node.ledger.money.ChannelRecord;
import io.thingstead.node.ledger.money.HoldRecord;
import io.thingstead.node.ledger.money.Move;
import io.thingstead.node.ledger.money.Timers;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What must hold of money and contracts after each block at each member: there is as much of an asset as was issued;
/// what is held, and what stands in channels and contracts, is there and no more; nothing is paid twice; and no
/// contract stands where it should have gone on by itself.
final class Books {
    private final Invariants invariants;
    private final TreeMap<String, Long> counts;
    private final TreeMap<String, Contract> kinds = new TreeMap<>();
    /// By what a payment is for, the event that made it.
    private final TreeMap<String, Long> paid = new TreeMap<>();

    private long counted = -1;

    /// Where a member's ledger stands, as it is in its store.
    private record Sheet(MemberId member, long height, Store store) {
        void each(String prefix, BiConsumer<String, byte[]> visitor) {
            byte[] from = StateKeys.bytes(prefix);
            try (Scan scan = store.scan(Column.STATE, from, StateKeys.bytes(prefix + (char) 0x7f))) {
                while (scan.next()) {
                    String key = new String(scan.key(), StandardCharsets.US_ASCII);
                    visitor.accept(key.substring(prefix.length()), scan.value());
                }
            }
        }

        byte @Nullable [] get(String key) {
            return store.get(Column.STATE, StateKeys.bytes(key));
        }

        @Override
        public String toString() {
            return " at " + member + " after block " + height;
        }
    }

    Books(Invariants invariants, TreeMap<String, Long> counts) {
        this.invariants = invariants;
        this.counts = counts;
    }

    /// A member shows its readers this block, and its store stands there.
    void decided(MemberId member, CommittedBlock block, Store store) {
        if (block.events().isEmpty()) {
            return;
        }
        for (Event event : block.events()) {
            follow(event);
        }
        Sheet sheet = new Sheet(member, block.head().height(), store);
        TreeMap<String, Balance> balances = balances(sheet);
        conserved(sheet, balances);
        held(sheet, balances);
        sheet.each(StateKeys.CHANNELS, (key, value) -> {
            ChannelRecord channel = ChannelRecord.decode(Long.parseLong(key), value);
            stands(sheet, balances, channel.account(), channel.asset(), channel.deposit());
        });
        byte[] resumed = sheet.get(StateKeys.RESUMED);
        long now = block.head().blockTime() - SuspendedClock.decode(sheet.get(StateKeys.CLOCK));
        long waits = resumed == null ? Long.MIN_VALUE : SuspendedClock.decode(resumed) + Timers.GRACE_MS;
        sheet.each(
                StateKeys.CONTRACTS,
                (key, value) ->
                        contract(sheet, balances, ContractRecord.decode(Long.parseLong(key), value), now, waits));
    }

    private void follow(Event event) {
        switch (event.type()) {
            case TRANSFERRED ->
                Move.of(event).forEach(move -> {
                    if (move.reference() != null) {
                        Long first = paid.putIfAbsent(HexFormat.of().formatHex(move.reference()), event.number());
                        invariants.require(
                                first == null || first == event.number(),
                                "a payment happened twice: events " + first + " and " + event.number());
                    }
                });
            default -> {}
        }
        if (event.number() > counted) {
            counted = event.number();
            switch (event.type()) {
                case CONTRACT_BEGUN -> count("contracts begun");
                case CONTRACT_STEPPED -> step(event);
                case CONTRACT_ENDED -> {
                    step(event);
                    count("contracts ended");
                }
                case TRANSFERRED, HOLD_CAPTURED, CHANNEL_CLOSED -> count("payments");
                default -> {}
            }
        }
    }

    /// `[number, way, from, to, party or null, evidence or null, [act, …]]`
    private void step(Event event) {
        CborReader in = CborReader.strict(event.body());
        in.readArrayOf(7);
        in.readUint();
        String way = in.readText(80);
        in.readText(80);
        in.readText(80);
        if (in.nextIsNull()) {
            count("contract steps by time");
        } else {
            in.skip(1);
            if (in.nextIsNull()) {
                count("contract steps by parties");
            } else {
                boolean isDelivery = way.equals(Machine.DELIVERED) || way.equals(Machine.DELIVERED_IN_PART);
                count(isDelivery ? "demands answered" : "contract steps by evidence");
            }
        }
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    private static TreeMap<String, Balance> balances(Sheet sheet) {
        TreeMap<String, Balance> balances = new TreeMap<>();
        sheet.each(StateKeys.BALANCES, (key, value) -> balances.put(key, Balance.decode(value)));
        return balances;
    }

    private void conserved(Sheet sheet, TreeMap<String, Balance> balances) {
        TreeMap<String, Long> sums = new TreeMap<>();
        balances.forEach((key, balance) ->
                sums.merge(key.substring(key.lastIndexOf('/') + 1), balance.amount(), Math::addExact));
        sheet.each(StateKeys.ASSETS, (key, value) -> {
            AssetRecord asset = AssetRecord.decode(AssetId.of(key), value);
            Long sum = sums.remove(key);
            invariants.require(
                    (sum == null ? 0 : sum) == asset.issued(),
                    "there is " + sum + " of " + key + ", and " + asset.issued() + " was issued" + sheet);
        });
        invariants.require(sums.isEmpty(), "there is money of no asset: " + sums + sheet);
    }

    private void held(Sheet sheet, TreeMap<String, Balance> balances) {
        TreeMap<String, Long> holds = new TreeMap<>();
        sheet.each(StateKeys.HOLDS, (key, value) -> {
            HoldRecord hold = HoldRecord.decode(Long.parseLong(key), value);
            holds.merge(hold.from() + "/" + hold.asset(), hold.amount(), Long::sum);
        });
        balances.forEach((key, balance) -> {
            Long promised = holds.remove(key);
            invariants.require(
                    balance.held() == (promised == null ? 0 : promised),
                    key + " has " + balance.held() + " held, and holds are over " + promised + sheet);
        });
        invariants.require(holds.isEmpty(), "holds over what is not there: " + holds + sheet);
    }

    private void stands(Sheet sheet, TreeMap<String, Balance> balances, AccountId account, AssetId asset, long wanted) {
        Balance there = balances.getOrDefault(account + "/" + asset, Balance.NONE);
        invariants.require(
                there.amount() == wanted,
                account + " has " + there.amount() + " of " + asset + " and should have " + wanted + sheet);
    }

    private void contract(Sheet sheet, TreeMap<String, Balance> balances, ContractRecord record, long now, long waits) {
        boolean waitsForTime =
                record.status() == ContractRecord.Status.DRAFT || record.status() == ContractRecord.Status.RUNNING;
        invariants.require(
                !waitsForTime || Math.max(record.timer(), waits) > now,
                "contract " + record.number() + " is over its time by " + (now - record.timer()) + " ms" + sheet);
        Contract kind = kind(sheet, record);
        TreeMap<AssetId, Long> wanted = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
        for (Contract.Deposit deposit : kind.deposits()) {
            TermType.Money money =
                    (TermType.Money) kind.typeOf(deposit.amount()).orElseThrow();
            wanted.put(AssetId.of(money.asset()), 0L);
        }
        if (record.status() == ContractRecord.Status.RUNNING) {
            List<Long> held = record.standsAt().held();
            for (int i = 0; i < held.size(); i++) {
                TermType.Money money = (TermType.Money)
                        kind.typeOf(kind.deposits().get(i).amount()).orElseThrow();
                wanted.merge(AssetId.of(money.asset()), held.get(i), Long::sum);
            }
        }
        wanted.forEach(
                (asset, amount) -> stands(sheet, balances, new AccountId.Contract(record.number()), asset, amount));
    }

    private Contract kind(Sheet sheet, ContractRecord record) {
        return kinds.computeIfAbsent(
                HexFormat.of().formatHex(record.code()),
                _ -> ContractCodec.decode(Contracts.code(sheet.get(StateKeys.contractCode(record.code())))));
    }
}
