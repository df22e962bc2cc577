package io.thingstead.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Asks a node over HTTP, one question after the other, and hands frames over.
///
/// @param page the node's address, with a slash at the end
record BenchHttp(String page, HttpClient http) {
    Latencies asked(Supplier<String> questions, int warmup, int measured) throws IOException, InterruptedException {
        return asked(questions, _ -> {}, warmup, measured);
    }

    /// How long the answers to all but the first `warmup` questions took.
    Latencies asked(Supplier<String> questions, Consumer<String> answered, int warmup, int measured)
            throws IOException, InterruptedException {
        var took = new Latencies(measured);
        for (int i = -warmup; i < measured; i++) {
            String question = questions.get();
            long start = System.nanoTime();
            String answer = get(question);
            if (i >= 0) took.add(System.nanoTime() - start);
            answered.accept(answer);
        }
        return took;
    }

    String get(String question) throws IOException, InterruptedException {
        var answer = http.send(
                HttpRequest.newBuilder(URI.create(page + question)).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) throw new IllegalStateException(question + ": " + answer.body());
        return answer.body();
    }

    /// @param frames one after the other
    void send(byte[] frames) throws IOException, InterruptedException {
        var answer = http.send(
                HttpRequest.newBuilder(URI.create(page + "v1/frames"))
                        .header("Content-Type", "application/cbor-seq")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(frames))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 || answer.body().contains("\"code\""))
            throw new IllegalStateException("the bench's frames were refused: " + answer.body());
    }
}
