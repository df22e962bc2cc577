package io.thingstead.kit.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.money.Voucher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `docs/examples/agent.json`: what a wallet signs, for other kits and for strangers, made anew and compared to the
/// byte. After a wanted change, `-Dexamples.write=true` writes the file.
final class AgentExamplesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of();
    private static final LedgerId LEDGER = new LedgerId(filled(32, 0x11));
    private static final AssetId EUR = AssetId.of("home:EUR");
    private static final long T = 1_790_000_000_000L;

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Test
    void the_examples_are_what_the_kit_makes() throws IOException {
        Path file = Path.of(System.getProperty("project.root", ".."), "docs", "examples", "agent.json");
        String made = made();
        if (Boolean.getBoolean("examples.write")) {
            Files.writeString(file, made);
        }
        assertThat(Files.readString(file)).isEqualTo(made);
    }

    private static String made() throws JsonProcessingException {
        SigningKey wallet = SigningKey.fromSecret(Algorithm.ED25519, filled(32, 0x05));
        AccountId self = AccountId.of(wallet.key().thumbprint());
        AccountId home = AccountId.parse("member/home").orElseThrow();
        ObjectNode all = JSON.createObjectNode();
        all.put(
                "about",
                "What a wallet signs: docs/formats.md, sections 2 and 7. Byte strings are hex; the wallet's key is"
                        + " Ed25519, its secret the seed.");
        all.put("ledgerId", LEDGER.hex())
                .put("secret", HEX.formatHex(wallet.secret()))
                .put("account", self.value())
                .put("network", PaymentRequired.network(LEDGER));
        ObjectNode actions = all.putObject("actions");
        byte[] values = {(byte) 0x82, 0x18, (byte) 0xfa, 0x01};
        List<byte[]> list = List.of(
                WalletTransaction.transfer(self, home, EUR, 250),
                WalletTransaction.openChannel(self, home, EUR, 5_000, wallet.key(), T + 604_800_000, 600_000),
                WalletTransaction.topUpChannel(7, 300),
                WalletTransaction.closeChannel(7, null),
                WalletTransaction.takeOffer(3, values, List.of(self, home), 1, filled(32, 0x22)),
                WalletTransaction.signWay(12, "guest", "washed"));
        List<String> names = List.of("transfer", "openChannel", "topUpChannel", "closeChannel", "takeOffer", "signWay");
        for (int i = 0; i < names.size(); i++) actions.put(names.get(i), HEX.formatHex(list.get(i)));
        all.put("nonce", HEX.formatHex(filled(16, 0x33))).put("validUntil", T);
        all.put("transaction", HEX.formatHex(WalletTransaction.sign(LEDGER, filled(16, 0x33), T, list, wallet)));
        ArrayNode vouchers = all.putArray("vouchers");
        for (long amount : List.of(1L, 23L, 24L, 70_000L, (1L << 53) - 1)) {
            byte[] voucher = new Voucher(7, amount).sign(LEDGER, wallet);
            vouchers.addObject()
                    .put("channel", 7)
                    .put("amount", amount)
                    .put("voucher", HEX.formatHex(voucher))
                    .put("header", PaymentRequired.header(PaymentRequired.network(LEDGER), 7, voucher, false))
                    .put("headerAgain", PaymentRequired.header(PaymentRequired.network(LEDGER), 7, voucher, true));
        }
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentArraysWith(lines);
        printer.indentObjectsWith(lines);
        return JSON.writer(printer).writeValueAsString(all) + "\n";
    }
}
