package io.thingstead.node.openapi;

import io.thingstead.kit.model.Refusal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a route does, takes and answers: said once beside it, held by the listener and shown in the API's document.
///
/// @param part of the interface, under which it is found
/// @param summary a line
/// @param details what else somebody must know; may be empty
/// @param refusals codes with which it may answer, beside those that every route may answer with
public record Operation(
        String part,
        String summary,
        String details,
        List<Parameter<?>> parameters,
        @Nullable Body body,
        List<Answer> answers,
        Set<Refusal> refusals) {
    private static final int OK = 200;
    private static final int PAYMENT_REQUIRED = 402;
    private static final Refusal[] OF_LEDGER = {
        Refusal.MEMBER_REMOVED,
        Refusal.ACTION_NOT_ALLOWED,
        Refusal.ACTION_MALFORMED,
        Refusal.TX_MALFORMED,
        Refusal.TX_SIGNATURE,
        Refusal.TX_SIGNER,
        Refusal.TX_EXPIRED,
        Refusal.TX_SEEN,
        Refusal.TX_LEDGER,
        Refusal.BATCH_QUOTA
    };

    public Operation {
        parameters = List.copyOf(parameters);
        answers = List.copyOf(answers);
        refusals = Set.copyOf(refusals);
    }

    public static Operation of(String part, String summary) {
        return new Operation(part, summary, "", List.of(), null, List.of(), Set.of());
    }

    public Operation details(String text) {
        return new Operation(part, summary, text, parameters, body, answers, refusals);
    }

    public Operation takes(Parameter<?>... more) {
        var all = Stream.concat(parameters.stream(), Stream.of(more)).toList();
        return new Operation(part, summary, details, all, body, answers, refusals).refuses(Refusal.REQUEST_MALFORMED);
    }

    /// A body in JSON.
    ///
    /// @param example in JSON
    public Operation takes(Class<?> json, String example) {
        return takes(new Body(List.of(Answer.JSON), json, true, "", example));
    }

    /// A body that is not read into one of our records.
    public Operation takes(String says, @Nullable String example, String... mediaTypes) {
        return takes(new Body(List.of(mediaTypes), null, true, says, example));
    }

    private Operation takes(Body taken) {
        return new Operation(part, summary, details, parameters, taken, answers, refusals)
                .refuses(Refusal.REQUEST_MALFORMED, Refusal.REQUEST_TOO_LARGE, Refusal.REQUEST_MEDIA_TYPE);
    }

    /// JSON with status 200, of one of these.
    public Operation answers(Class<?>... json) {
        return answers(new Answer(OK, "", Answer.JSON, List.of(json), null));
    }

    public Operation answers(int status, Class<?> json) {
        return answers(new Answer(status, "", Answer.JSON, List.of(json), null));
    }

    /// May be sold: who is not let in may pay for it (HTTP 402).
    ///
    /// @param json how to pay
    public Operation soldFor(Class<?> json) {
        return answers(new Answer(
                PAYMENT_REQUIRED,
                "Where this is offered by the request, to who is not let in otherwise: how to pay for it, with a"
                        + " voucher in the header `X-PAYMENT` (x402, version 1). 400 `payment.malformed` where that"
                        + " header is none.",
                Answer.JSON,
                List.of(json),
                null));
    }

    /// Nothing, with this status.
    public Operation answers(int status, String says) {
        return answers(new Answer(status, says, null, List.of(), null));
    }

    /// Content that is not one of our records.
    public Operation answers(String mediaType, String says) {
        return answers(new Answer(OK, says, mediaType, List.of(), isJson(mediaType) ? null : Schemas.of("string")));
    }

    private Operation answers(Answer answer) {
        var all = Stream.concat(answers.stream(), Stream.of(answer)).toList();
        return new Operation(part, summary, details, parameters, body, all, refusals);
    }

    public Operation refuses(Refusal... codes) {
        var all = EnumSet.noneOf(Refusal.class);
        all.addAll(refusals);
        all.addAll(List.of(codes));
        return new Operation(part, summary, details, parameters, body, answers, all);
    }

    /// What the ledger itself may say to what this asks it for.
    public Operation asksTheLedger() {
        return refuses(OF_LEDGER);
    }

    /// What its answers may be, its problems aside.
    public List<String> mediaTypes() {
        return answers.stream()
                .flatMap(answer -> Optional.ofNullable(answer.mediaType()).stream())
                .distinct()
                .toList();
    }

    /// What its body may be; empty where it takes none.
    public List<String> bodyTypes() {
        return body == null ? List.of() : body.mediaTypes();
    }

    static boolean isJson(String mediaType) {
        return mediaType.equals(Answer.JSON) || mediaType.endsWith("+json");
    }

    List<Answer> answersInOrder() {
        var sorted = new ArrayList<>(answers);
        sorted.sort(java.util.Comparator.comparingInt(Answer::status));
        return sorted;
    }
}
