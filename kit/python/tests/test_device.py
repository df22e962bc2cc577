"""The device keeps what it measured until a link says that the node has it."""

import os
import tempfile
import unittest

from thingstead import Device, FrameBuffer, FrameSigner, Key, measurement
from thingstead.links import Accepted, Failed, Refused


class Link:
    """A link that answers when it is told to."""

    def __init__(self):
        self.sent = []
        self.waiting = []
        self.connected = True

    def is_connected(self):
        return self.connected

    def send(self, n, frame):
        self.sent.append(n)

    def answers(self):
        answers, self.waiting = self.waiting, []
        return answers


class DeviceLife(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        buffer = FrameBuffer(os.path.join(folder.name, "frames"))
        self.addCleanup(buffer.close)
        self.link = Link()
        self.refused = []
        signer = FrameSigner(bytes(32), Key.generate())
        self.device = Device(signer, buffer, self.link, on_refused=self.refused.append)
        for value in range(3):
            self.device.measured([measurement("t", value)])

    def test_what_is_acknowledged_waits_no_more(self):
        self.device.pump(now=0)
        self.assertEqual([1, 2, 3], self.link.sent)
        self.link.waiting = [Accepted(1), Accepted(2), Accepted(3)]
        self.device.pump(now=1)
        self.assertEqual(0, self.device.waiting())
        self.assertEqual([1, 2, 3], self.link.sent)

    def test_nothing_is_sent_while_offline(self):
        self.link.connected = False
        self.device.pump(now=0)
        self.assertEqual([], self.link.sent)
        self.link.connected = True
        self.device.pump(now=1)
        self.assertEqual([1, 2, 3], self.link.sent)

    def test_a_refused_frame_is_said_and_not_sent_again(self):
        self.device.pump(now=0)
        self.link.waiting = [Refused(2, "sequence.reused", "another frame's")]
        self.device.pump(now=1)
        self.assertEqual(2, self.device.waiting())
        self.assertEqual(["sequence.reused"], [r.code for r in self.refused])
        with open(self.device.buffer.refused_path) as refused:
            self.assertRegex(refused.read(), "^2\tsequence.reused\t[-_A-Za-z0-9]+\tanother frame's\n$")
        self.assertEqual([1, 2, 3], self.link.sent)

    def test_many_failures_at_once_are_one_reason_to_wait(self):
        self.device.pump(now=0)
        self.link.waiting = [Failed(1, "gone"), Failed(2, "gone"), Failed(3, "gone")]
        self.device.pump(now=10)
        self.assertEqual([1, 2, 3], self.link.sent)
        self.device.pump(now=10.9)
        self.assertEqual([1, 2, 3, 1, 2, 3], self.link.sent)


if __name__ == "__main__":
    unittest.main()
