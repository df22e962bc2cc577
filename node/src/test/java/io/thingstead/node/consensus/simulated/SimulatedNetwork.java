package io.thingstead.node.consensus.simulated;

import io.thingstead.kit.model.MemberId;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The network between simulated engines: messages come late, in another order, twice, or never, as its random numbers
/// will; and never over a cut line.
public final class SimulatedNetwork {
    private final VirtualTime time;
    private final Random random;
    private final TreeMap<MemberId, Consumer<Message>> members = new TreeMap<>();
    private final TreeSet<String> cut = new TreeSet<>();
    private Weather weather = Weather.FAIR;
    private long delivered;

    /// How the network is.
    ///
    /// @param lostPercent of the messages
    /// @param twicePercent of the messages
    /// @param longestMs a message takes between 1 ms and this
    public record Weather(int lostPercent, int twicePercent, int longestMs) {
        public static final Weather FAIR = new Weather(0, 0, 10);
    }

    public SimulatedNetwork(VirtualTime time, Random random) {
        this.time = time;
        this.random = random;
    }

    /// @param inbox takes what comes for the member, as long as it runs
    public void join(MemberId member, Consumer<Message> inbox) {
        members.put(member, inbox);
    }

    public void weather(Weather now) {
        weather = now;
    }

    /// Nothing comes over this line in this direction any more.
    public void cut(MemberId from, MemberId to) {
        cut.add(from + ">" + to);
    }

    /// Only members of the same group hear each other.
    public void part(List<List<MemberId>> groups) {
        for (List<MemberId> group : groups) {
            for (MemberId from : group) {
                for (MemberId to : members.keySet()) {
                    if (!group.contains(to)) {
                        cut(from, to);
                        cut(to, from);
                    }
                }
            }
        }
    }

    /// All lines are whole, and the weather is fair.
    public void heal() {
        cut.clear();
        weather = Weather.FAIR;
    }

    public long delivered() {
        return delivered;
    }

    /// Whether a message would come through now: not over a cut line, and with luck.
    public boolean carries(MemberId from, MemberId to) {
        return !cut.contains(from + ">" + to) && random.nextInt(100) >= weather.lostPercent;
    }

    public void send(MemberId from, MemberId to, Message message) {
        if (!carries(from, to)) {
            return;
        }
        post(to, message);
        if (random.nextInt(100) < weather.twicePercent) {
            post(to, message);
        }
    }

    private void post(MemberId to, Message message) {
        time.in(1 + random.nextInt(weather.longestMs), () -> {
            delivered++;
            members.get(to).accept(message);
        });
    }

    /// What a member speaks through.
    public SimulatedEngine.Outlet outlet(MemberId from) {
        return new SimulatedEngine.Outlet() {
            @Override
            public void toAll(Message message) {
                for (MemberId member : members.keySet()) {
                    if (!member.equals(from)) {
                        send(from, member, message);
                    }
                }
            }

            @Override
            public void to(MemberId member, Message message) {
                send(from, member, message);
            }
        };
    }
}
