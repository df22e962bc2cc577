"""A device's own side: signs what it measures, keeps it on disk until the node has it, and sends in order."""

from __future__ import annotations

import time
from typing import Callable, Optional, Sequence, Set

from .buffer import FrameBuffer
from .commands import MAX_BYTES, CommandTaker
from .frames import FrameSigner, payload_of
from .links import Accepted, Failed, Refused
from .senml import Measurement, encode

WINDOW = 64
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0


class Device:
    """Has no thread of its own: call `measured` with readings, and `pump` now and then, from one thread."""

    def __init__(
        self,
        signer: FrameSigner,
        buffer: FrameBuffer,
        link,
        on_accepted: Callable[[Accepted], None] = lambda accepted: None,
        on_refused: Callable[[Refused], None] = lambda refused: None,
    ):
        self.signer = signer
        self.buffer = buffer
        self.link = link
        self.on_accepted = on_accepted
        self.on_refused = on_refused
        self._under_way: Set[int] = set()
        self._pause = FIRST_PAUSE
        self._quiet_until = 0.0
        self._taker: Optional[CommandTaker] = None

    def measured(self, readings: Sequence[Measurement]) -> Optional[int]:
        """Signs the readings as one frame and keeps it; its number, or None when the buffer is full."""
        senml = encode(readings)
        if not self.buffer.has_room(len(senml) + 256):
            return None
        n = self.buffer.last + 1
        return n if self.buffer.append(n, self.signer.sign(n, senml)) else None

    def answer(self, taker: CommandTaker) -> None:
        """From now on the device answers commands: `pump` executes them, and sends what became of them."""
        taker.restore(payload_of(frame) for frame in self.buffer.waiting.values())
        self._taker = taker

    def _work(self, taker: CommandTaker) -> None:
        # Nothing is begun that could not be told about: while the buffer is full, commands wait.
        while taker.has_next() and self.buffer.has_room(MAX_BYTES):
            payload = taker.next()
            if payload is not None:
                n = self.buffer.last + 1
                self.buffer.append(n, self.signer.sign(n, payload, kind="command-receipt"))

    def waiting(self) -> int:
        return len(self.buffer.waiting)

    def pump(self, now: Optional[float] = None) -> None:
        """Takes in answers, and sends what waits."""
        now = time.monotonic() if now is None else now
        self._take_answers(now)
        if self._taker is not None:
            self._work(self._taker)
        if not self.link.is_connected() or now < self._quiet_until:
            return
        for n, frame in self.buffer.oldest(WINDOW):
            if n not in self._under_way and len(self._under_way) < WINDOW:
                self._under_way.add(n)
                self.link.send(n, frame)
        self._take_answers(now)

    def _take_answers(self, now: float) -> None:
        for answer in self.link.answers():
            self._under_way.discard(answer.n)
            if isinstance(answer, Failed):
                # All that was under way fails at once: that is one reason to wait, not one for each frame.
                if now >= self._quiet_until:
                    self._quiet_until = now + self._pause
                    self._pause = min(LONGEST_PAUSE, self._pause * 2)
                continue
            self._pause = FIRST_PAUSE
            if isinstance(answer, Accepted):
                self.buffer.done(answer.n)
                self.on_accepted(answer)
            else:
                self.buffer.refuse(answer.n, answer.code, answer.text)
                self.on_refused(answer)
