package io.thingstead.bench;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.consortium.FoundingPlan;
import io.thingstead.node.consortium.Invite;
import io.thingstead.node.consortium.JoinRequest;
import io.thingstead.node.consortium.MemberFolder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// A ledger of several members on this machine, founded the way members on machines of their own would.
///
/// @param ports where the members' engines listen for each other
/// @param memberPorts where their nodes do
record Consortium(Path folder, List<String> names, List<Integer> ports, List<Integer> memberPorts) {
    static final List<String> FOUR = List.of("m1", "m2", "m3", "m4");

    Consortium {
        names = List.copyOf(names);
        ports = List.copyOf(ports);
        memberPorts = List.copyOf(memberPorts);
    }

    static Consortium found(Path folder, List<String> names) throws IOException {
        List<Integer> free = freePorts(2 * names.size());
        Consortium consortium = new Consortium(
                folder, names, free.subList(0, names.size()), free.subList(names.size(), 2 * names.size()));
        consortium.found();
        return consortium;
    }

    /// Ports that nobody listens on now, and that the system gives to nobody who connects.
    static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = bound();
            held.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return ports;
    }

    private static ServerSocket bound() throws IOException {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            try {
                int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
                return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
            } catch (BindException e) {
                // Somebody has it: another one.
            }
        }
        throw new IOException("no free port");
    }

    Path folder(int number) {
        return folder.resolve(names.get(number));
    }

    NodeConfig config(int number) {
        return NodeConfig.DEFAULT
                .withMember(names.get(number))
                .withPorts(0, 0)
                .withEngine("127.0.0.1", ports.get(number))
                .withMembers("127.0.0.1", memberPorts.get(number));
    }

    private String address(int number) {
        return "127.0.0.1:" + ports.get(number);
    }

    private MemberFolder open(int number) {
        return MemberFolder.open(folder(number), System::currentTimeMillis);
    }

    private void found() throws IOException {
        Invite invite;
        try (MemberFolder founder = open(0)) {
            invite = founder.invite(new MemberId(names.getFirst()), names.getFirst() + ".example");
        }
        List<JoinRequest> requests = new ArrayList<>();
        for (int i = 1; i < names.size(); i++) {
            try (MemberFolder joining = open(i)) {
                requests.add(
                        joining.request(invite, new MemberId(names.get(i)), names.get(i) + ".example", address(i)));
            }
        }
        FoundingPlan plan;
        try (MemberFolder founder = open(0)) {
            plan = founder.plan(requests, address(0));
        }
        List<FoundingPlan.Approval> approvals = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            try (MemberFolder member = open(i)) {
                approvals.add(member.approve(plan, invite));
            }
        }
        for (int i = 0; i < names.size(); i++) {
            try (MemberFolder member = open(i)) {
                member.begin(plan.with(approvals), invite);
            }
        }
    }

    /// Opens something of each member, all at once: none of them is up before most of them are.
    <T> List<T> startAll(Start<T> start) throws InterruptedException {
        List<T> started = new ArrayList<>(Collections.nCopies(names.size(), null));
        List<Thread> starting = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            int number = i;
            starting.add(Thread.ofPlatform().start(() -> {
                T member = start.of(folder(number), config(number));
                synchronized (started) {
                    started.set(number, member);
                }
            }));
        }
        for (Thread thread : starting) {
            thread.join();
        }
        if (started.contains(null)) {
            throw new IllegalStateException("not all members started");
        }
        return started;
    }

    /// Opens a member's part.
    interface Start<T> {
        T of(Path folder, NodeConfig config);
    }
}
