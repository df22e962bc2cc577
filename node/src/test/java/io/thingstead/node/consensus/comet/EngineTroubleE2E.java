package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.Programs;
import io.thingstead.node.consensus.comet.CometNetwork.Member;
import io.thingstead.node.storage.MemoryStore;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A member whose engine cannot run says why, tries again, and is back by itself when it can; the others go on.
class EngineTroubleE2E {
    private static final long WAIT_S = 120;

    @TempDir
    Path folder;

    private CometNetwork network;
    private Path program;
    private int devices;

    @BeforeEach
    void found() throws Exception {
        Path real = Programs.engine();
        program = Files.createSymbolicLink(folder.resolve("engine"), real);
        network = new CometNetwork(program, 4, folder, _ -> new MemoryStore());
    }

    @AfterEach
    void stop() {
        if (network != null) {
            network.close();
            assertThat(network.failures()).isEmpty();
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(50);
        }
    }

    private void goesOn(int at) throws Exception {
        var result = network.member(at)
                .engine()
                .submit(network.registration("m1:box-" + devices++))
                .get(WAIT_S, TimeUnit.SECONDS);
        assertThat(result.happened()).isTrue();
    }

    private static String trouble(Member member) {
        return member.engine().trouble().orElse("");
    }

    @Test
    void a_program_that_is_gone_is_said_and_taken_up_again_when_it_is_back() throws Exception {
        network.start();
        goesOn(3);
        Member hit = network.member(3);
        assertThat(hit.engine().trouble()).isEmpty();
        Files.delete(program);
        ProcessHandle.of(hit.enginePid()).orElseThrow().destroyForcibly();
        await("it says so: " + trouble(hit), () -> trouble(hit).contains("is gone. Put it in place with"));
        goesOn(0);
        Files.createSymbolicLink(program, Programs.engine());
        goesOn(3);
        await("no trouble any more", () -> hit.engine().trouble().isEmpty());
    }

    @Test
    void a_port_that_another_program_took_is_said_and_used_when_it_is_free() throws Exception {
        network.start();
        Member hit = network.member(2);
        hit.stop();
        int port = Integer.parseInt(hit.address.substring(hit.address.indexOf(':') + 1));
        try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            hit.restart();
            await("it says so: " + trouble(hit), () -> trouble(hit).contains("address already in use"));
            goesOn(1);
        }
        goesOn(2);
        await("no trouble any more", () -> hit.engine().trouble().isEmpty());
    }

    @Test
    void engines_that_stand_still_are_started_anew_until_the_others_are_there() throws Exception {
        List<Member> early = network.members().subList(0, 2);
        network.members().forEach(member -> member.restartAfter(8_000));
        for (Member member : early) {
            member.start();
        }
        long[] pids = {early.get(0).enginePid(), early.get(1).enginePid()};
        for (int i = 0; i < 2; i++) {
            int at = i;
            await("started anew", () -> early.get(at).enginePid() != pids[at]);
        }
        network.member(2).start();
        network.member(3).start();
        for (int i = 0; i < 4; i++) {
            goesOn(i);
        }
    }
}
