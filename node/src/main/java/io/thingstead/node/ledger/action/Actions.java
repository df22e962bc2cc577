package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The list of actions, and how their common parts are read. Malformed bytes throw [CborMalformed].
public final class Actions {
    /// The largest number on the ledger: every language that verifies proofs counts exactly up to here.
    public static final long MAX_NUMBER = (1L << 53) - 1;

    static final int MAX_KEY = 75;
    static final int MAX_POSSESSION = 256;

    private static final int MAX_PROOF = 65;
    private static final int MAX_TYPE = 0xFFFF;
    private static final int MAX_DEPTH = 8;

    private Actions() {}

    /// Reads `[type, body]`. A body that is not of its type's form is refused; what is no action at all is thrown.
    public static Result<Action> read(CborReader in) {
        in.readArrayOf(2);
        int type = in.readUint(MAX_TYPE);
        int body = in.position();
        try {
            Action action = readBody(type, in);
            if (action == null) {
                in.skip(MAX_DEPTH);
                return Result.no(Refusal.ACTION_UNKNOWN, "there is no action " + type);
            }
            return Result.ok(action);
        } catch (CborMalformed e) {
            return Result.no(
                    Refusal.ACTION_MALFORMED, "action of type " + type + " (at byte " + body + "): " + e.getMessage());
        }
    }

    private static @Nullable Action readBody(int type, CborReader in) {
        return switch (type) {
            case RegisterMember.TYPE -> RegisterMember.read(in);
            case OpenLog.TYPE -> OpenLog.read(in);
            case CloseLog.TYPE -> CloseLog.read(in);
            case RegisterDevice.TYPE -> RegisterDevice.read(in);
            case RegisterDevices.TYPE -> RegisterDevices.read(in);
            case RotateDeviceKey.TYPE -> RotateDeviceKey.read(in);
            case RevokeDeviceKey.TYPE -> RevokeDeviceKey.read(in);
            case AnchorCheckpoint.TYPE -> AnchorCheckpoint.read(in);
            case AddDeviceKey.TYPE -> AddDeviceKey.read(in);
            case SetMemberKey.TYPE -> SetMemberKey.read(in);
            case Propose.TYPE -> Propose.read(in);
            case Approve.TYPE -> Approve.read(in);
            case Withdraw.TYPE -> Withdraw.read(in);
            case SetEndpoint.TYPE -> SetEndpoint.read(in);
            case Grant.TYPE -> Grant.read(in);
            case RevokeGrant.TYPE -> RevokeGrant.read(in);
            case LogEvidence.TYPE -> LogEvidence.read(in);
            case PromiseEvidence.TYPE -> PromiseEvidence.read(in);
            case TakeSeat.TYPE -> TakeSeat.read(in);
            case CreateAsset.TYPE -> CreateAsset.read(in);
            case Issue.TYPE -> Issue.read(in);
            case Redeem.TYPE -> Redeem.read(in);
            case OpenAccount.TYPE -> OpenAccount.read(in);
            case Transfer.TYPE -> Transfer.read(in);
            case Hold.TYPE -> Hold.read(in);
            case Capture.TYPE -> Capture.read(in);
            case Release.TYPE -> Release.read(in);
            case SetLimit.TYPE -> SetLimit.read(in);
            case RevokeLimit.TYPE -> RevokeLimit.read(in);
            case OpenChannel.TYPE -> OpenChannel.read(in);
            case TopUpChannel.TYPE -> TopUpChannel.read(in);
            case CloseChannel.TYPE -> CloseChannel.read(in);
            case DraftContract.TYPE -> DraftContract.read(in);
            case SignContract.TYPE -> SignContract.read(in);
            case WithdrawContract.TYPE -> WithdrawContract.read(in);
            case StepContract.TYPE -> StepContract.read(in);
            case ShowReadings.TYPE -> ShowReadings.read(in);
            case DemandReadings.TYPE -> DemandReadings.read(in);
            case PublishOffer.TYPE -> PublishOffer.read(in);
            case WithdrawOffer.TYPE -> WithdrawOffer.read(in);
            case TakeOffer.TYPE -> TakeOffer.read(in);
            default -> null;
        };
    }

    static MemberId member(CborReader in) {
        return MemberId.parse(in.readText(32)).orElseThrow(() -> new CborMalformed("not a member id"));
    }

    static DeviceId device(CborReader in) {
        return DeviceId.parse(in.readText(97)).orElseThrow(() -> new CborMalformed("not a device id"));
    }

    static LogId log(CborReader in) {
        MemberId member = member(in);
        long number = in.readUint();
        if (number < 1 || number > 0xFFFF_FFFFL) {
            throw new CborMalformed("not a log number");
        }
        return new LogId(member, number);
    }

    static long number(CborReader in) {
        long number = in.readUint();
        if (number > MAX_NUMBER) {
            throw new CborMalformed("a number over 2^53 - 1");
        }
        return number;
    }

    static @Nullable Long numberOrNull(CborReader in) {
        if (in.nextIsNull()) {
            in.readNull();
            return null;
        }
        return number(in);
    }

    static void numberOrNull(CborWriter out, @Nullable Long number) {
        if (number == null) {
            out.nil();
        } else {
            out.integer(number);
        }
    }

    /// What a payment is for, hashed with a salt by who pays: the ledger keeps the commitment only.
    static byte @Nullable [] reference(CborReader in) {
        if (in.nextIsNull()) {
            in.readNull();
            return null;
        }
        return in.readBytesOf(32);
    }

    static Thumbprint thumbprint(CborReader in) {
        return new Thumbprint(in.readBytesOf(32));
    }

    /// The hashes of a path or of a consistency proof.
    static List<byte[]> hashes(CborReader in) {
        int count = in.readArray(MAX_PROOF);
        List<byte[]> hashes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            hashes.add(in.readBytesOf(32));
        }
        return hashes;
    }

    static VerifyingKey key(CborReader in) {
        return switch (VerifyingKey.decode(in.readBytes(MAX_KEY))) {
            case Result.Ok<VerifyingKey>(VerifyingKey key) -> key;
            case Result.No<VerifyingKey>(var refused) -> throw new CborMalformed(refused.text());
        };
    }

    static @Nullable VerifyingKey keyOrNull(CborReader in) {
        if (in.nextIsNull()) {
            in.readNull();
            return null;
        }
        return key(in);
    }
}
