package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.MemberSet;
import io.thingstead.kit.proof.SoloCertificate;
import io.thingstead.kit.proof.SoloHeader;
import io.thingstead.node.Programs;
import io.thingstead.node.consensus.EngineCompliance;
import io.thingstead.node.consensus.EngineKeys;
import io.thingstead.node.consensus.MemberKeys;
import io.thingstead.node.consensus.StoredLedger;
import io.thingstead.node.ledger.EraRecord;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.storage.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// A real CometBFT with one member keeps the promises of the seam.
class CometEngineTest extends EngineCompliance {
    private static final long EMPTY_MS = 300;
    private static Path program;

    @TempDir
    Path home;

    private final SigningKey peerKey = SigningKey.generate(Algorithm.ED25519);

    @BeforeAll
    static void engine() {
        program = Programs.engine();
    }

    @Override
    protected Running start(Store store, MemberKeys keys, Consumer<Throwable> onFailure) {
        StoredLedger ledger = StoredLedger.open(store);
        if (ledger.info().era().engine().equals(EraRecord.SOLO)) {
            EraRecord next = next(ledger, keys);
            FirstVotes.begin(home.resolve("engine"), EngineKeys.of(keys.of(KeyRole.ENGINE)), next.chainId());
            ledger.startEra(next);
        }
        var settings = new CometSettings(program, home.resolve("engine"), "127.0.0.1:0", List.of(), EMPTY_MS, 300, 0);
        CometEngine engine = new CometEngine(
                ledger,
                settings,
                new MemberId("acme"),
                keys.of(KeyRole.NODE),
                EngineKeys.of(keys.of(KeyRole.ENGINE)),
                peerKey,
                peer -> false,
                System::currentTimeMillis,
                onFailure);
        engine.start();
        return new Running(engine, ledger);
    }

    private static EraRecord next(StoredLedger ledger, MemberKeys keys) {
        var info = ledger.info();
        byte[] header = ledger.blocks().block(info.height()).orElseThrow().header();
        ledger.certify(info.height(), SoloHeader.decode(header).orThrow().sign(keys.of(KeyRole.ENGINE)));
        var member = new EraMember(new MemberId("acme"), keys.of(KeyRole.ENGINE).key(), 1);
        return new EraRecord(
                2,
                EraRecord.COMET,
                EraRecord.chainId(info.ledger(), 2),
                info.height() + 1,
                ledger.reader().head().eventsSize(),
                info.appHash(),
                List.of(member));
    }

    @Override
    protected boolean isRight(Certificate certificate, EraRecord era) {
        return switch (certificate) {
            case CometCertificate comet -> new MemberSet(era.forTrust().members()).certifies(comet, era.chainId());
            // The block of the era before.
            case SoloCertificate solo ->
                solo.header().isSignedBy(era.members().getFirst().engineKey(), solo.signature());
        };
    }
}
