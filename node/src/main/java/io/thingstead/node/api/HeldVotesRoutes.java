package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.openapi.Operation;
import java.util.List;
import java.util.function.Supplier;

/// `/api/consortium/vote-again`: asked, what it means that this member votes again without its record of votes; posted,
/// it does.
public final class HeldVotesRoutes {
    static final String PATH = "/api/consortium/vote-again";

    private static final Operation MEANING =
            operation("What it means that this member votes again without its record of votes");
    private static final Operation END = operation("Lets this member vote again without its record of votes");

    private final HeldVotes votes;

    private record Meaning(List<String> words) {}

    public HeldVotesRoutes(HeldVotes votes) {
        this.votes = votes;
    }

    private static Operation operation(String summary) {
        return Operation.of("Members", summary)
                .answers(Meaning.class)
                .refuses(Refusal.VOTES_NOT_HELD, Refusal.VOTES_NOT_NEEDED, Refusal.VOTES_BEHIND);
    }

    public void register(Routes routes) {
        routes.get(PATH, MEANING, context -> answer(context, votes::meaning))
                .post(PATH, END, context -> answer(context, votes::end));
    }

    private void answer(Context context, Supplier<Result<List<String>>> what) {
        switch (what.get()) {
            case Result.Ok<List<String>>(List<String> words) -> Json.send(context, new Meaning(words));
            case Result.No<List<String>>(var refused) -> Problem.of(refused).send(context);
        }
    }
}
