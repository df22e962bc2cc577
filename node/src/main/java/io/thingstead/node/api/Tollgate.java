package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.market.OfferRecord;
import io.thingstead.node.ledger.market.OfferWay;
import io.thingstead.node.till.Till;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lets in who pays (HTTP 402): whoever is not let in to a reading otherwise, where this member offers that reading by
/// the request. Paid is what was answered with 200, nothing else.
public final class Tollgate {
    /// What may be sold: GETs that say what devices measured, and prove it.
    static final Set<String> SOLD = Set.of(
            "/api/readings",
            "/api/series",
            "/api/devices/{device}",
            "/api/proofs/{device}/{n}",
            "/api/things/{device}",
            "/api/things/{device}/property",
            "/api/things/{device}/properties");

    private static final String PAYING = "paying";
    private static final long TIMEOUT_SECONDS = 60;
    private static final int OK = 200;

    private final MemberId self;
    private final LedgerReader ledger;
    private final Till till;
    private volatile Shelf shelf = new Shelf(-1, List.of());

    public Tollgate(MemberId self, LedgerReader ledger, Till till) {
        this.self = self;
        this.ledger = ledger;
        this.till = till;
    }

    /// What is offered by the request, as of a block.
    private record Shelf(long height, List<Good> goods) {}

    /// An offer that is a GET here.
    ///
    /// @param asked what must be asked for, by parameter
    private record Good(OfferRecord record, String origin, String path, Map<String, String> asked) {
        boolean fits(Context context) {
            return path.equals(context.path())
                    && asked.entrySet().stream()
                            .allMatch(one -> context.queryParams(one.getKey()).equals(List.of(one.getValue())));
        }

        Till.Price price() {
            var offer = record.offer();
            return new Till.Price(offer.account(), offer.asset(), offer.price());
        }

        static Optional<Good> of(OfferRecord record) {
            if (!(record.offer().way() instanceof OfferWay.ByRequest(String url))) return Optional.empty();
            try {
                URI uri = URI.create(url);
                Map<String, String> asked = new LinkedHashMap<>();
                String query = uri.getRawQuery();
                for (String part : query == null ? new String[0] : query.split("&", -1)) {
                    int equals = part.indexOf('=');
                    if (equals < 1) return Optional.empty();
                    asked.put(decoded(part.substring(0, equals)), decoded(part.substring(equals + 1)));
                }
                String path = uri.getPath();
                return path == null
                        ? Optional.empty()
                        : Optional.of(new Good(record, uri.getScheme() + "://" + uri.getRawAuthority(), path, asked));
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        }
    }

    /// A request that is let in for its payment.
    ///
    /// @param once whether it was paid before, and is answered once more
    private record Paying(Good good, Till.Payment payment, AccountId payer, boolean once) {}

    /// What becomes of a request that nobody lets in otherwise.
    enum Admission {
        /// this is not sold
        NOT_SOLD,
        /// it may go on to its route
        LET_IN,
        /// it was answered: how to pay, or what was paid for before
        ANSWERED
    }

    Admission ask(Context context, String route) {
        Good good = SOLD.contains(route) ? find(context) : null;
        if (good == null) return Admission.NOT_SOLD;
        String header = context.header(PaymentJson.HEADER);
        // The node's own pages send people to sign in.
        if (header == null && "same-origin".equals(context.header("Sec-Fetch-Site"))) return Admission.NOT_SOLD;
        if (header == null) {
            require(context, good, Refusal.PAYMENT_REQUIRED, "pay with a voucher in the header X-PAYMENT", null);
            return Admission.ANSWERED;
        }
        return switch (PaymentJson.read(header, network())) {
            case Result.No<PaymentJson.Given>(Refused refused) -> {
                Problem.of(refused).send(context);
                yield Admission.ANSWERED;
            }
            case Result.Ok<PaymentJson.Given>(PaymentJson.Given given) -> paying(context, good, given);
        };
    }

    private Admission paying(Context context, Good good, PaymentJson.Given given) {
        String query = context.queryString();
        var payment = new Till.Payment(
                given.channel(),
                given.voucher(),
                Sha256.of((context.path() + (query == null ? "" : "?" + query)).getBytes(StandardCharsets.UTF_8)));
        if (given.again()) {
            switch (till.again(good.price(), payment)) {
                case Result.No<Till.Again>(Refused refused) -> {
                    return refused(context, good, payment, refused);
                }
                case Result.Ok<Till.Again>(Till.Again.Same(Till.Paid paid, Till.Answer answer)) -> {
                    if (answer.contentType() != null) context.contentType(answer.contentType());
                    context.header("Cache-Control", "no-store").result(answer.body());
                    say(context, payment, paid);
                    return Admission.ANSWERED;
                }
                case Result.Ok<Till.Again>(Till.Again.Once(Till.Paid paid)) -> {
                    context.attribute(PAYING, new Paying(good, payment, paid.payer(), true));
                    return Admission.LET_IN;
                }
                case Result.Ok<Till.Again>(Till.Again.New()) -> {}
            }
        }
        return switch (till.look(good.price(), payment)) {
            case Result.No<Till.Paid>(Refused refused) -> refused(context, good, payment, refused);
            case Result.Ok<Till.Paid>(Till.Paid paid) -> {
                context.attribute(PAYING, new Paying(good, payment, paid.payer(), false));
                yield Admission.LET_IN;
            }
        };
    }

