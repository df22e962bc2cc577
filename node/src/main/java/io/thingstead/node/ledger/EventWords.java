package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.ledger.action.Proposal;
import io.thingstead.node.ledger.contract.ContractWords;
import io.thingstead.node.ledger.market.MarketWords;
import io.thingstead.node.ledger.money.MoneyWords;
import java.util.HexFormat;
import java.util.List;

/// Events in plain words: the history of a device, log or member that people read.
public final class EventWords {
    /// Why a key was revoked, in the order of their numbers, from 1 on.
    public static final List<String> REVOKE_REASONS = List.of("lost", "stolen", "retired", "misbehaved");

    private EventWords() {}

    static String of(Event event) {
        CborReader in = CborReader.strict(event.body());
        in.readArray(16);
        return switch (event.type()) {
            case MEMBER_REGISTERED -> in.readText(32) + " joined the ledger (" + in.readText(253) + ")";
            case LOG_OPENED -> {
                String member = in.readText(32);
                in.readUint();
                yield member + " opened its log " + in.readText(512);
            }
            case LOG_CLOSED -> {
                String member = in.readText(32);
                long log = in.readUint();
                yield member + " closed its log " + log + " (" + closeReason(in.readUint()) + ") at size "
                        + in.readUint();
            }
            case DEVICE_REGISTERED -> {
                String device = in.readText(100);
                boolean gateway = in.readUint() == 2;
                yield "Device " + device + " was registered" + (gateway ? " as a gateway" : "")
                        + (in.nextIsNull() ? ", without a key (token device)" : " with key " + key(in));
            }
            case DEVICE_KEY_ROTATED ->
                "Device " + in.readText(100) + " changed its key from " + key(in) + " to " + key(in);
            case DEVICE_KEY_REVOKED -> {
                String device = in.readText(100);
                yield "Key " + key(in) + " of device " + device + " was revoked (" + revokeReason(in.readUint()) + ")";
            }
            case CHECKPOINT_ANCHORED -> {
                String member = in.readText(32);
                long log = in.readUint();
                yield "Log " + member + "/" + log + " is final from leaf " + in.readUint() + " up to size "
                        + in.readUint();
            }
            case DEVICE_KEY_ADDED -> "Device " + in.readText(100) + " got the key " + key(in);
            case REFUSED -> {
                if (in.nextIsNull()) {
                    in.readNull();
                    yield "A transaction was refused: " + in.readText(100);
                }
                yield "Action " + (in.readUint() + 1) + " of a transaction was refused: " + in.readText(100);
            }
            case MEMBER_KEY_SET -> {
                String member = in.readText(32);
                String role = role(in.readUint());
                if (in.nextIsNull()) {
                    in.readNull();
                    yield member + " set its " + role + " key " + key(in);
                }
                yield member + " changed its " + role + " key from " + key(in) + " to " + key(in);
            }
            case DECISION_PROPOSED -> {
                long number = in.readUint();
                String member = in.readText(32);
                in.readUint();
                yield member + " proposed decision " + number + ": "
                        + Proposal.read(in).inWords();
            }
            case DECISION_APPROVED -> {
                long number = in.readUint();
                yield in.readText(32) + " approved decision " + number + ": " + in.readUint() + " of " + in.readUint()
                        + " members so far";
            }
            case DECISION_WITHDRAWN -> {
                long number = in.readUint();
                yield in.readText(32) + " withdrew decision " + number;
            }
            case DECISION_PASSED -> "Decision " + in.readUint() + " passed";
            case DECISION_EXPIRED -> "Decision " + in.readUint() + " expired without enough approvals";
            case MEMBER_REMOVED -> in.readText(32) + " was removed from the ledger";
            case ENGINE_KEY_CHANGED ->
                "The engine key of " + in.readText(32) + " changed from " + key(in) + " to " + key(in);
            case RULES_CHANGED -> {
                long version = in.readUint();
                yield "Version " + version + " of the ledger's rules holds from block " + in.readUint() + " on";
            }
            case SEAT_TAKEN -> {
                String member = in.readText(32);
                in.readBytesOf(32);
                yield member + " votes from now on. " + ValidatorSet.tolerance(in.readUint(1_000));
            }
            case ENDPOINT_SET -> {
                String member = in.readText(32);
                Endpoint at = Endpoint.read(in);
                yield member + " is reached at " + at.node() + ", its engine at " + at.engine();
            }
            case ACCESS_GRANTED -> {
                String device = in.readText(100);
                yield in.readText(32) + " may read the device " + device;
            }
            case GRANT_REVOKED -> {
                String device = in.readText(100);
                yield in.readText(32) + " may read the device " + device + " no more";
            }
            case LOG_FORKED -> {
                String log = in.readText(32) + "/" + in.readUint();
                yield "The log " + log + " showed two faces at size " + in.readUint()
                        + ": its member told different members different things";
            }
            case PROMISE_BROKEN -> {
                String log = in.readText(32) + "/" + in.readUint();
                long index = in.readUint();
                in.readUint();
                yield "The log " + log + " broke its promise of leaf " + index
                        + (in.readUint() == 1
                                ? ": another one stands in its place"
                                : ": it was not made final in time");
            }
            case MEMBER_MISBEHAVED -> {
                String member = in.readText(32);
                long height = in.readUint();
                yield member + " cheated at block " + height
                        + (in.readUint() == 1
                                ? ": it voted twice in one round"
                                : ": it lied to those who follow from outside");
            }
            case ASSET_CREATED,
                    ASSET_ISSUED,
                    ASSET_REDEEMED,
                    ACCOUNT_OPENED,
                    TRANSFERRED,
                    HELD,
                    HOLD_CAPTURED,
                    HOLD_RELEASED,
                    LIMIT_SET,
                    LIMIT_ENDED,
                    CHANNEL_OPENED,
                    CHANNEL_TOPPED_UP,
                    CHANNEL_CLOSING,
                    CHANNEL_CLOSED -> MoneyWords.of(event.type(), in);
            case CONTRACT_DRAFTED,
                    CONTRACT_SIGNED,
                    CONTRACT_BEGUN,
                    CONTRACT_STEPPED,
                    CONTRACT_ENDED,
                    CONTRACT_WITHDRAWN -> ContractWords.of(event.type(), in);
            case OFFER_PUBLISHED, OFFER_ENDED, OFFER_TAKEN -> MarketWords.of(event.type(), in);
            case CLOCK_SUSPENDED -> "The ledger stood still for " + in.readUint() / 1000 + " s";
        };
    }

    private static String role(long number) {
        return KeyRole.of(number).map(KeyRole::label).orElse("unknown");
    }

    private static String key(CborReader in) {
        return HexFormat.of().formatHex(in.readBytesOf(32), 0, 8);
    }

    public static String closeReason(long reason) {
        return switch ((int) reason) {
            case 1 -> "lost data";
            case 2 -> "retired";
            case 3 -> "full";
            default -> "reason " + reason;
        };
    }

    public static String revokeReason(long reason) {
        return reason >= 1 && reason <= REVOKE_REASONS.size()
                ? REVOKE_REASONS.get((int) reason - 1)
                : "reason " + reason;
    }
}
