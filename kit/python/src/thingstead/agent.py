"""A program with a wallet: it finds offers, takes them by contract, and pays for requests one by one (HTTP 402). Its
limits are kept before anything is signed."""

from __future__ import annotations

import base64
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Callable, Dict, List, Optional

from . import wallet
from .frames import MAX_NUMBER
from .keys import Key

DAY_MS = 86_400_000
CHANNEL_MS = 7 * DAY_MS
WINDOW_MS = 600_000
VALID_MS = 120_000
MOST_BYTES = 1 << 20
MOST_ROUNDS = 5


class AgentRefused(Exception):
    """Refused, with a stable code: by the agent's own limits, the node, the ledger or a seller."""

    def __init__(self, code: str, text: str):
        super().__init__(f"{code}: {text}")
        self.code = code


@dataclass(frozen=True)
class SpendingLimit:
    """What may be spent of an asset, in its smallest unit: in a day (UTC), at once, and put into a channel at a time.
    Of an asset without a limit nothing is spent."""

    asset: str
    per_day: int
    at_once: int
    deposit: int

    def __post_init__(self):
        numbers = (self.per_day, self.at_once, self.deposit)
        if not all(1 <= n <= MAX_NUMBER for n in numbers) or self.at_once > self.per_day:
            raise ValueError("at once is from 1 up to what is allowed a day")


@dataclass(frozen=True)
class _Channel:
    """signed: the highest amount that a voucher was signed over; confirmed: what the payee has said it took; pending:
    what was asked for with the last voucher, until it was answered."""

    ledger: str
    payee: str
    asset: str
    number: int
    deposit: int
    signed: int = 0
    confirmed: int = 0
    pending: Optional[str] = None