    private Admission refused(Context context, Good good, Till.Payment payment, Refused refused) {
        boolean isKnown = refused.code() == Refusal.PAYMENT_REPLAYED || refused.code() == Refusal.PAYMENT_TOO_LITTLE;
        require(
                context,
                good,
                refused.code(),
                refused.text(),
                isKnown ? Long.toString(till.given(payment.channel())) : null);
        context.header(
                PaymentJson.RESPONSE_HEADER,
                PaymentJson.encoded(
                        new PaymentJson.SettlementJson(false, refused.code().code(), "", network(), "", null)));
        return Admission.ANSWERED;
    }

    /// After the route, before its answer leaves: what was answered is paid for.
    void settle(Context context) {
        Paying paying = context.attribute(PAYING);
        if (paying == null) return;
        if (context.statusCode() != OK) {
            if (paying.once) till.notAnswered(paying.payment);
            return;
        }
        Result<Till.Paid> taken = paying.once
                ? Result.ok(new Till.Paid(paying.payer, till.given(paying.payment.channel())))
                : till.take(paying.good.price(), paying.payment);
        switch (taken) {
            // Another request was quicker with the same voucher.
            case Result.No<Till.Paid>(Refused refused) -> {
                var _ = refused(context, paying.good, paying.payment, refused);
            }
            case Result.Ok<Till.Paid>(Till.Paid paid) -> {
                var answer = new Till.Answer(context.res().getContentType(), body(context));
                context.result(answer.body());
                till.answered(paying.payment, answer);
                say(context, paying.payment, paid);
            }
        }
    }

    private static byte[] body(Context context) {
        try (InputStream result = context.resultInputStream()) {
            return result == null ? new byte[0] : result.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void say(Context context, Till.Payment payment, Till.Paid paid) {
        context.header(
                PaymentJson.RESPONSE_HEADER,
                PaymentJson.encoded(new PaymentJson.SettlementJson(
                        true,
                        null,
                        java.util.HexFormat.of().formatHex(payment.identity()),
                        network(),
                        paid.payer().value(),
                        Long.toString(paid.inAll()))));
    }

    private String network() {
        return PaymentJson.network(ledger.head().ledger().hex());
    }

    private void require(Context context, Good good, Refusal code, String error, @Nullable String paid) {
        var offer = good.record.offer();
        String query = context.queryString();
        var accept = new PaymentJson.AcceptJson(
                PaymentJson.SCHEME,
                network(),
                Long.toString(offer.price()),
                good.origin + context.path() + (query == null ? "" : "?" + query),
                offer.kind() + " of " + offer.account().inWords() + ", per " + offer.per(),
                "application/json",
                offer.account().value(),
                TIMEOUT_SECONDS,
                offer.asset().value(),
                new PaymentJson.ExtraJson(
                        ledger.head().ledger().hex(),
                        good.record.number(),
                        ledger.money().asset(offer.asset()).orElseThrow().decimals(),
                        offer.kind(),
                        paid));
        Json.send(
                context.status(Problem.status(Refusal.PAYMENT_REQUIRED)),
                new PaymentJson.PaymentRequiredJson(PaymentJson.VERSION, error, code.code(), List.of(accept)));
    }

    /// The offer that says most exactly what is asked for; of those, the cheapest.
    private @Nullable Good find(Context context) {
        return shelf().goods.stream()
                .filter(good -> good.fits(context))
                .min(Comparator.<Good>comparingInt(good -> -good.asked.size())
                        .thenComparingLong(good -> good.record.offer().price()))
                .orElse(null);
    }

    /// Only the member itself sells here: a key of one of its devices must not sell what others measured.
    private Shelf shelf() {
        long height = ledger.head().height();
        Shelf now = shelf;
        if (now.height == height) return now;
        List<Good> goods = new ArrayList<>();
        for (OfferRecord record : ledger.market().offersOf(AccountId.of(self)))
            Good.of(record).ifPresent(goods::add);
        now = new Shelf(height, List.copyOf(goods));
        shelf = now;
        return now;
    }
}
