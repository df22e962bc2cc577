"""`python -m thingstead`: claim a name, send a reading, or make or show a key, from the shell."""

from __future__ import annotations

import argparse
import base64
import re
import sys
import time

from . import Answer, CommandMark, CommandTaker, Device, FrameBuffer, FrameSigner, HttpLink, Key, MqttLink, Summary, measurement
from .agent import Agent, AgentBook, AgentRefused, HostNode, SpendingLimit
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


_SUMMARY = re.compile(
    r"(?P<name>[^=]+)=(?P<min>[^:,]+?)\.\.(?P<max>[^:,]+)(:(?P<unit>[^,]+))?"
    r",from=(?P<from>[0-9]+),to=(?P<to>[0-9]+),first=(?P<first>[0-9]+),last=(?P<last>[0-9]+)"
)


def _summary(text: str) -> Summary:
    said = _SUMMARY.fullmatch(text)
    if not said:
        raise argparse.ArgumentTypeError("a summary is NAME=MIN..MAX[:UNIT],from=MS,to=MS,first=N,last=N")
    try:
        return Summary(
            said["name"], said["unit"], float(said["min"]), float(said["max"]), *(int(said[k]) for k in ("from", "to", "first", "last"))
        )
    except ValueError as e:
        raise argparse.ArgumentTypeError(str(e)) from None


def _send(args) -> int:
    measurements = [m for summary in args.summary for m in summary.measurements()] + args.readings
    if not measurements:
        print("nothing to send: name readings, or a --summary", file=sys.stderr)
        return 2
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
    n = device.measured(measurements)
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


def _limit(text: str) -> SpendingLimit:
    asset, *numbers = text.rsplit(":", 3)
    if len(numbers) != 3 or not all(n.isdigit() for n in numbers):
        raise argparse.ArgumentTypeError("a limit is ASSET:PER_DAY:AT_ONCE:DEPOSIT in the asset's smallest unit")
    return SpendingLimit(asset, *(int(n) for n in numbers))


def _agent(args) -> Agent:
    host = HostNode(args.node, args.api_key)
    return Agent(host, Key.load_or_make(args.wallet), AgentBook(args.book or args.wallet + ".book"), args.limit)


def _buy(args) -> int:
    """Asks for what is at an address as often as wanted, and pays for each answer where payment is required."""
    agent = _agent(args)
    try:
        for _ in range(args.times):
            answer = agent.get(args.url)
            print(answer.body.decode("utf-8", "replace"))
            if answer.status != 200:
                print(f"HTTP status {answer.status}", file=sys.stderr)
                return 1
    except (AgentRefused, OSError) as e:
        print(e, file=sys.stderr)
        return 1
    finally:
        for limit in args.limit:
            print(f"spent today: {agent.spent_today(limit.asset)} of {limit.asset}", file=sys.stderr)
    return 0


def _offers(args) -> int:
    try:
        offers = _agent(args).find(args.kind, near=args.near, asset=args.asset, at_most=args.at_most)
    except (AgentRefused, OSError) as e:
        print(e, file=sys.stderr)
        return 1
    for offer in offers:
        where = offer.get("url") or f"by contract {offer['contract'][:16]}"
        print(f"{offer['number']} {offer['kind']} {offer['price']} {offer['asset']} per {offer['per']} {where}")
    return 0


def _take(args) -> int:
    try:
        print("contract", _agent(args).take(args.offer, dict(args.set)))
    except (AgentRefused, OSError) as e:
        print(e, file=sys.stderr)
        return 1
    return 0


def _pair(text: str):
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("NAME=VALUE")
    return name, value


def _wallet(command) -> None:
    command.add_argument("--node", required=True, help="the node that hosts the wallet, http://host:port")
    command.add_argument("--wallet", required=True, help="PEM file with the wallet's private key")
    command.add_argument("--book", help="file of what was spent and promised (default: WALLET.book)")
    command.add_argument("--api-key", help="with the scope read, where the node asks for one")
    command.add_argument(
        "--limit",
        action="append",
        type=_limit,
        default=[],
        metavar="ASSET:PER_DAY:AT_ONCE:DEPOSIT",
        help="what may be spent, in the asset's smallest unit; without one nothing is",
    )


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
    send.add_argument(
        "--summary",
        action="append",
        type=_summary,
        default=[],
        metavar="NAME=MIN..MAX[:UNIT],from=MS,to=MS,first=N,last=N",
        help="what all measurements of a reading came to; times in milliseconds since 1970",
    )
    send.add_argument("readings", nargs="*", default=[], type=_reading, metavar="NAME=VALUE[:UNIT]")
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
    buy = commands.add_parser("buy", help="ask for what is at an address, and pay for it by the request")
    buy.add_argument("url")
    buy.add_argument("--times", type=int, default=1, help="how often")
    _wallet(buy)
    buy.set_defaults(run=_buy)
    offers = commands.add_parser("offers", help="look for offers")
    offers.add_argument("kind", nargs="?", help="this kind, and what is more special")
    offers.add_argument("--near", help="latitude,longitude")
    offers.add_argument("--asset", help="member:CODE")
    offers.add_argument("--at-most", help="the price, decimal; with --asset")
    _wallet(offers)
    offers.set_defaults(run=_offers)
    take = commands.add_parser("take", help="take an offer by its contract")
    take.add_argument("offer", type=int)
    take.add_argument("--set", action="append", type=_pair, default=[], metavar="NAME=VALUE", help="an open term")
    _wallet(take)
    take.set_defaults(run=_take)
    keygen = commands.add_parser("keygen", help="make a key")
    keygen.add_argument("file")
    keygen.set_defaults(run=_keygen)
    args = parser.parse_args()
    return args.run(args)


if __name__ == "__main__":
    sys.exit(main())
