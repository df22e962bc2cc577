"""Commands are executed once or never, and only those of the member."""

import os
import random
import tempfile
import unittest

from thingstead import Answer, CommandMark, CommandTaker, Device, FrameBuffer, FrameSigner, Key, cbor, measurement
from thingstead.commands import EXECUTED, EXPIRED, FAILED, TOLERANCE_MS, read
from thingstead.frames import payload_of

LEDGER = bytes(32)
NODE = Key.generate()
LOCK = "acme:lock-1"
NOW = 1_790_000_000_000


def command(number, name="lock", expires=NOW + 60_000, device=LOCK, key=NODE):
    payload = cbor.encode([name, "true", expires - 1_000, expires])
    return FrameSigner(LEDGER, key, device=device).sign(number, payload, kind="command")


class Link:
    def is_connected(self):
        return False

    def answers(self):
        return []


class Commands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.executed = []
        self.foreign = []
        self.now = NOW

    def start(self, execute=None):
        def obey(given):
            self.executed.append((given.number, given.name, given.params))
            return Answer(EXECUTED, {"locked": True})

        mark = CommandMark(os.path.join(self.folder, "mark"))
        taker = CommandTaker(LEDGER, LOCK, [NODE.cose_key], mark, execute or obey, self.foreign.append, lambda: self.now)
        buffer = FrameBuffer(os.path.join(self.folder, "frames"))
        device = Device(FrameSigner(LEDGER, Key.generate()), buffer, Link())
        device.answer(taker)
        return device, taker, buffer

    @staticmethod
    def receipts(buffer):
        return [cbor.decode(payload_of(frame)) for _, frame in buffer.oldest(100)]

    def test_a_command_is_executed_once_however_often_it_comes(self):
        device, taker, buffer = self.start()
        for number in (1, 1, 2, 1):
            taker.received(command(number))
        device.pump()
        self.assertEqual([(1, "lock", True), (2, "lock", True)], self.executed)
        self.assertEqual([[1, EXECUTED], [2, EXECUTED]], [said[:2] for said in self.receipts(buffer)])
        self.assertEqual('{"locked":true}', self.receipts(buffer)[0][4])
        buffer.close()
        device, taker, buffer = self.start()
        taker.received(command(1))
        device.pump()
        self.assertEqual(2, len(self.receipts(buffer)))
        buffer.close()

    def test_a_crash_between_the_mark_and_the_receipt_is_told_and_nothing_is_done_twice(self):
        class Crash(BaseException):
            pass

        def crash(given):
            raise Crash()

        device, taker, buffer = self.start(crash)
        taker.received(command(1))
        with self.assertRaises(Crash):
            device.pump()
        buffer.close()
        device, taker, buffer = self.start()
        taker.received(command(1))
        taker.received(command(1))
        device.pump()
        self.assertEqual([], self.executed)
        self.assertEqual([[1, FAILED]], [said[:2] for said in self.receipts(buffer)])
        buffer.close()

    def test_what_is_over_is_not_executed_and_what_stumbles_is_told(self):
        device, taker, buffer = self.start(lambda given: 1 / 0)
        taker.received(command(1, expires=NOW))
        self.now = NOW + TOLERANCE_MS
        device.pump()
        taker.received(command(2, expires=NOW))
        self.now += 1
        device.pump()
        self.assertEqual([[1, FAILED], [2, EXPIRED]], [said[:2] for said in self.receipts(buffer)])
        buffer.close()

    def test_an_answer_that_JSON_cannot_say_is_told_as_failed(self):
        answers = [float("nan"), float("inf"), object(), "\ud800"]
        device, taker, buffer = self.start(lambda given: Answer(EXECUTED, answers[given.number - 1]))
        for number in range(1, 5):
            taker.received(command(number))
        device.pump()
        said = self.receipts(buffer)
        self.assertEqual([[number, FAILED] for number in range(1, 5)], [one[:2] for one in said])
        self.assertEqual({'"the device stumbled"'}, {one[4] for one in said})
        buffer.close()

    def test_only_the_member_commands_and_only_this_device(self):
        device, taker, buffer = self.start()
        readings = FrameSigner(LEDGER, NODE, device=LOCK).sign(1, b"\x81\xa0")
        for data in (command(1, key=Key.generate()), command(1, device="acme:lock-2"), readings, b"unlock", b""):
            taker.received(data)
        device.pump()
        self.assertEqual([], self.executed)
        self.assertEqual(5, len(self.foreign))
        self.assertEqual(0, device.waiting())
        buffer.close()

    def test_a_receipt_waits_beside_readings(self):
        device, taker, buffer = self.start()
        device.measured([measurement("locked", False)])
        taker.received(command(1))
        device.pump()
        self.assertEqual(2, device.waiting())
        buffer.close()

    def test_a_damaged_mark_is_said(self):
        path = os.path.join(self.folder, "mark")
        CommandMark(path).begin(3)
        self.assertEqual(3, CommandMark(path).number)
        with open(path, "r+b") as file:
            file.seek(12)
            file.write(b"\x09")
        with self.assertRaises(ValueError):
            CommandMark(path)

    def test_hostile_bytes_are_refused(self):
        seed = random.randrange(2**32)
        chance = random.Random(seed)
        good = command(1)
        for _ in range(5_000):
            data = bytearray(good)
            for _ in range(chance.randint(1, 4)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            data = bytes(data)[: chance.choice((len(data), chance.randrange(len(data))))]
            if data != good:
                with self.assertRaises(ValueError, msg=f"seed {seed}"):
                    read(data, LEDGER, LOCK, [NODE.cose_key])


if __name__ == "__main__":
    unittest.main()
