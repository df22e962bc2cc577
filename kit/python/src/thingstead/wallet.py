"""What a wallet signs: transactions, vouchers of payment channels, payments of requests (docs/formats.md §2 and §7)."""

from __future__ import annotations

import base64
import json
from typing import List, Optional

from . import cbor
from .frames import MAX_NUMBER, _sign1
from .keys import Key

SCHEME = "batch-settlement"
NONCE_BYTES = 16


def account_of(key: Key) -> str:
    """The account of a wallet key."""
    return "key/" + key.thumbprint.hex()


def network(ledger: bytes) -> str:
    """As sellers on this ledger name it."""
    return "thingstead:" + ledger.hex()[:32]


def voucher(channel: int, amount: int, ledger: bytes, key: Key) -> bytes:
    """The payer's word: the payee may take this much of the channel's deposit in all."""
    if not (1 <= channel <= MAX_NUMBER and 1 <= amount <= MAX_NUMBER):
        raise ValueError("a voucher's numbers are from 1 to 2^53 - 1")
    return _sign1("voucher", ledger, key, {1: key.algorithm}, cbor.encode([channel, amount]))


def transaction(ledger: bytes, nonce: bytes, valid_until: int, actions: List[bytes], key: Key) -> bytes:
    """Actions, each as one of the functions here makes it, signed by the wallet."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError("a nonce has 16 bytes")
    raw = cbor.Raw(cbor.head(4, len(actions)) + b"".join(actions))
    payload = cbor.encode({1: ledger, 2: nonce, 3: valid_until, 4: [key.thumbprint], 5: raw})
    signature = key.sign(b"ts-tx/1\0" + payload)
    return cbor.encode([payload, [[key.thumbprint, 0, b"", signature]]])


def transfer(sender: str, to: str, asset: str, amount: int) -> bytes:
    return cbor.encode([24, [sender, to, asset, amount, None, None]])


def open_channel(payer: str, payee: str, asset: str, deposit: int, key: Key, expiry: int, window_ms: int) -> bytes:
    """`key` signs the channel's vouchers; the expiry is in ledger time."""
    return cbor.encode([30, [payer, payee, asset, deposit, key.cose_key, expiry, window_ms]])


def top_up_channel(channel: int, amount: int) -> bytes:
    return cbor.encode([31, [channel, amount]])


def close_channel(channel: int, shown: Optional[bytes] = None) -> bytes:
    return cbor.encode([32, [channel, shown]])


def take_offer(offer: int, values: bytes, accounts: List[str], renderer: int, text_hash: bytes) -> bytes:
    return cbor.encode([52, [offer, values, accounts, renderer, text_hash]])


def sign_way(contract: int, party: str, way: str) -> bytes:
    """Agrees to a way on in a contract that runs."""
    return cbor.encode([43, [contract, party, 1, way]])


def payment_header(on: str, channel: int, paid_with: bytes, again: bool = False) -> str:
    """The value of the header `X-PAYMENT`; `again`: it is sent again because no answer came."""
    payload = {"channel": channel, "voucher": base64.urlsafe_b64encode(paid_with).rstrip(b"=").decode("ascii")}
    if again:
        payload["again"] = True
    said = {"x402Version": 1, "scheme": SCHEME, "network": on, "payload": payload}
    return base64.b64encode(json.dumps(said, separators=(",", ":")).encode("utf-8")).decode("ascii")
