package io.thingstead.node;

import io.thingstead.node.openapi.DocumentedAnswers;

/// Asks every route about the market, for what happens and for what is refused.
final class MarketAnswers {
    private MarketAnswers() {}

    /// There is the asset `home:EUR` and the device `home:shell`, which has some of it.
    static void ask(DocumentedAnswers answers) throws Exception {
        String text = "thingstead: contract/1\\ntitle: T\\nabout: A\\n"
                + "parties: {a: {role: pays}, b: {role: is paid}}\\n"
                + "terms:\\n  price: {type: money, asset: 'home:EUR', value: 1.00}\\n"
                + "  time: {type: duration, value: 1 h}\\n"
                + "deposits: {pot: {by: a, amount: price}}\\nstart: open\\nstates:\\n"
                + "  open:\\n    means: Open.\\n    deadline: time\\n"
                + "    otherwise: {effects: [{pay: price, from: pot, to: b}], go: done}\\n"
                + "  done: {means: Done., end: true}\\n";
        String offer = "{\"kind\": \"wash\", \"asset\": \"home:EUR\", \"price\": \"1.00\", \"per\": \"h\","
                + " \"forMs\": 86400000, \"latitude\": 48.14, \"longitude\": 11.56, \"device\": \"home:shell\", ";
        String byContract = offer + "\"party\": \"b\", \"open\": [\"time\"], \"text\": \"" + text + "\"}";
        answers.get("/api/offers");
        answers.send("POST", "/api/offers", byContract);
        answers.send("POST", "/api/offers", offer + "\"url\": \"https://home.example/api/readings\"}");
        answers.send("POST", "/api/offers", offer + "\"url\": \"mailto:x\"}");
        answers.send("POST", "/api/offers", byContract.replace("home:shell", "home:nobody"));
        answers.send("POST", "/api/offers", byContract.replace("\"party\": \"b\"", "\"party\": \"c\""));
        answers.send("POST", "/api/offers", "{}");
        answers.get("/api/offers?kind=wash&near=48.1,11.5&radius=20000&asset=home:EUR&atMost=1.00&free=true");
        answers.get("/api/offers?sort=price&limit=1");
        answers.get("/api/offers?sort=distance");
        answers.get("/api/offers?account=member/home&sort=newest&skip=1");
        answers.get("/api/offers?asset=nobody:EUR&atMost=1");
        answers.get("/api/offers/1");
        answers.get("/api/offers/2");
        answers.get("/api/offers/99");
        answers.send("POST", "/api/offers/1/prepare", "{\"taker\": \"device/home:shell\"}");
        answers.send("POST", "/api/offers/1/prepare", "{\"values\": {\"price\": \"0.01\"}}");
        answers.send("POST", "/api/offers/2/prepare", "{}");
        answers.send(
                "POST", "/api/offers/1/take", "{\"taker\": \"device/home:shell\", \"values\": {\"time\": \"2 h\"}}");
        answers.send("POST", "/api/offers/1/take", "{\"accounts\": {\"nobody\": \"member/home\"}}");
        answers.send("POST", "/api/offers/99/take", "{}");
        answers.get("/api/takings");
        answers.send("POST", "/api/offers/1/withdraw", null, null);
        answers.send("POST", "/api/offers/1/withdraw", null, null);
        answers.get("/api/events?subject=offer/1");
    }
}
