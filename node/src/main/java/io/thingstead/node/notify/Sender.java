package io.thingstead.node.notify;

/// A way to send letters over one channel. When it returns, the other side has taken it.
interface Sender {
    void send(Letter letter) throws NotSent;
}
