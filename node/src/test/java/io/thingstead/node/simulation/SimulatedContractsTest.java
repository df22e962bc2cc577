package io.thingstead.node.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.frame.Summary;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.ingest.Outcome;
import io.thingstead.node.ledger.contract.ContractRecord;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What members' devices measure leads their contracts on by itself, in virtual time and without troubles: no reading
/// that counts is missed, and none counts twice.
class SimulatedContractsTest {
    private static final String WARM = "open." + SimulatedContracts.WARM_WAY;

    private final World world = World.of(new Random(7), Bugs.NONE, Conduct.HONEST, false);
    private final List<SimulatedMember> members = Founders.members().stream()
            .map(id -> new SimulatedMember(id, Founders.keys(id), Founders.disk(), world))
            .toList();
    private final ContractDealings dealings = new ContractDealings(world);
    private int logged;

    @BeforeEach
    void start() {
        members.forEach(SimulatedMember::start);
        world.time().every(20, () -> {
            members.forEach(SimulatedMember::step);
            world.invariants().throwIfBroken();
            return true;
        });
        world.time().every(1_000, () -> {
            members.forEach(SimulatedMember::anchor);
            members.forEach(SimulatedMember::watchContracts);
            return true;
        });
        world.time().run(1_000);
    }

    private SimulatedMember member(int number) {
        return members.get(number - 1);
    }

    private long nowMs() {
        return Founders.START_MS + world.time().nowMs();
    }

    private void measures(DeviceId device, long n, double celsius) {
        sends(device, n, List.of(Measurement.of(SimulatedContracts.STREAM, "Cel", celsius, nowMs())));
    }

    private void sends(DeviceId device, long n, List<Measurement> measured) {
        FrameSigner signer = FrameSigner.of(Founders.LEDGER, Founders.deviceKey(device, 0));
        byte[] frame = signer.sign(n, SenMlEncoder.encode(measured));
        SimulatedMember home = world.members().get(device.member());
        home.take(frame, outcome -> {
            assertThat(outcome).isInstanceOf(Outcome.Logged.class);
            logged++;
        });
    }

    private ContractRecord contract(long number) {
        return member(1).reader().contracts().contract(number).orElseThrow();
    }

    @Test
    void each_warm_reading_is_paid_for_once_also_over_a_restart_of_the_node() {
        DeviceId device = Founders.device(Founders.member(1), 1);
        double[] celsius = {19.9, 20.0, 25, 3, 30.5, 20.04, 0};
        for (int i = 0; i < celsius.length; i++) {
            measures(device, i + 1, celsius[i]);
            world.time().run(1_000);
        }
        world.time().run(30_000);
        assertThat(contract(1).standsAt().gone()).containsEntry(WARM, 4);
        member(1).crash("in between");
        member(1).start();
        world.time().run(5_000);
        measures(device, celsius.length + 1, 22);
        world.time().run(20_000);
        assertThat(logged).isEqualTo(celsius.length + 1);
        assertThat(contract(1).standsAt().gone()).containsEntry(WARM, 5);
        assertThat(contract(1).standsAt().held()).containsExactly(500L);
        new Ending(world, members).check();
    }

    /// Its number; two seconds are too long.
    private long coldChain(DeviceId box) {
        member(2).ask(SimulatedContracts.coldChain(box, Founders.member(3), Founders.member(4), Founders.member(1)));
        world.time().run(2_000);
        members.forEach(dealings::sign);
        world.time().run(2_000);
        long number = member(1)
                .reader()
                .contracts()
                .contracts(AccountId.of(Founders.member(2)), 1)
                .getFirst()
                .number();
        assertThat(contract(number).status()).isEqualTo(ContractRecord.Status.RUNNING);
        return number;
    }

    private void isRefused(long number, long frames) {
        world.time().run(20_000);
        assertThat(contract(number).status()).isEqualTo(ContractRecord.Status.ENDED);
        assertThat(contract(number).standsAt().state()).isEqualTo("refused");
        assertThat(contract(number).standsAt().marks().get(SimulatedContracts.STREAM))
                .isGreaterThan(frames);
    }

    @Test
    void a_run_of_more_frames_than_go_into_one_transaction_is_shown_in_parts() {
        DeviceId box = Founders.device(Founders.member(2), 2);
        long number = coldChain(box);
        for (int n = 1; n <= 120; n++) {
            measures(box, n, 9.5);
            world.time().run(20);
        }
        isRefused(number, 100);
    }

    @Test
    void a_run_of_summaries_is_shown_in_parts_like_one_of_readings() {
        DeviceId box = Founders.device(Founders.member(2), 2);
        long contract = coldChain(box);
        long number = 0;
        measures(box, 1, 5);
        for (int n = 2; n <= 120; n++) {
            world.time().run(20);
            if (n % 3 == 0) {
                sends(box, n, List.of(Measurement.of("humidity", "%RH", 50, nowMs())));
                continue;
            }
            Summary summary = new Summary(
                    SimulatedContracts.STREAM, "Cel", 8.5, 9.5, nowMs() - 19, nowMs(), number + 1, number + 20);
            number += 20;
            sends(box, n, summary.measurements());
        }
        isRefused(contract, 100);
    }

    @Test
    void one_summary_and_the_frame_before_it_are_enough() {
        DeviceId box = Founders.device(Founders.member(2), 2);
        long number = coldChain(box);
        measures(box, 1, 5);
        long from = nowMs() + 1;
        world.time().run(3_000);
        sends(box, 2, new Summary(SimulatedContracts.STREAM, "Cel", 8.5, 9.5, from, nowMs(), 2, 3_000).measurements());
        isRefused(number, 1);
    }
}
