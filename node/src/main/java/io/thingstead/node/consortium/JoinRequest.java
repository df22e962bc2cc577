package io.thingstead.node.consortium;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Result;
import io.thingstead.node.consensus.comet.CometNames;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.action.RegisterMember;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// What a member that wants to join hands back: its public keys, each with the proof that it holds it, where its engine
/// is reached, and the opening of its first log, signed. No secret is in it.
///
/// @param address of its engine, `host:port`
/// @param node where its node is reached by the others, `host:port`; empty where the ledger is only being founded
/// @param openLog the transaction that opens its log
/// @param signature of its identity key over the rest
public record JoinRequest(
        String format,
        byte[] ledgerId,
        String member,
        String domain,
        String address,
        String node,
        List<Key> keys,
        byte[] openLog,
        byte[] signature) {
    private static final String FORMAT = "thingstead-join/1";
    private static final byte[] DOMAIN = "ts-join/1\0".getBytes(StandardCharsets.US_ASCII);

    private static final int MAX_KEYS = 16;

    public JoinRequest {
        keys = List.copyOf(keys);
    }

    /// A public key.
    public record Key(String role, byte[] key, byte[] possession) {}

    static JoinRequest of(
            LedgerId ledger,
            MemberId member,
            String domain,
            String address,
            String node,
            List<RegisterMember.MemberKey> keys,
            byte[] openLog,
            Signer identity) {
        List<Key> shown = keys.stream()
                .map(k -> new Key(k.role().label(), k.key().coseKey(), k.possession()))
                .toList();
        JoinRequest unsigned = new JoinRequest(
                FORMAT, ledger.bytes(), member.value(), domain, address, node, shown, openLog, new byte[0]);
        return new JoinRequest(
                FORMAT,
                unsigned.ledgerId,
                unsigned.member,
                domain,
                address,
                node,
                shown,
                openLog,
                identity.sign(unsigned.toSign()));
    }

    public static JoinRequest read(Path file) {
        JoinRequest request = Documents.read(file, JoinRequest.class, "a request to join");
        request.check();
        return request;
    }

    /// Reads one that came over a wire.
    public static JoinRequest parse(byte[] json) {
        JoinRequest request = Documents.read(json, JoinRequest.class, "a request to join");
        request.check();
        return request;
    }

    /// What of it other members' engines are told, and what is shown to a person before anything is verified, has its
    /// form.
    private void check() {
        Documents.requireFormat(format, FORMAT);
        boolean isWellFormed = MemberId.parse(member).isPresent()
                && RegisterMember.isDomain(domain)
                && Endpoint.isAddress(address)
                && (node.isEmpty() || Endpoint.isAddress(node))
                && keys.size() <= MAX_KEYS;
        if (!isWellFormed) {
            throw new ConsortiumException("the request to join is damaged: ask for it again");
        }
    }

    /// Where the member is reached; a ledger that runs needs to know both.
    public Endpoint endpoint() {
        if (node.isEmpty()) {
            throw new ConsortiumException("the request of " + member
                    + " does not say where its node is reached: ask for one made with --node-address");
        }
        return new Endpoint(address, node);
    }

    public void write(Path file) {
        Documents.write(file, this);
    }

    private byte[] toSign() {
        CborWriter out = new CborWriter(512)
                .array(7)
                .bytes(ledgerId)
                .text(member)
                .text(domain)
                .text(address)
                .text(node)
                .array(keys.size());
        keys.forEach(k -> out.array(3).text(k.role).bytes(k.key).bytes(k.possession));
        byte[] body = out.bytes(openLog).toBytes();
        byte[] message = Arrays.copyOf(DOMAIN, DOMAIN.length + body.length);
        System.arraycopy(body, 0, message, DOMAIN.length, body.length);
        return message;
    }

    MemberId memberId() {
        return MemberId.parse(member)
                .orElseThrow(() -> new ConsortiumException("not a member's name in the request to join: " + member));
    }

    /// The action that registers the member; refused when the request was changed on its way.
    public RegisterMember registration(LedgerId ledger) {
        if (!Arrays.equals(ledgerId, ledger.bytes())) {
            throw new ConsortiumException(member + " wants to join another ledger");
        }
        List<RegisterMember.MemberKey> read = keys.stream()
                .map(k -> new RegisterMember.MemberKey(role(k.role), key(k.key), k.possession))
                .toList();
        boolean signed = read.stream()
                .filter(k -> k.role() == KeyRole.IDENTITY)
                .anyMatch(k -> k.key().verify(toSign(), signature));
        if (!signed) {
            throw new ConsortiumException(
                    "the request of " + member + " is not signed by its identity key: ask for it again");
        }
        return new RegisterMember(memberId(), domain, read);
    }

    /// By which a person compares over the telephone what arrived.
    public String fingerprint() {
        return keys.stream()
                .filter(k -> k.role.equals(KeyRole.IDENTITY.label()))
                .map(k -> key(k.key).thumbprint().hex().substring(0, 16))
                .findFirst()
                .orElse("none");
    }

    /// The member's identity on the network of engines.
    String peerId() {
        return keys.stream()
                .filter(k -> k.role.equals(KeyRole.PEER.label()))
                .map(k -> CometNames.peerId(key(k.key)))
                .findFirst()
                .orElseThrow(() -> new ConsortiumException(member + " has no key for its engine's network"));
    }

    private static KeyRole role(String label) {
        return Arrays.stream(KeyRole.values())
                .filter(role -> role.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new ConsortiumException("not a key's role: " + label));
    }

    private static VerifyingKey key(byte[] coseKey) {
        return switch (VerifyingKey.decode(coseKey)) {
            case Result.Ok<VerifyingKey>(VerifyingKey key) -> key;
            case Result.No<VerifyingKey>(var refused) -> throw new ConsortiumException(refused.text());
        };
    }
}
