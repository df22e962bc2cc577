package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.alarm.Channel;
import io.thingstead.node.alarm.Channels;
import io.thingstead.node.notify.Courier;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The channels over which alarms are told: which there are, how they are doing, and trying one.
public record AlarmChannelRoutes(Channels channels, Courier courier) {
    private static final Parameter<String> NAME = Parameter.matching(
                    "name", "[a-z0-9-]{1,32}", "the name of a channel", "The channel's name.")
            .inPath();
    private static final Operation ALL = Operation.of(
                    AlarmRoutes.PART, "The channels that the file of rules declares, and how they are doing")
            .answers(AllJson.class);
    private static final Operation TEST = Operation.of(
                    AlarmRoutes.PART, "Sends a word over a channel, to see whether it arrives")
            .takes(NAME)
            .answers(ChannelJson.class)
            .refuses(Refusal.ALARM_UNKNOWN, Refusal.ALARM_UNTOLD);

    private record ChannelJson(
            String name,

            @Says(
                    value = "how it tells",
                    oneOf = {"email", "webhook", "ntfy"})
            String type,

            @Says("to whom, without what may be secret in an address")
            String to,

            @Says("alarms that wait to be told") int waiting,

            @Says("when the last letter arrived; absent before the first since the start") @Nullable
            Long sentMs,

            @Says("why the last letter did not arrive; absent when it did") @Nullable
            String trouble,

            @Nullable Long troubleMs) {}

    private record AllJson(List<ChannelJson> channels) {}

    public void register(Routes routes) {
        routes.get("/api/alarm-channels", ALL, this::all).post("/api/alarm-channels/{name}/test", TEST, this::test);
    }

    private void all(Context context) {
        Json.send(context, new AllJson(channels.all().stream().map(this::json).toList()));
    }

    private ChannelJson json(Channel channel) {
        Courier.Standing standing = courier.standing(channel);
        return new ChannelJson(
                channel.name(),
                type(channel),
                Courier.shown(channel),
                standing.waiting(),
                standing.sentMs(),
                standing.trouble(),
                standing.troubleMs());
    }

    private static String type(Channel channel) {
        return switch (channel) {
            case Channel.Email _ -> "email";
            case Channel.Webhook _ -> "webhook";
            case Channel.Ntfy _ -> "ntfy";
        };
    }

    private void test(Context context) {
        var params = new Params(context);
        var name = params.find(NAME);
        if (params.sendRefusal()) return;
        switch (courier.test(name.orElseThrow())) {
            case Result.Ok<Channel>(Channel channel) -> Json.send(context, json(channel));
            case Result.No<Channel>(Refused refused) -> Problem.of(refused).send(context);
        }
    }
}
