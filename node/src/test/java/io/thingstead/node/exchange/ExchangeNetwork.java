package io.thingstead.node.exchange;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.Founding;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.TestChain;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.action.AddMember;
import io.thingstead.node.ledger.action.Propose;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.ledger.action.RemoveMember;
import io.thingstead.node.ledger.action.SetEndpoint;
import io.thingstead.node.ledger.action.SetMemberKey;
import io.thingstead.node.storage.MemoryStore;
import java.util.HashMap;
import java.util.Map;

/// Members of one ledger on loopback, each with its exchange over real sockets; acme decides alone who they are.
public final class ExchangeNetwork implements AutoCloseable {
    public static final MemberId ACME = TestChain.ACME;
    public static final MemberId BOLT = new MemberId("bolt");
    public static final MemberId CARGO = new MemberId("cargo");

    private final TestChain chain = TestChain.founded(new MemoryStore(new MemoryStore.Disk()));
    private final Map<MemberId, MemberKeys> keys = new HashMap<>();
    private final Map<MemberId, Exchange> exchanges = new HashMap<>();

    public ExchangeNetwork() {
        keys.put(ACME, chain.keys());
        add(BOLT);
        add(CARGO);
    }

    private void add(MemberId member) {
        MemberKeys made = MemberKeys.generate();
        keys.put(member, made);
        var registration =
                new RegisterMember(member, member + ".example", Founding.possessed(chain.id(), member, made));
        expectDone(chain.refusal(
                chain.key(KeyRole.IDENTITY),
                new Propose(ACME, new AddMember(registration, new Endpoint("127.0.0.1:1", "127.0.0.1:1")))));
    }

    private static void expectDone(Object refusal) {
        if (refusal != null) {
            throw new IllegalStateException("the test's ledger refused: " + refusal);
        }
    }

    public LedgerReader ledger() {
        return chain.reader();
    }

    public TestChain chain() {
        return chain;
    }

    public MemberKeys keys(MemberId member) {
        return keys.get(member);
    }

    /// The member's exchange, which listens, as the ledger says.
    public Exchange start(MemberId member) {
        return start(member, ExchangeSettings.of("127.0.0.1", 0));
    }

    public Exchange start(MemberId member, ExchangeSettings settings) {
        Exchange exchange = silent(member, keys(member).of(KeyRole.TLS));
        exchange.listen(settings);
        exchange.offer(new StatusRoute(member, "test", ledger(), () -> false));
        exchanges.put(member, exchange);
        sayEndpoint(member, exchange.port());
        return exchange;
    }

    public void sayEndpoint(MemberId member, int port) {
        expectDone(chain.refusal(
                keys(member).of(KeyRole.NODE),
                new SetEndpoint(member, new Endpoint("127.0.0.1:1", "127.0.0.1:" + port))));
    }

    /// One that only asks, with this key.
    public Exchange silent(MemberId member, SigningKey tlsKey) {
        Exchange exchange = new Exchange(member, tlsKey, ledger());
        exchanges.put(new MemberId(member + "-" + exchanges.size()), exchange);
        return exchange;
    }

    public void remove(MemberId member) {
        expectDone(chain.refusal(chain.key(KeyRole.IDENTITY), new Propose(ACME, new RemoveMember(member))));
    }

    /// The member's new TLS key, which is on the ledger.
    public SigningKey changeTlsKey(MemberId member, Algorithm algorithm) {
        SigningKey fresh = SigningKey.generate(algorithm);
        byte[] possession = Possession.sign(RegisterMember.subject(member, KeyRole.TLS), chain.id(), fresh);
        expectDone(chain.refusal(
                keys(member).of(KeyRole.IDENTITY),
                new SetMemberKey(member, new RegisterMember.MemberKey(KeyRole.TLS, fresh.key(), possession))));
        return fresh;
    }

    @Override
    public void close() {
        exchanges.values().forEach(Exchange::close);
    }
}
