package io.thingstead.node.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.log.DeviceStream;
import io.thingstead.node.log.NumberRange;
import java.io.EOFException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every transport owes a device, over a real socket: each message gets its answer, a bad one a stable code and a
/// count, and the next good one is unharmed.
public abstract class TransportCompliance {
    /// One client's way in.
    public interface Client extends AutoCloseable {
        Reply send(byte[] frame) throws Exception;

        @Override
        void close() throws Exception;
    }

    /// What a client is told of a message.
    public sealed interface Reply {
        record Accepted() implements Reply {}

        record Refused(String code) implements Reply {}
    }

    protected static final Reply ACCEPTED = new Reply.Accepted();

    @TempDir
    Path folder;

    protected SmallNode node;

    /// Starts the transport on any free port.
    protected abstract void start() throws Exception;

    protected abstract void stop() throws Exception;

    /// As a device that proves its key where the transport has connections.
    protected abstract Client connect(SigningDevice device) throws Exception;

    /// As a device with an access token, for plain telemetry; the client sends JSON.
    protected abstract Client connect(String token) throws Exception;

    @BeforeEach
    void open() throws Exception {
        node = SmallNode.open(folder.resolve("node"));
        start();
    }

    @AfterEach
    void close() throws Exception {
        stop();
        node.close();
    }

    private DeviceStream stream(SigningDevice device) {
        return node.reader().streams(device.id()).getFirst();
    }

    /// After whatever came before, the device and another one still get through.
    private void goesOn(Client client, SigningDevice device, long n) throws Exception {
        assertThat(client.send(device.frame(n))).isEqualTo(ACCEPTED);
        assertThat(node.reader().find(device.id(), n)).isPresent();
        SigningDevice other = node.device("other");
        try (Client beside = connect(other)) {
            assertThat(beside.send(other.frame(1))).isEqualTo(ACCEPTED);
        }
    }

    private void refused(Client client, byte[] message, Refusal code) throws Exception {
        long leaves = node.reader().size();
        long counted = node.counters.refused(code);
        assertThat(client.send(message)).isEqualTo(new Reply.Refused(code.code()));
        assertThat(node.counters.refused(code)).as("counted as %s", code.code()).isEqualTo(counted + 1);
        assertThat(node.reader().size()).isEqualTo(leaves);
    }

    @Test
    void an_accepted_frame_is_in_the_log_as_it_came() throws Exception {
        for (Algorithm algorithm : Algorithm.values()) {
            SigningDevice device = node.device("box-" + algorithm.cose(), KeyRole.DEVICE, algorithm);
            byte[] frame = device.frame(1);
            try (Client client = connect(device)) {
                assertThat(client.send(frame)).isEqualTo(ACCEPTED);
            }
            long index = node.reader().find(device.id(), 1).orElseThrow();
            assertThat(node.reader().leaf(index).orElseThrow().content()).isEqualTo(frame);
        }
        assertThat(node.counters.accepted()).isEqualTo(Algorithm.values().length);
    }

    @Test
    void a_frame_with_tag_18_is_the_same_frame() throws Exception {
        SigningDevice device = node.device("box");
        byte[] frame = device.frame(1);
        byte[] tagged = new byte[frame.length + 1];
        tagged[0] = (byte) 0xd2;
        System.arraycopy(frame, 0, tagged, 1, frame.length);
        try (Client client = connect(device)) {
            assertThat(client.send(tagged)).isEqualTo(ACCEPTED);
            assertThat(client.send(frame)).isEqualTo(ACCEPTED);
        }
        assertThat(node.reader().size()).isEqualTo(1);
    }

    @Test
    void a_duplicate_is_acknowledged_again_and_stands_once() throws Exception {
        SigningDevice device = node.device("box");
        byte[] frame = device.frame(1);
        try (Client client = connect(device)) {
            assertThat(client.send(frame)).isEqualTo(ACCEPTED);
            assertThat(client.send(frame)).isEqualTo(ACCEPTED);
            goesOn(client, device, 2);
        }
        assertThat(node.reader().size()).isEqualTo(3);
        assertThat(node.counters.duplicates()).isEqualTo(1);
    }

