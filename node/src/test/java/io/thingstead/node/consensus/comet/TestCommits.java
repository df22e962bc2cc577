package io.thingstead.node.consensus.comet;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.CometHeader;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.SignedVotes;
import io.thingstead.node.ledger.TestLedger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/// Commits of blocks as the first members of a [TestLedger] sign them, without an engine.
public final class TestCommits {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private TestCommits() {}

    /// A block of these voters, signed by the first so many of them.
    public static CometCertificate signed(
            String chainId, MemberSet voters, long at, byte[] lastBlock, byte[] state, int signing) {
        byte[] some = Sha256.of(new byte[] {1});
        var header = new CometHeader(
                11,
                0,
                chainId,
                at,
                1_800_000_000 + at,
                5_000_000,
                lastBlock,
                1,
                some,
                some,
                some,
                voters.hash(),
                voters.hash(),
                some,
                state,
                some,
                new byte[0],
                MemberSet.address(voters.members().getFirst().engineKey()));
        var about = SignedVotes.about(header, 0, some);
        List<CometCertificate.Vote> votes = new ArrayList<>();
        for (int place = 0; place < signing; place++) {
            votes.add(SignedVotes.vote(about, place, header.blockTime() + 20, signer(voters, place)));
        }
        return SignedVotes.with(about, votes);
    }

    private static SigningKey signer(MemberSet voters, int place) {
        return IntStream.rangeClosed(1, 4)
                .mapToObj(i -> TestLedger.key(i, KeyRole.ENGINE))
                .filter(key -> key.key().equals(voters.members().get(place).engineKey()))
                .findFirst()
                .orElseThrow();
    }

    /// As CometBFT answers `commit`.
    public static byte[] json(CometCertificate certificate) {
        CometHeader of = certificate.header();
        ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", -1);
        ObjectNode signed = answer.putObject("result").putObject("signed_header");
        ObjectNode header = signed.putObject("header");
        header.putObject("version").put("block", String.valueOf(of.versionBlock()));
        header.put("chain_id", of.chainId()).put("height", String.valueOf(of.height()));
        header.put("time", Instant.ofEpochSecond(of.seconds(), of.nanos()).toString());
        ObjectNode last = header.putObject("last_block_id").put("hash", HEX.formatHex(of.lastBlockHash()));
        last.putObject("parts").put("total", of.lastPartsTotal()).put("hash", HEX.formatHex(of.lastPartsHash()));
        header.put("last_commit_hash", HEX.formatHex(of.lastCommitHash()));
        header.put("data_hash", HEX.formatHex(of.dataHash()));
        header.put("validators_hash", HEX.formatHex(of.validatorsHash()));
        header.put("next_validators_hash", HEX.formatHex(of.nextValidatorsHash()));
        header.put("consensus_hash", HEX.formatHex(of.consensusHash()));
        header.put("app_hash", HEX.formatHex(of.appHash()));
        header.put("last_results_hash", HEX.formatHex(of.lastResultsHash()));
        header.put("evidence_hash", HEX.formatHex(of.evidenceHash()));
        header.put("proposer_address", HEX.formatHex(of.proposerAddress()));
        ObjectNode commit = signed.putObject("commit").put("round", certificate.round());
        ObjectNode id = commit.putObject("block_id").put("hash", HEX.formatHex(certificate.headerHash()));
        id.putObject("parts")
                .put("total", certificate.partsTotal())
                .put("hash", HEX.formatHex(certificate.partsHash()));
        var signatures = commit.putArray("signatures");
        for (CometCertificate.Vote vote : certificate.votes()) {
            signatures
                    .addObject()
                    .put("block_id_flag", 2)
                    .put(
                            "timestamp",
                            Instant.ofEpochSecond(vote.seconds(), vote.nanos()).toString())
                    .put("signature", Base64.getEncoder().encodeToString(vote.signature()));
        }
        try {
            return JSON.writeValueAsBytes(answer);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
