package io.thingstead.node.ingest.mqtt;

/// Which texts a packet may have: UTF-8 without U+0000 (OASIS MQTT 3.1.1 §1.5.3, MQTT 5.0 §1.5.4). The codec makes
/// U+FFFD
/// of what is no UTF-8; nobody here is called that.
final class Texts {
    private static final char NOTHING = '\u0000';
    private static final char NO_UTF_8 = '\uFFFD';

    private Texts() {}

    static boolean isWellFormed(String text) {
        return text.indexOf(NOTHING) < 0 && text.indexOf(NO_UTF_8) < 0;
    }
}
