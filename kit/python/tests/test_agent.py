"""What the agent signs equals docs/examples/agent.json, which the Java kit makes anew; and its limits hold."""

import json
import os
import pathlib
import tempfile
import unittest

from thingstead import AgentBook, AgentRefused, Key, SpendingLimit, wallet
from thingstead.agent import DAY_MS, Agent, _Channel, _units

EXAMPLES = pathlib.Path(__file__).resolve().parents[3] / "docs" / "examples" / "agent.json"
T = 1_790_000_000_000


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
        cls.ledger = bytes.fromhex(cls.examples["ledgerId"])
        cls.key = Key.from_secret(bytes.fromhex(cls.examples["secret"]))

    def test_the_account_and_the_network(self):
        self.assertEqual(self.examples["account"], wallet.account_of(self.key))
        self.assertEqual(self.examples["network"], wallet.network(self.ledger))

    def test_actions_and_a_transaction_of_them(self):
        own, home = wallet.account_of(self.key), "member/home"
        made = {
            "transfer": wallet.transfer(own, home, "home:EUR", 250),
            "openChannel": wallet.open_channel(own, home, "home:EUR", 5_000, self.key, T + 604_800_000, 600_000),
            "topUpChannel": wallet.top_up_channel(7, 300),
            "closeChannel": wallet.close_channel(7),
            "takeOffer": wallet.take_offer(3, bytes.fromhex("8218fa01"), [own, home], 1, b"\x22" * 32),
            "signWay": wallet.sign_way(12, "guest", "washed"),
        }
        self.assertEqual(self.examples["actions"], {name: action.hex() for name, action in made.items()})
        nonce = bytes.fromhex(self.examples["nonce"])
        signed = wallet.transaction(self.ledger, nonce, self.examples["validUntil"], list(made.values()), self.key)
        self.assertEqual(self.examples["transaction"], signed.hex())

    def test_vouchers_and_the_headers_that_pay_with_them(self):
        self.assertTrue(self.examples["vouchers"])
        for example in self.examples["vouchers"]:
            voucher = wallet.voucher(example["channel"], example["amount"], self.ledger, self.key)
            self.assertEqual(example["voucher"], voucher.hex())
            network = self.examples["network"]
            self.assertEqual(example["header"], wallet.payment_header(network, 7, voucher))
            self.assertEqual(example["headerAgain"], wallet.payment_header(network, 7, voucher, True))


class NoNode:
    ledger = bytes(32)


class Limits(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "book")
        self.now = 3 * DAY_MS + 5

    def agent(self):
        limit = SpendingLimit("home:EUR", 100, 30, 50)
        return Agent(NoNode(), Key.generate(), AgentBook(self.path), [limit], lambda: self.now)

    def refused(self, price, more, asset="home:EUR"):
        with self.assertRaises(AgentRefused) as refused:
            self.agent()._allow(asset, price, more)
        return refused.exception.code

    def test_they_hold_at_once_and_a_day_and_without_one_nothing_is_spent(self):
        AgentBook(self.path).spend("home:EUR", 70, self.now)
        self.agent()._allow("home:EUR", 30, 30)
        self.assertEqual("limit.over", self.refused(31, 31))
        AgentBook(self.path).spend("home:EUR", 1, self.now)
        self.assertEqual("limit.over", self.refused(30, 30))
        self.agent()._allow("home:EUR", 30, 0)
        self.assertEqual("limit.unknown", self.refused(1, 1, "home:USD"))
        self.now += DAY_MS
        self.agent()._allow("home:EUR", 30, 30)
        self.assertEqual(0, self.agent().spent_today("home:EUR"))

    def test_the_book_is_as_it_was_after_a_start(self):
        book = AgentBook(self.path)
        one = _Channel("00" * 32, "member/home", "home:EUR", 4, 100, 30, 20, "http://x/")
        book.put(_Channel("00" * 32, "member/acme", "home:EUR", 5, 100))
        book.promise(one, 10, self.now)
        again = AgentBook(self.path)
        self.assertEqual(book.channels, again.channels)
        self.assertEqual(one, again.channel("00" * 32, "member/home", "home:EUR"))
        self.assertEqual(10, again.spent("home:EUR", self.now))
        again.forget(one)
        self.assertIsNone(AgentBook(self.path).channel("00" * 32, "member/home", "home:EUR"))

    def test_amounts_are_read_exactly(self):
        self.assertEqual(1250, _units("12.50", 2))
        for wrong in ("12.505", "-1", "x", "9007199254740992"):
            with self.assertRaises(AgentRefused):
                _units(wrong, 2)


if __name__ == "__main__":
    unittest.main()
