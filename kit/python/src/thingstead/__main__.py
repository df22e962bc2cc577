"""`python -m thingstead`: claim a name, send a reading, or make or show a key, from the shell."""

from __future__ import annotations

import argparse
import base64
import sys
import time

from . import Answer, CommandMark, CommandTaker, Device, FrameBuffer, FrameSigner, HttpLink, Key, MqttLink, measurement
from .claims import ClaimRefused, claim
from .commands import EXECUTED
from .frames import possession


def _reading(text: str):
    name, _, rest = text.partition("=")
    value, _, unit = rest.partition(":")
    if not name or not value:
        raise argparse.ArgumentTypeError("a reading is NAME=VALUE or NAME=VALUE:UNIT")
    if value in ("true", "false"):
        parsed = value == "true"
    else:
        try:
            parsed = float(value)
        except ValueError:
            parsed = value
    return measurement(name, parsed, unit or None)


def _send(args) -> int:
    key = Key.load(args.key)
    ledger = bytes.fromhex(args.ledger)
    if args.mqtt:
        host, _, port = args.mqtt.partition(":")
        link = MqttLink(host, int(port or 1883), args.device, ledger, key)
    else:
        link = HttpLink(args.http)
    refused = []
    device = Device(
        FrameSigner(ledger, key),
        FrameBuffer(args.buffer or args.key + ".frames"),
        link,
        on_accepted=lambda a: print(f"frame {a.n} accepted" + (f" at index {a.promise['index']}" if a.promise else "")),
        on_refused=refused.append,
    )
    n = device.measured(args.readings)
    if n is None:
        print("the buffer is full: nothing was measured", file=sys.stderr)
        return 1
    deadline = time.monotonic() + args.timeout
    while device.waiting() and time.monotonic() < deadline:
        device.pump()
        time.sleep(0.02)
    for refusal in refused:
        print(f"frame {refusal.n} refused: {refusal.code}: {refusal.text}", file=sys.stderr)
    if device.waiting():
        print(f"{device.waiting()} frames wait on disk and are sent with the next call", file=sys.stderr)
    return 1 if refused or device.waiting() else 0


def _obey(args) -> int:
    """Says each command that comes, and answers that it was executed with its params."""
    key = Key.load(args.key)
    ledger = bytes.fromhex(args.ledger)
    host, _, port = args.mqtt.partition(":")
    done = []

    def execute(command):
        print(f"command {command.number}: {command.name} {command.params_json}", flush=True)
        done.append(command.number)
        return Answer(EXECUTED, {command.name: command.params})

    mark = CommandMark(args.key + ".commands")
    taker = CommandTaker(ledger, args.device, [bytes.fromhex(args.member_key)], mark, execute, lambda why: print(why, file=sys.stderr))
    link = MqttLink(host, int(port or 1883), args.device, ledger, key, on_command=taker.received)
    device = Device(FrameSigner(ledger, key), FrameBuffer(args.buffer or args.key + ".frames"), link)
    device.answer(taker)
    while len(done) < args.count or device.waiting():
        device.pump()
        time.sleep(0.02)
    link.close()
    return 0


def _keygen(args) -> int:
    key = Key.generate()
    key.save(args.file)
    print("COSE_Key", key.cose_key.hex())
    print("thumbprint", key.thumbprint.hex())
    return 0


def _possession(args) -> int:
    key = Key.load_or_make(args.key)
    proof = possession(args.device, bytes.fromhex(args.ledger), key)
    print("public key", key.cose_key.hex())
    print("possession", base64.urlsafe_b64encode(proof).rstrip(b"=").decode("ascii"))
    return 0


def _claim(args) -> int:
    try:
        claimed = claim(args.node, args.code, Key.load_or_make(args.key))
    except ClaimRefused as e:
        print(e, file=sys.stderr)
        return 1
    except OSError as e:
        print(f"no answer from {args.node}: {e}", file=sys.stderr)
        return 1
    print("device", claimed.device)
    print("ledger", claimed.ledger.hex())
    print("log key", claimed.log_key)
    print("member key", claimed.member_key.hex())
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="thingstead", description="A device of Thingstead, from the shell.")
    commands = parser.add_subparsers(required=True)
    send = commands.add_parser("send", help="sign readings and send them")
    send.add_argument("--device", required=True, help="member:name")
    send.add_argument("--key", required=True, help="PEM file with the device's private key")
    send.add_argument("--ledger", required=True, help="the ledger's id, 64 hex digits")
    way = send.add_mutually_exclusive_group(required=True)
    way.add_argument("--http", help="the node, http://host:port")
    way.add_argument("--mqtt", help="the node, host:port")
    send.add_argument("--buffer", help="file for frames that wait (default: KEY.frames)")
    send.add_argument("--timeout", type=float, default=20, help="seconds to wait for the acknowledgement")
    send.add_argument("readings", nargs="+", type=_reading, metavar="NAME=VALUE[:UNIT]")
    send.set_defaults(run=_send)
    obey = commands.add_parser("obey", help="take commands and answer that they were executed")
    obey.add_argument("--device", required=True, help="member:name")
    obey.add_argument("--key", required=True, help="PEM file with the device's private key")
    obey.add_argument("--ledger", required=True, help="the ledger's id, 64 hex digits")
    obey.add_argument("--member-key", required=True, help="the member's node key, in hex as device add prints it")
    obey.add_argument("--mqtt", required=True, help="the node, host:port")
    obey.add_argument("--buffer", help="file for receipts that wait (default: KEY.frames)")
    obey.add_argument("--count", type=int, default=1, help="how many commands to take")
    obey.set_defaults(run=_obey)
    claim_ = commands.add_parser("claim", help="take a prepared name with the code that was given for it")
    claim_.add_argument("node", help="the node, http://host:port")
    claim_.add_argument("code")
    claim_.add_argument("--key", required=True, help="PEM file with the device's private key; made where there is none")
    claim_.set_defaults(run=_claim)
    possession_ = commands.add_parser("possession", help="show a key and the proof that one has it, to register it")
    possession_.add_argument("--device", required=True, help="member:name")
    possession_.add_argument("--key", required=True, help="PEM file with the private key; made where there is none")
    possession_.add_argument("--ledger", required=True, help="the ledger's id, 64 hex digits")
    possession_.set_defaults(run=_possession)
    keygen = commands.add_parser("keygen", help="make a key")
    keygen.add_argument("file")
    keygen.set_defaults(run=_keygen)
    args = parser.parse_args()
    return args.run(args)


if __name__ == "__main__":
    sys.exit(main())