class AgentBook:
    """What an agent has spent and promised, in a file that is synced before anything in it is signed."""

    def __init__(self, path: str):
        self._path = path
        self._spent: Dict[str, List[int]] = {}
        self.channels: List[_Channel] = []
        if os.path.exists(path):
            with open(path, "rb") as file:
                kept = json.loads(file.read(MOST_BYTES))
            if kept["version"] != 1:
                raise ValueError(f"{path} is an agent's book of another version")
            self._spent = {asset: [int(day), int(amount)] for asset, (day, amount) in kept["spent"].items()}
            self.channels = [_Channel(**channel) for channel in kept["channels"]]

    def spent(self, asset: str, now_ms: int) -> int:
        day, amount = self._spent.get(asset, (0, 0))
        return amount if day == now_ms // DAY_MS else 0

    def spend(self, asset: str, more: int, now_ms: int) -> None:
        """Counts what is about to be signed, and keeps it."""
        self._spent[asset] = [now_ms // DAY_MS, self.spent(asset, now_ms) + more]
        self._keep()

    def channel(self, ledger: str, payee: str, asset: str) -> Optional[_Channel]:
        wanted = (ledger, payee, asset)
        return next((c for c in self.channels if (c.ledger, c.payee, c.asset) == wanted), None)

    def knows(self, ledger: str, number: int) -> bool:
        return any(c.ledger == ledger and c.number == number for c in self.channels)

    def put(self, channel: _Channel) -> None:
        self._replace(channel)
        self._keep()

    def promise(self, channel: _Channel, more: int, now_ms: int) -> None:
        """What a voucher is about to be signed over, with what is spent by it: kept together."""
        self._replace(channel)
        self.spend(channel.asset, more, now_ms)

    def forget(self, channel: _Channel) -> None:
        self.channels = [c for c in self.channels if not (c.ledger == channel.ledger and c.number == channel.number)]
        self._keep()

    def _replace(self, channel: _Channel) -> None:
        others = [c for c in self.channels if not (c.ledger == channel.ledger and c.number == channel.number)]
        self.channels = [channel] + others

    def _keep(self) -> None:
        kept = {"version": 1, "spent": self._spent, "channels": [vars(c) for c in self.channels]}
        partial = self._path + ".partial"
        with open(partial, "wb") as file:
            file.write(json.dumps(kept).encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        # A crash here leaves the book as it was: what is in the new one was not signed yet.
        os.replace(partial, self._path)
        folder = os.open(os.path.dirname(os.path.abspath(self._path)), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@dataclass(frozen=True)
class Answer:
    """What came over HTTP."""

    status: int
    body: bytes
    headers: Dict[str, str]


@dataclass(frozen=True)
class _Price:
    code: str
    network: str
    amount: int
    pay_to: str
    asset: str
    paid: int


def _http(url: str, data: Optional[bytes] = None, headers: Optional[dict] = None, timeout: float = 60) -> Answer:
    request = urllib.request.Request(url, data=data, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return Answer(response.status, response.read(), {k.lower(): v for k, v in response.headers.items()})
    except urllib.error.HTTPError as e:
        with e:
            return Answer(e.code, e.read(), {k.lower(): v for k, v in e.headers.items()})


class HostNode:
    """The node that hosts a wallet: it tells what is on the ledger, and hands in what the wallet signed. `api_key` has
    the scope `read`; None where the node lets this machine in without."""

    def __init__(self, address: str, api_key: Optional[str] = None):
        self._address = address.rstrip("/")
        self._headers = {} if api_key is None else {"Authorization": "Bearer " + api_key}
        self._ledger: Optional[bytes] = None

    @property
    def ledger(self) -> bytes:
        if self._ledger is None:
            self._ledger = bytes.fromhex(self.get("/api/status")["ledger"]["id"])
        return self._ledger

    def get(self, path: str) -> dict:
        return self._answer(_http(self._address + path, headers=self._headers))

    def post(self, path: str, body: dict) -> dict:
        headers = dict(self._headers, **{"Content-Type": "application/json"})
        return self._answer(_http(self._address + path, json.dumps(body).encode("utf-8"), headers))

    def submit(self, transaction: bytes) -> dict:
        """Hands in a transaction and waits until the ledger has decided."""
        headers = dict(self._headers, **{"Content-Type": "application/cbor"})
        return self._answer(_http(self._address + "/api/transactions", transaction, headers, timeout=150))

    @staticmethod
    def _answer(answer: Answer) -> dict:
        try:
            said = json.loads(answer.body)
        except ValueError:
            raise OSError(f"the node answers {answer.status} without JSON") from None
        if answer.status != 200:
            raise AgentRefused(str(said.get("code", "request.malformed")), str(said.get("detail", "")))
        return said


class Agent:
    """Finds, takes and pays with one wallet key. One thread at a time."""

    def __init__(
        self,
        node: HostNode,
        key: Key,
        book: AgentBook,
        limits: List[SpendingLimit],
        now_ms: Callable[[], int] = lambda: int(time.time() * 1000),
    ):
        self._node = node
        self._key = key
        self._book = book
        self._limits = {limit.asset: limit for limit in limits}
        self._now_ms = now_ms
        self._prices: Dict[str, _Price] = {}
        self.account = wallet.account_of(key)

    def spent_today(self, asset: str) -> int:
        """What it has signed for today."""
        return self._book.spent(asset, self._now_ms())

    def find(
        self,
        kind: Optional[str] = None,
        near: Optional[str] = None,
        radius_m: int = 50_000,
        asset: Optional[str] = None,
        at_most: Optional[str] = None,
    ) -> List[dict]:
        """Offers that fit and are free, as the node says them: the nearest first, or the cheapest."""
        asked = {"limit": "200", "free": "true", "sort": "price" if near is None else "distance"}
        if kind is not None:
            asked["kind"] = kind
        if near is not None:
            asked.update(near=near, radius=str(radius_m))
        if asset is not None:
            asked["asset"] = asset
        if at_most is not None:
            asked["atMost"] = at_most
        return self._node.get("/api/offers?" + urllib.parse.urlencode(asked))["offers"]

    def _ask(self, action: bytes) -> dict:
        now = max(self._now_ms(), self._node.get("/api/status")["ledger"]["blockTime"])
        nonce = os.urandom(wallet.NONCE_BYTES)
        return self._node.submit(wallet.transaction(self._node.ledger, nonce, now + VALID_MS, [action], self._key))

    def take(self, offer: int, values: Optional[Dict[str, str]] = None) -> int:
        """Takes an offer by its contract, for the wallet; the contract's number."""
        asked = {"taker": self.account, "values": values or {}}
        prepared = self._node.post(f"/api/offers/{int(offer)}/prepare", asked)
        self._lock(prepared["locks"])
        action = wallet.take_offer(
            int(offer),
            _unb64(prepared["values"]),
            [str(a) for a in prepared["accounts"]],
            int(prepared["renderer"]),
            bytes.fromhex(prepared["textHash"]),
        )
        return _numbered(self._ask(action), "offer-taken", "contract/")

    def _lock(self, locks: List[dict]) -> None:
        locked: Dict[str, int] = {}
        for lock in locks:
            if lock["account"] == self.account:
                amount = _units(lock["amount"], self._decimals(lock["asset"]))
                locked[lock["asset"]] = locked.get(lock["asset"], 0) + amount
        for asset, amount in locked.items():
            self._allow(asset, amount, amount)
        for asset, amount in locked.items():
            self._book.spend(asset, amount, self._now_ms())

    def _decimals(self, asset: str) -> int:
        for known in self._node.get("/api/assets")["assets"]:
            if known["asset"] == asset:
                return int(known["decimals"])
        raise AgentRefused("asset.unknown", f"the node does not know the asset {asset}")

    def agree(self, contract: int, party: str, way: str) -> None:
        """Agrees to a way on in a contract of which the wallet is a party."""
        self._ask(wallet.sign_way(contract, party, way))

    def _allow(self, asset: str, price: int, more: int) -> SpendingLimit:
        limit = self._limits.get(asset)
        if limit is None:
            raise AgentRefused("limit.unknown", "the agent has no limit for this asset")
        if price > limit.at_once:
            raise AgentRefused("limit.over", f"{price} at once, and {limit.at_once} is allowed")
        spent = self.spent_today(asset)
        if more > limit.per_day - spent:
            raise AgentRefused("limit.over", f"{more} more today, with {spent} spent, and {limit.per_day} is allowed")
        return limit

    def get(self, url: str) -> Answer:
        """Asks for what is at an address, and pays for it where payment is required. Of what is answered with another
        status than 200 nothing was paid. Where no answer comes, the next call asks again with the same voucher."""
        price = self._prices.get(url)
        if price is None:
            answer = _http(url)
            if answer.status != 402:
                return answer
            price = self._price(answer)
        unanswered = -1  # the amount of a voucher that the seller has and whose answer did not come
        for _ in range(MOST_ROUNDS):
            channel = self._channel(price)
            amount = channel.confirmed + price.amount
            again = amount == unanswered or (channel.pending == url and amount == channel.signed)
            more = max(0, amount - channel.signed)
            self._allow(price.asset, price.amount, more)
            channel = replace(channel, signed=max(channel.signed, amount), pending=url)
            self._book.promise(channel, more, self._now_ms())
            # A crash here, or after what follows: the next call asks again with the same voucher.
            paid_with = wallet.voucher(channel.number, amount, self._node.ledger, self._key)
            answer = self._paid(url, price, channel, paid_with, again)
            if answer.status != 402:
                if _is_settled(answer):
                    self._book.put(replace(channel, confirmed=amount, pending=None))
                    self._prices[url] = price
                return answer
            self._prices.pop(url, None)
            price = self._price(answer)
            if price.code == "payment.replayed" and price.paid == amount and not again:
                unanswered = amount
            elif not self._goes_on(price, channel):
                raise AgentRefused(price.code, "the seller refuses the payment")
        raise AgentRefused(price.code, "no payment is enough")

    def _goes_on(self, price: _Price, channel: _Channel) -> bool:
        if price.code in ("payment.replayed", "payment.too-little"):
            # It cannot have more than was ever signed.
            if not channel.confirmed <= price.paid <= channel.signed:
                return False
            self._book.put(replace(channel, confirmed=price.paid, pending=None))
            return True
        if price.code in ("channel.unknown", "channel.closing", "channel.foreign"):
            self._book.forget(channel)
            return True
        return False

    @staticmethod
    def _paid(url: str, price: _Price, channel: _Channel, paid_with: bytes, again: bool) -> Answer:
        try:
            return _http(url, headers={"X-PAYMENT": wallet.payment_header(price.network, channel.number, paid_with, again)})
        except OSError:
            return _http(url, headers={"X-PAYMENT": wallet.payment_header(price.network, channel.number, paid_with, True)})

    def _price(self, answer: Answer) -> _Price:
        """The first way to pay that is by vouchers on this ledger."""
        ledger = self._node.ledger
        try:
            said = json.loads(answer.body[:MOST_BYTES])
            for way in said["accepts"] if said["x402Version"] == 1 else []:
                extra = way["extra"]
                fits = way["scheme"] == wallet.SCHEME and way["network"] == wallet.network(ledger)
                if fits and extra["ledger"] == ledger.hex():
                    amount = int(way["maxAmountRequired"])
                    if 1 <= amount <= MAX_NUMBER:
                        paid = int(extra.get("paid", -1))
                        return _Price(said.get("code", ""), way["network"], amount, way["payTo"], way["asset"], paid)
        except (ValueError, KeyError, TypeError):
            raise AgentRefused("payment.malformed", "how to pay is not said") from None
        raise AgentRefused("payment.required", "no way to pay is by vouchers on this ledger")

    def _channel(self, price: _Price) -> _Channel:
        """The channel to a payee, with enough in it for one more request. Limits come before anything is signed."""
        limit = self._allow(price.asset, price.amount, 0)
        deposit = max(limit.deposit, price.amount)
        known = self._book.channel(self._node.ledger.hex(), price.pay_to, price.asset)
        if known is None:
            return self._open(price, deposit)
        if known.deposit - known.confirmed >= price.amount:
            return known
        try:
            self._ask(wallet.top_up_channel(known.number, deposit))
        except AgentRefused as e:
            if e.code not in ("channel.unknown", "channel.closing"):
                raise
            self._book.forget(known)
            return self._open(price, deposit)
        more = replace(known, deposit=known.deposit + deposit)
        self._book.put(more)
        return more

    def _open(self, price: _Price, deposit: int) -> _Channel:
        ledger = self._node.ledger.hex()
        own = self._node.get("/api/accounts/" + self.account)
        opened = self._unknown(price, own)
        if opened is None:
            expiry = own["timeMs"] + CHANNEL_MS
            action = wallet.open_channel(
                self.account, price.pay_to, price.asset, deposit, self._key, expiry, WINDOW_MS
            )
            number = _numbered(self._ask(action), "channel-opened", "channel/")
            opened = _Channel(ledger, price.pay_to, price.asset, number, deposit)
        self._book.put(opened)
        return opened

    def _unknown(self, price: _Price, own: dict) -> Optional[_Channel]:
        """A channel of the wallet's that was opened just before a crash, so that it is in no book."""
        ledger = self._node.ledger.hex()
        for channel in own["channels"]:
            ends = (channel["payer"], channel["payee"], channel["asset"], channel["key"])
            if (
                ends == (self.account, price.pay_to, price.asset, self._key.thumbprint.hex())
                and channel.get("closesMs") is None
                and channel["expiryMs"] - own["timeMs"] > 2 * WINDOW_MS
                and not self._book.knows(ledger, channel["number"])
            ):
                deposit = _units(channel["deposit"], self._decimals(price.asset))
                return _Channel(ledger, price.pay_to, price.asset, channel["number"], deposit)
        return None

    def close(self) -> int:
        """Closes the wallet's channels: what was not spent comes back after their windows. How many."""
        closed = 0
        ledger = self._node.ledger
        for channel in [c for c in self._book.channels if c.ledger == ledger.hex()]:
            # What the payee took and nobody told, it shows itself within the window.
            shown = None
            if channel.confirmed > 0:
                shown = wallet.voucher(channel.number, channel.confirmed, ledger, self._key)
            try:
                self._ask(wallet.close_channel(channel.number, shown))
                closed += 1
            except AgentRefused as e:
                if e.code not in ("channel.unknown", "channel.closing"):
                    raise
            self._book.forget(channel)
        return closed


def _is_settled(answer: Answer) -> bool:
    try:
        return json.loads(base64.b64decode(answer.headers.get("x-payment-response", "")))["success"] is True
    except (ValueError, KeyError, TypeError):
        return False


def _numbered(done: dict, event_type: str, subject: str) -> int:
    for event in done["events"]:
        if event["type"] == event_type:
            for about in event["subjects"]:
                if about.startswith(subject):
                    return int(about[len(subject) :])
    raise AgentRefused("request.malformed", f"the node does not tell of {event_type}")


def _units(text: str, decimals: int) -> int:
    try:
        units = Decimal(text).scaleb(decimals)
    except InvalidOperation:
        raise AgentRefused("amount.range", f"no amount: {text}") from None
    if units != int(units) or not 0 <= units <= MAX_NUMBER:
        raise AgentRefused("amount.range", f"no amount: {text}")
    return int(units)


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
