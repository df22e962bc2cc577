package io.thingstead.node;

import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.consensus.comet.CometNames;
import io.thingstead.node.consortium.ConsortiumFile;
import io.thingstead.node.consortium.FoundingPlan;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.action.RegisterMember;
import io.thingstead.node.ledger.action.SetEndpoint;
import io.thingstead.node.ledger.action.SetMemberKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the ledger at a node's start what the other members need in order to reach it, where the ledger does not know
/// it yet: its keys for the network between members, and its addresses. Goes on trying while the ledger stands still.
final class Announcement implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Announcement.class);
    private static final List<KeyRole> OF_THE_NETWORK = List.of(KeyRole.TLS, KeyRole.PEER);
    private static final long PAUSE_MS = 5_000;

    private final MemberCore core;
    private final Path folder;
    private final NodeConfig config;
    private final Thread thread;

    private Announcement(MemberCore core, Path folder, NodeConfig config) {
        this.core = core;
        this.folder = folder;
        this.config = config;
        this.thread = Thread.ofVirtual().name("announcement").unstarted(this::run);
    }

    static Announcement start(MemberCore core, Path folder, NodeConfig config) {
        var announcement = new Announcement(core, folder, config);
        announcement.thread.start();
        return announcement;
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Optional<Refused> refused = announce();
                refused.ifPresent(r -> LOG.warn("the ledger refuses what this member says of itself: {}", r));
                return;
            } catch (RuntimeException e) {
                LOG.debug("the ledger does not decide now; trying again", e);
            }
            try {
                Thread.sleep(PAUSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Optional<Refused> announce() {
        for (KeyRole role : OF_THE_NETWORK) {
            SigningKey key = core.keys().of(role);
            if (!Objects.equals(known(role), key.key().thumbprint())) {
                byte[] possession = Possession.sign(
                        RegisterMember.subject(core.member(), role),
                        core.registrar().ledger(),
                        key);
                var action = new SetMemberKey(core.member(), new RegisterMember.MemberKey(role, key.key(), possession));
                Optional<Refused> refused =
                        core.registrar().ask(List.of(action), core.keys().of(KeyRole.IDENTITY));
                if (refused.isPresent()) {
                    return refused;
                }
                LOG.info("told the ledger this member's {} key", role.label());
            }
        }
        if (core.exchange().port() == 0) {
            return Optional.empty();
        }
        Optional<Endpoint> known = core.ledger().endpoint(core.member());
        Endpoint own = new Endpoint(
                known.map(Endpoint::engine).orElseGet(this::engineAddress),
                config.membersAddress(core.exchange().port()));
        if (known.filter(own::equals).isPresent()) {
            return Optional.empty();
        }
        Optional<Refused> refused = core.registrar().ask(List.of(new SetEndpoint(core.member(), own)));
        if (refused.isEmpty()) {
            LOG.info("told the other members to reach this one at {}", own.node());
        }
        return refused;
    }

    private @org.jspecify.annotations.Nullable Thumbprint known(KeyRole role) {
        MemberRecord record = Objects.requireNonNull(core.ledger().member(core.member()), "checked at the start");
        return record.key(role).orElse(null);
    }

    /// As the founders told each other, or where it listens.
    private String engineAddress() {
        String own = CometNames.peerId(core.keys().of(KeyRole.PEER).key());
        return ConsortiumFile.addresses(folder).stream()
                .filter(address -> address.peerId().equals(own))
                .map(FoundingPlan.Address::engine)
                .findFirst()
                .orElseGet(config::engineListen);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
