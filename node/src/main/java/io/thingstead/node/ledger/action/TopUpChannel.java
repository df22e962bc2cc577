package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.Balances;
import io.thingstead.node.ledger.money.ChannelRecord;
import io.thingstead.node.ledger.money.Timers;
import java.util.List;

/// The payer puts more into a channel that nobody closes.
public record TopUpChannel(long channel, long amount) implements Action {
    static final int TYPE = 31;

    static TopUpChannel read(CborReader in) {
        in.readArrayOf(2);
        return new TopUpChannel(Actions.number(in), Actions.number(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "top-up-channel";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(2).integer(channel).integer(amount);
    }

    @Override
    public List<String> subjects() {
        return List.of(StateKeys.channel(channel));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        ChannelRecord record = ChannelRecord.of(draft, channel);
        if (record == null) {
            return Outcome.declined(Refusal.CHANNEL_UNKNOWN, "no channel " + channel + ", or it is settled");
        }
        if (!Balances.isSignedByOwner(request.signers(), record.payer(), draft)) {
            return Outcome.declined(Refusal.ACTION_NOT_ALLOWED, "channel " + channel + " is paid by " + record.payer());
        }
        if (record.closesAt() != null || Timers.isOver(draft, record.due())) {
            return Outcome.declined(Refusal.CHANNEL_CLOSING, "channel " + channel + " is being closed");
        }
        Refused objection = Balances.spending(draft, record.payer(), record.asset(), amount);
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        record.topUp(draft, request.transaction(), amount);
        return Outcome.HAPPENED;
    }

    @Override
    public String inWords() {
        return "Put " + amount + " of the smallest unit into channel " + channel;
    }
}
