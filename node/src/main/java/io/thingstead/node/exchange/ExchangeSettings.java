package io.thingstead.node.exchange;

/// Where a member listens for others, and what it bears of them.
///
/// @param port 0: any free one
/// @param handshakeMillis until both sides have proven their keys
/// @param requestMillis from a request's first byte to its last
/// @param answerMillis for an answer to be taken
/// @param idleMillis a connection may wait for the next request
/// @param strangers connections that have not proven a key yet
/// @param strangersOfAddress such connections of one address
/// @param handshakesPerSecond of one address: each costs two signatures before it is known who it is
/// @param ofMember connections of one member
/// @param requestsPerSecond of one member
public record ExchangeSettings(
        String host,
        int port,
        long handshakeMillis,
        long requestMillis,
        long answerMillis,
        long idleMillis,
        int strangers,
        int strangersOfAddress,
        int handshakesPerSecond,
        int ofMember,
        int requestsPerSecond) {
    public static ExchangeSettings of(String host, int port) {
        return new ExchangeSettings(host, port, 5_000, 5_000, 30_000, 60_000, 128, 16, 50, 16, 500);
    }
}