    @Test
    void a_number_signed_twice_is_refused_and_kept_as_evidence() throws Exception {
        SigningDevice device = node.device("box");
        byte[] again = device.frame(1, 99);
        try (Client client = connect(device)) {
            assertThat(client.send(device.frame(1, 20))).isEqualTo(ACCEPTED);
            refused(client, again, Refusal.SEQUENCE_REUSED);
            goesOn(client, device, 2);
        }
        assertThat(node.reader().doubleSignings(stream(device))).singleElement().satisfies(evidence -> {
            assertThat(evidence.n()).isEqualTo(1);
            assertThat(evidence.second()).isEqualTo(again);
        });
    }

    @Test
    void a_gap_is_recorded_and_late_frames_close_it() throws Exception {
        SigningDevice device = node.device("box");
        try (Client client = connect(device)) {
            assertThat(client.send(device.frame(1))).isEqualTo(ACCEPTED);
            assertThat(client.send(device.frame(5))).isEqualTo(ACCEPTED);
            assertThat(node.reader().gaps(stream(device))).containsExactly(new NumberRange(2, 4));
            assertThat(client.send(device.frame(3))).isEqualTo(ACCEPTED);
            assertThat(node.reader().gaps(stream(device)))
                    .containsExactly(new NumberRange(2, 2), new NumberRange(4, 4));
            assertThat(client.send(device.frame(2))).isEqualTo(ACCEPTED);
            assertThat(client.send(device.frame(4))).isEqualTo(ACCEPTED);
            assertThat(node.reader().gaps(stream(device))).isEmpty();
        }
    }

    @Test
    void numbers_that_the_device_declared_as_skipped_stay_so() throws Exception {
        SigningDevice device = node.device("box");
        FrameSigner signer = device.signer();
        try (Client client = connect(device)) {
            assertThat(client.send(device.frame(1))).isEqualTo(ACCEPTED);
            assertThat(client.send(signer.sign(5, Optional.of(1L), SigningDevice.payload(20))))
                    .isEqualTo(ACCEPTED);
            assertThat(node.reader().gaps(stream(device))).isEmpty();
            refused(client, device.frame(3), Refusal.SEQUENCE_SKIPPED);
            goesOn(client, device, 6);
        }
    }

    @Test
    void a_wrong_signature_is_refused() throws Exception {
        SigningDevice device = node.device("box");
        byte[] forged = device.frame(1).clone();
        forged[forged.length - 1] ^= 1;
        try (Client client = connect(device)) {
            refused(client, forged, Refusal.SIGNATURE_INVALID);
            goesOn(client, device, 1);
        }
    }

    @Test
    void a_frame_for_another_ledger_is_refused() throws Exception {
        SigningDevice device = node.device("box");
        SigningDevice elsewhere = new SigningDevice(device.id(), device.key(), new LedgerId(new byte[32]));
        try (Client client = connect(device)) {
            refused(client, elsewhere.frame(1), Refusal.SIGNATURE_INVALID);
            goesOn(client, device, 1);
        }
    }

    @Test
    void an_unknown_key_is_refused() throws Exception {
        SigningDevice device = node.device("box");
        SigningDevice stranger = SigningDevice.of("stranger", node.ledgerId, Algorithm.ED25519);
        try (Client client = connect(device)) {
            refused(client, stranger.frame(1), Refusal.KEY_UNKNOWN);
            goesOn(client, device, 1);
        }
    }

    @Test
    void a_revoked_key_is_refused_on_a_connection_that_is_open() throws Exception {
        SigningDevice device = node.device("box");
        try (Client client = connect(device)) {
            assertThat(client.send(device.frame(1))).isEqualTo(ACCEPTED);
            node.revoke(device);
            refused(client, device.frame(2), Refusal.KEY_REVOKED);
        }
    }

    @Test
    void a_device_signs_for_no_other_device() throws Exception {
        SigningDevice device = node.device("box");
        SigningDevice other = node.device("neighbour");
        byte[] forOther = device.signer().onBehalfOf(other.id()).sign(1, SigningDevice.payload(20));
        try (Client client = connect(device)) {
            refused(client, forOther, Refusal.KEY_FOREIGN);
            goesOn(client, device, 1);
        }
    }

