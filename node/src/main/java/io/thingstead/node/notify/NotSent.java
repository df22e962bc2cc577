package io.thingstead.node.notify;

/// A message that could not be sent; the text says why, for people, and holds no secret.
final class NotSent extends Exception {
    private static final long serialVersionUID = 1;
    private static final int MOST = 300;

    private final String why;

    NotSent(String why) {
        super(why, null, false, false);
        this.why = why.length() <= MOST ? why : why.substring(0, MOST) + "…";
    }

    String why() {
        return why;
    }
}
