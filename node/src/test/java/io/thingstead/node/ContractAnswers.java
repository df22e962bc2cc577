package io.thingstead.node;

import io.thingstead.node.openapi.DocumentedAnswers;

/// Asks every route about contracts, for what happens and for what is refused, at a member that can do nothing alone.
final class ContractAnswers {
    private ContractAnswers() {}

    static void ask(DocumentedAnswers answers) throws Exception {
        String text = "thingstead: contract/1\\ntitle: T\\nabout: A\\n"
                + "parties: {a: {role: pays, account: member/home}, b: {role: is paid, account: 'device/home:shell'}}\\n"
                + "terms:\\n  price: {type: money, asset: 'home:EUR', value: 1.00}\\n"
                + "  time: {type: duration, value: 1 h}\\n"
                + "deposits: {pot: {by: a, amount: price}}\\npause: {by: a, at_most: time}\\nstart: open\\nstates:\\n"
                + "  open:\\n    means: Open.\\n    deadline: time\\n"
                + "    otherwise: {effects: [{release: pot}], go: done}\\n"
                + "    on: {paid: {signature: b, effects: [{pay: price, from: pot, to: b}], go: done}}\\n"
                + "  done: {means: Done., end: true}\\n";
        String draft = "{\"text\": \"" + text + "\"}";
        answers.get("/api/contract-templates");
        answers.send("POST", "/api/contract-checks", draft);
        answers.send("POST", "/api/contract-checks", "{\"text\": \"a: b\"}");
        answers.send("POST", "/api/contract-checks", "{}");
        answers.send("POST", "/api/contract-dry-runs", draft);
        answers.send("POST", "/api/contract-dry-runs", "{\"text\": \"" + text + "\", \"fromMs\": 5, \"toMs\": 2}");
        answers.send("POST", "/api/contract-dry-runs", "{\"text\": \"a: b\"}");
        answers.send("POST", "/api/contracts", draft);
        answers.send("POST", "/api/contracts", "{\"text\": \"a: b\"}");
        answers.send("POST", "/api/contracts", draft.replace("account: member/home", "account: member/nobody"));
        answers.get("/api/contracts");
        answers.get("/api/contracts/1");
        answers.get("/api/contracts/99");
        answers.get("/api/contracts/1/evidence/0");
        answers.get("/api/contracts/99/evidence/0");
        answers.send("POST", "/api/contracts/1/sign", "{\"agreement\": \"" + "00".repeat(32) + "\"}");
        answers.send("POST", "/api/contracts/1/sign", "{}");
        answers.send("POST", "/api/contracts/1/steps", "{\"kind\": \"sign\", \"way\": \"paid\"}");
        answers.send("POST", "/api/contracts/1/steps", "{\"kind\": \"pause\"}");
        answers.send("POST", "/api/contracts/1/demands", "{\"stream\": \"s\", \"fromMs\": 1, \"toMs\": 2}");
        answers.send("POST", "/api/contracts/1/withdraw", null, null);
        answers.send("POST", "/api/contracts/1/withdraw", null, null);
    }
}