    @Test
    void a_gateway_signs_for_known_devices_of_its_member_only() throws Exception {
        SigningDevice gateway = node.device("gateway", KeyRole.GATEWAY, Algorithm.ED25519);
        DeviceId behind = node.device("behind").id();
        FrameSigner signer = gateway.signer();
        byte[] payload = SigningDevice.payload(20);
        try (Client client = connect(gateway)) {
            assertThat(client.send(signer.onBehalfOf(behind).sign(1, payload))).isEqualTo(ACCEPTED);
            refused(client, signer.sign(2, payload), Refusal.FRAME_HEADER);
            refused(client, signer.onBehalfOf(DeviceId.of("acme:nobody")).sign(3, payload), Refusal.DEVICE_UNKNOWN);
            refused(client, signer.onBehalfOf(DeviceId.of("other:box")).sign(4, payload), Refusal.DEVICE_FOREIGN);
            assertThat(client.send(signer.onBehalfOf(behind).sign(2, payload))).isEqualTo(ACCEPTED);
        }
    }

    @Test
    void the_members_own_keys_sign_for_no_device() throws Exception {
        SigningDevice device = node.device("box");
        try (Client client = connect(device)) {
            for (KeyRole role : List.of(KeyRole.ATTEST, KeyRole.LOG, KeyRole.NODE, KeyRole.IDENTITY)) {
                FrameSigner member = FrameSigner.of(node.ledgerId, node.keys.of(role));
                refused(client, member.onBehalfOf(device.id()).sign(1, SigningDevice.payload(20)), Refusal.KEY_FOREIGN);
            }
            goesOn(client, device, 1);
        }
    }

    @Test
    void when_the_log_is_busy_a_message_waits_or_is_sent_again() throws Exception {
        SigningDevice device = node.device("box");
        try (Client client = connect(device)) {
            for (int n = 1; n <= 3; n++) {
                node.decline(Refusal.BUSY, 4);
                Reply reply = client.send(device.frame(n));
                while (reply.equals(new Reply.Refused("busy"))) reply = client.send(device.frame(n));
                assertThat(reply).isEqualTo(ACCEPTED);
            }
            goesOn(client, device, 4);
        }
        assertThat(node.counters.refused(Refusal.BUSY)).isEqualTo(12);
        assertThat(node.reader().size()).isEqualTo(5);
        assertThat(node.counters.duplicates()).isZero();
    }

    @Test
    void what_cannot_be_stored_is_not_acknowledged() throws Exception {
        SigningDevice device = node.device("box");
        node.decline(Refusal.STORE_UNAVAILABLE, 1);
        try (Client client = connect(device)) {
            assertThat(client.send(device.frame(1))).isEqualTo(new Reply.Refused("store.unavailable"));
        } catch (EOFException e) {
            // MQTT 3.1.1 has no word for it: without an acknowledgement the device sends again.
        }
        assertThat(node.counters.refused(Refusal.STORE_UNAVAILABLE)).isEqualTo(1);
        assertThat(node.reader().size()).isZero();
        try (Client client = connect(device)) {
            goesOn(client, device, 1);
        }
    }

    @Test
    void a_token_that_was_revoked_is_refused_on_a_connection_that_is_open() throws Exception {
        String token = node.tokenDevice("sensor");
        try (Client client = connect(token)) {
            assertThat(client.send(utf8("{\"t\": 1}"))).isEqualTo(ACCEPTED);
            assertThat(node.tokens.revoke(node.tokens.list().getFirst().id())).isTrue();
            refused(client, utf8("{\"t\": 2}"), Refusal.TOKEN_INVALID);
        }
    }

    @Test
    void times_no_clock_has_are_refused() throws Exception {
        SigningDevice device = node.device("box");
        long now = System.currentTimeMillis();
        long day = 86_400_000;
        try (Client client = connect(device)) {
            for (long wrong : new long[] {now + 2 * day, 900_000_000_000L, 253_402_300_800_000L}) {
                refused(client, device.signer().sign(1, SigningDevice.payload(20, wrong)), Refusal.FRAME_TIME);
            }
            assertThat(client.send(device.signer().sign(1, SigningDevice.payload(20, now + day - 60_000))))
                    .isEqualTo(ACCEPTED);
            assertThat(client.send(device.signer().sign(2, SigningDevice.payload(20, 946_684_800_000L))))
                    .isEqualTo(ACCEPTED);
            goesOn(client, device, 3);
        }
    }

