package io.thingstead.node.people;

/// Who asks.
public sealed interface Caller {
    boolean may(Need need);

    /// As it stands in the log and beside what it made.
    String inWords();

    /// This machine, or whoever has its admin token: the operator of old, who may all.
    record Machine() implements Caller {
        @Override
        public boolean may(Need need) {
            return true;
        }

        @Override
        public String inWords() {
            return "the node's machine";
        }
    }

    /// A person who is signed in.
    record SignedIn(Person person, Session session) implements Caller {
        @Override
        public boolean may(Need need) {
            return person.role().lets().contains(need);
        }

        @Override
        public String inWords() {
            return person.name();
        }
    }

    /// A program with an API key.
    record Program(ApiKey key) implements Caller {
        @Override
        public boolean may(Need need) {
            return need == Need.SIGNED_IN || key.scopes().contains(need);
        }

        @Override
        public String inWords() {
            return "the API key " + key.name();
        }
    }
}
