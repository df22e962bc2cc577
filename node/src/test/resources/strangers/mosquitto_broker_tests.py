"""Runs cases of mosquitto's own tests of brokers (`test/broker` of its source), which compare packets byte by byte,
against a node instead of the broker that they would start. Arguments: the folder of that source, the port, access tokens
of as many devices as cases may run beside each other, with commas between them, and the cases to run; without any it names all that there are. A case is a file, for each version of MQTT that
it names. Says in lines: `<case>: passed`, or `<case>: failed: <why>`.

What differs from what the cases write: who names nobody is the device with the token; what is published is published to
the topic for telemetry, as JSON; what is subscribed to is that device's attributes; of a CONNACK in MQTT 5 flags and
code are compared, of a DISCONNECT the code, for each broker has properties of its own."""

import concurrent.futures
import itertools
import os
import queue
import re
import subprocess
import sys

TELEMETRY = "v1/devices/me/telemetry"
ATTRIBUTES = "v1/devices/me/attributes"
PER_VERSION = re.compile(r"^do_test\((?:proto_ver=)?([45])\)\s*$", re.M)
VERSIONS = {"4": "3.1.1", "5": "5"}
SECONDS = 15

source, port, tokens, *wanted = sys.argv[1:]
folder = os.path.join(source, "test", "broker")


class Elsewhere:
    """The broker runs already, and does not end with a case."""

    def terminate(self):
        pass

    kill = wait = terminate

    def poll(self):
        return None

    def communicate(self, *_, **__):
        return b"", b""


def cases():
    for file in sorted(os.listdir(folder)):
        if re.fullmatch(r"\d\d-.*\.py", file) and not file.endswith("-helper.py"):
            text = open(os.path.join(folder, file)).read()
            found = sorted(set(PER_VERSION.findall(text)))
            yield from [f"{file[:-3]} {VERSIONS[each]}" for each in found] if len(found) > 1 else [file[:-3]]


def adapt(mosq_test):
    original = {name: getattr(mosq_test, name) for name in ("gen_connect", "gen_publish", "gen_subscribe", "expect_packet")}

    def gen_connect(client_id, *more, **named):
        if named.get("username") is None and named.get("password") is None:
            named["username"] = tokens
        return original["gen_connect"](client_id, *more, **named)

    def gen_publish(topic, qos, payload=None, *more, **named):
        return original["gen_publish"](TELEMETRY, qos, '{"a": 1}', *more, **named)

    def gen_subscribe(mid, topic, *more, **named):
        return original["gen_subscribe"](mid, ATTRIBUTES, *more, **named)

    def rest(sock, got):
        length = got[1] if len(got) == 2 else 0
        while len(got) < 2 + length:
            more = sock.recv(2 + length - len(got))
            if not more:
                break
            got += more
        return got

    def expect_packet(sock, name, expected):
        kind = expected[:1]
        if kind == b"\x20" and len(expected) > 4:
            return match(name, rest(sock, sock.recv(2))[:4], expected[:4], 2)
        if kind == b"\xe0" and len(expected) > 2:
            return match(name, rest(sock, sock.recv(2))[:3], expected[:3], 2)
        return original["expect_packet"](sock, name, expected)

    def match(name, got, expected, first):
        if got[:1] == expected[:1] and got[first:] == expected[first:]:
            return True
        print(f"FAIL: {name}: {got.hex()} and not {expected.hex()}")
        raise mosq_test.TestError

    mosq_test.gen_connect, mosq_test.gen_publish, mosq_test.gen_subscribe = gen_connect, gen_publish, gen_subscribe
    mosq_test.expect_packet = expect_packet
    mosq_test.start_broker = lambda *_, **__: Elsewhere()
    mosq_test.get_port = lambda count=1: int(port) if count == 1 else (int(port),) * count


def run_here(case):
    """In a process of its own: the case ends it with 0 when it passed."""
    file, _, version = case.partition(" ")
    path = os.path.join(folder, file + ".py")
    text = open(path).read()
    if version:
        text = PER_VERSION.sub(lambda call: call.group() if VERSIONS[call.group(1)] == version else "", text)
    os.chdir(folder)
    sys.path[:0] = [folder, os.path.dirname(folder)]
    sys.argv = [path, port]
    import mosq_test

    adapt(mosq_test)
    exec(compile(text, path, "exec"), {"__name__": "__main__", "__file__": path})


def run(cases):
    """Those of one file one after another: they have one client id."""
    token = free.get()
    try:
        return [f"{case}: {result(case, token)}" for case in cases]
    finally:
        free.put(token)


def result(case, token):
    try:
        process = subprocess.run(
            [sys.executable, __file__, source, port, token, "--here", case],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return "failed: it waits for something"
    said = process.stdout.decode(errors="replace").strip().splitlines()
    why = next((line for line in said if line.startswith("FAIL")), said[-1] if said else str(process.returncode))
    return "passed" if process.returncode == 0 else f"failed: {why[:160]}"


if wanted[:1] == ["--here"]:
    run_here(wanted[1])
    sys.exit(0)
elif not wanted:
    print("\n".join(cases()))
else:
    free = queue.Queue()
    for each in tokens.split(","):
        free.put(each)
    with concurrent.futures.ThreadPoolExecutor(free.qsize()) as pool:
        files = [list(each) for _, each in itertools.groupby(wanted, lambda case: case.partition(" ")[0])]
        for lines in pool.map(run, files):
            print("\n".join(lines), flush=True)