    @Test
    void negative_and_endless_times_in_a_payload_are_refused() throws Exception {
        SigningDevice device = node.device("box");
        // [{0: "t", 2: 20, 6: time}] with the time as a double (RFC 8428 §4.3)
        byte[] head = {(byte) 0x81, (byte) 0xa3, 0, 0x61, 't', 2, 0x14, 6, (byte) 0xfb};
        try (Client client = connect(device)) {
            for (double time : new double[] {-1e300, 1e300, Double.POSITIVE_INFINITY, Double.NaN, -1e12}) {
                byte[] payload = Arrays.copyOf(head, head.length + 8);
                java.nio.ByteBuffer.wrap(payload, head.length, 8).putDouble(time);
                long before = node.reader().size();
                assertThat(client.send(device.signer().sign(1, payload))).isInstanceOf(Reply.Refused.class);
                assertThat(node.reader().size()).isEqualTo(before);
            }
            goesOn(client, device, 1);
        }
    }

    @Test
    void what_is_no_frame_is_refused() throws Exception {
        SigningDevice device = node.device("box");
        byte[] good = device.frame(1);
        try (Client client = connect(device)) {
            for (byte[] malformed : List.of(
                    new byte[] {0},
                    new byte[] {(byte) 0xff, 1, 2},
                    Arrays.copyOf(good, good.length - 1),
                    Arrays.copyOf(good, good.length + 1),
                    new byte[] {(byte) 0x9f, (byte) 0x9f, (byte) 0x9f},
                    "{\"temperature\":20}".getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
                refused(client, malformed, Refusal.FRAME_MALFORMED);
            }
            refused(client, device.signer().sign(1, new byte[] {(byte) 0xf6}), Refusal.FRAME_PAYLOAD);
            goesOn(client, device, 1);
        }
    }

    @Test
    void a_frame_over_64_KiB_is_refused() throws Exception {
        SigningDevice device = node.device("box");
        byte[] large = new byte[Frame.MAX_BYTES + 2];
        large[0] = (byte) 0x84;
        try (Client client = connect(device)) {
            refused(client, large, Refusal.FRAME_TOO_LARGE);
            goesOn(client, device, 1);
        }
    }

    @Test
    void telemetry_with_a_token_is_a_frame_that_the_member_signs() throws Exception {
        String token = node.tokenDevice("sensor");
        try (Client client = connect(token)) {
            assertThat(client.send(utf8("{\"temperature\": 21.5, \"open\": true}")))
                    .isEqualTo(ACCEPTED);
            assertThat(client.send(utf8("[{\"ts\": 1700000000000, \"values\": {\"temperature\": 22}}]")))
                    .isEqualTo(ACCEPTED);
        }
        DeviceId sensor = DeviceId.of("acme:sensor");
        assertThat(node.reader().find(sensor, 1)).isPresent();
        assertThat(node.reader().find(sensor, 2)).isPresent();
    }

    @Test
    void malformed_telemetry_is_refused_and_uses_no_number() throws Exception {
        String token = node.tokenDevice("sensor");
        try (Client client = connect(token)) {
            for (String malformed : List.of(
                    "",
                    "{",
                    "[]",
                    "{}",
                    "\"text\"",
                    "{\"t\": NaN}",
                    "{\"t\": 1e999}",
                    "{\"ts\": \"now\", \"values\": {\"t\": 1}}",
                    "[".repeat(5_000) + "]".repeat(5_000),
                    "{\"t\": 1} {\"t\": 2}")) {
                refused(client, utf8(malformed), Refusal.TELEMETRY_MALFORMED);
            }
            refused(client, utf8("{\"ts\": 99999999999999, \"values\": {\"t\": 1}}"), Refusal.FRAME_TIME);
            refused(client, utf8("{\"ts\": -5, \"values\": {\"t\": 1}}"), Refusal.FRAME_TIME);
            assertThat(client.send(utf8("{\"t\": 1}"))).isEqualTo(ACCEPTED);
        }
        assertThat(node.reader().find(DeviceId.of("acme:sensor"), 1)).isPresent();
    }

    protected static byte[] utf8(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
