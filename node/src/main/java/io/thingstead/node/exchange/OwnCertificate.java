package io.thingstead.node.exchange;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.tls.Credential;
import io.thingstead.node.tls.SelfSigned;
import java.util.List;

/// The certificate that carries a member's TLS key: signed by itself, made at each start, without end (RFC 5280
/// §4.1.2.5). It vouches for nothing; whose key it is says the ledger.
final class OwnCertificate {
    private static final String BEGINS = "20000101000000Z";
    private static final String NEVER_ENDS = "99991231235959Z";

    private OwnCertificate() {}

    static Credential of(MemberId member, SigningKey key) {
        return new SelfSigned(member.value(), 1, BEGINS, NEVER_ENDS, List.of()).by(key);
    }
}
