package io.thingstead.kit.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A node that answers a claim with anything at all: it is read as what it is, or refused.
class ClaimAnswersFuzz {
    private static final int ROUNDS = 20_000;

    private final Random random = Seeded.random(ClaimAnswersFuzz.class);
    private final LedgerId ledger = new LedgerId(Seeded.bytes(random, 32));
    private final SigningKey member = SigningKey.generate(Algorithm.ED25519);

    private byte[] answer() {
        String log = new NoteKey(
                        "acme.example/" + ledger.hex().substring(0, 8) + "/1",
                        member.key().point())
                .text();
        return ("{\"device\":\"acme:box\",\"ledger\":\"" + ledger.hex() + "\",\"logKey\":\"" + log
                        + "\",\"memberKey\":\""
                        + HexFormat.of().formatHex(member.key().coseKey())
                        + "\",\"expiresMs\":1700000000000}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void an_answer_tells_who_the_device_is_and_whose_keys_it_knows() {
        var made = (Claim.Made) ClaimRequests.read(201, answer());
        assertThat(made.device()).isEqualTo(DeviceId.of("acme:box"));
        assertThat(made.ledger()).isEqualTo(ledger);
        assertThat(made.logs().orElseThrow().key()).isEqualTo(member.key());
        assertThat(made.memberKey()).isEqualTo(member.key());
    }

    @Test
    void a_refusal_keeps_its_code() {
        byte[] problem = "{\"status\":401,\"code\":\"claim.invalid\",\"detail\":\"no such claim code\"}"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(ClaimRequests.read(401, problem))
                .isEqualTo(new Claim.Refused("claim.invalid", "no such claim code"));
        assertThat(ClaimRequests.read(502, new byte[0]))
                .isEqualTo(new Claim.Refused("request.malformed", "the node answered with status 502"));
    }

    @Test
    void whatever_comes_is_an_answer_or_a_refusal() {
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            int status = random.nextBoolean() ? 201 : 400;
            if (ClaimRequests.read(status, Mutations.of(answer(), random)) instanceof Claim.Refused no) {
                assertThat(no.code()).matches("[a-z.-]{1,64}");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(ROUNDS / 2);
    }
}
