"""Readings into SenML-CBOR (RFC 8428 §6), one way for each input (docs/formats.md §4, "How the kits encode")."""

from __future__ import annotations

import math
import struct
import time
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import List, Optional, Sequence, Union

from . import cbor

Value = Union[bool, int, float, str, bytes]

MAX_RECORDS = 4096


@dataclass(frozen=True)
class Measurement:
    """What a device measured; `time_ms` is milliseconds since 1970, or None for "now", which the receiver fills in."""

    name: str
    value: Value
    unit: Optional[str] = None
    time_ms: Optional[int] = None


def measurement(name: str, value: Value, unit: Optional[str] = None, time_ms: Optional[int] = None) -> Measurement:
    """A measurement of this moment, or of `time_ms`."""
    return Measurement(name, value, unit, int(time.time() * 1000) if time_ms is None else time_ms)


MAX_NUMBER = 2**53 - 1


@dataclass(frozen=True)
class Summary:
    """What a device measured of one reading over a time, none left out: it stands for the readings themselves, in four
    ordinary records of a frame (docs/formats.md §4, "Summaries"). `first` and `last` number the measurements of this
    reading, as the device counts them from 1 on."""

    name: str
    unit: Optional[str]
    min: float
    max: float
    from_ms: int
    to_ms: int
    first: int
    last: int

    def __post_init__(self):
        one = self.first == self.last
        if not (math.isfinite(self.min) and math.isfinite(self.max) and self.min <= self.max):
            raise ValueError("a summary's minimum is a number, and not over its maximum")
        if self.from_ms > self.to_ms:
            raise ValueError("a summary does not end before it begins")
        if not 1 <= self.first <= self.last <= MAX_NUMBER:
            raise ValueError("measurements are numbered upwards, within 1 to 2^53 - 1")
        if one and (self.from_ms != self.to_ms or self.min != self.max):
            raise ValueError("one measurement has one time and one value")

    @staticmethod
    def of(name: str, unit: Optional[str], number: int, value: float, time_ms: int) -> Summary:
        """Of one measurement."""
        return Summary(name, unit, value, value, time_ms, time_ms, number, number)

    def and_(self, value: float, time_ms: int) -> Summary:
        """With the next measurement."""
        if time_ms < self.to_ms or not math.isfinite(value):
            raise ValueError("a measurement is a number, and not from before the one before it")
        least, most = min(self.min, value), max(self.max, value)
        return Summary(self.name, self.unit, least, most, self.from_ms, time_ms, self.first, self.last + 1)

    def measurements(self) -> List[Measurement]:
        """The records that say so in a frame."""
        return [
            Measurement(self.name + "/min", self.min, self.unit, self.from_ms),
            Measurement(self.name + "/max", self.max, self.unit, self.to_ms),
            Measurement(self.name + "/first", self.first, None, self.from_ms),
            Measurement(self.name + "/last", self.last, None, self.to_ms),
        ]


def _meaning(value: float, form: str, digits: int) -> float:
    """What a half (">e") or single (">f") means: its exact value rounded to the fewest digits that round back to it."""
    packed = struct.pack(form, value)
    exact = Decimal(struct.unpack(form, packed)[0])
    for precision in range(1, digits + 1):
        rounded = float(Context(prec=precision, rounding=ROUND_HALF_EVEN).plus(exact))
        try:
            if struct.pack(form, rounded) == packed:
                return rounded
        except OverflowError:
            continue
    return float(exact)


def _number(value: Union[int, float]):
    if not math.isfinite(value):
        raise ValueError("a reading is a finite number")
    if value == math.floor(value) and abs(value) < 2**53:
        return int(value)
    value = float(value)
    half = cbor.as_half(value)
    if half is not None and struct.unpack(">e", half)[0] == value and _meaning(value, ">e", 5) == value:
        return cbor.half(value)
    if cbor.as_single(value) is not None and _meaning(value, ">f", 9) == value:
        return cbor.single(value)
    return cbor.double(value)


def _seconds(millis: int):
    """Milliseconds as seconds: an integer when whole, else the first float within a quarter of a millisecond."""
    if millis % 1000 == 0:
        return millis // 1000
    seconds = millis / 1000
    for form, make in ((">e", cbor.half), (">f", cbor.single)):
        try:
            near = struct.unpack(form, struct.pack(form, seconds))[0]
        except OverflowError:
            continue
        if abs(near * 1000 - millis) <= 0.25:
            return make(seconds)
    return cbor.double(seconds)


def encode(measurements: Sequence[Measurement]) -> bytes:
    if not 1 <= len(measurements) <= MAX_RECORDS:
        raise ValueError(f"1 to {MAX_RECORDS} readings in a frame")
    first = measurements[0]
    many = len(measurements) > 1
    same_name = many and all(m.name == first.name for m in measurements)
    same_unit = many and first.unit is not None and all(m.unit == first.unit for m in measurements)
    base_ms = first.time_ms if many and all(m.time_ms is not None for m in measurements) else None
    records = []
    for m in measurements:
        record = {}
        if not same_name:
            record[0] = m.name
        if not same_unit and m.unit is not None:
            record[1] = m.unit
        if isinstance(m.value, bool):
            record[4] = m.value
        elif isinstance(m.value, (int, float)):
            record[2] = _number(m.value)
        elif isinstance(m.value, str):
            record[3] = m.value
        else:
            record[8] = bytes(m.value)
        if m.time_ms is not None:
            millis = m.time_ms - (base_ms or 0)
            if base_ms is None or millis != 0:
                record[6] = _seconds(millis)
        if m is first:
            if same_name:
                record[-2] = first.name
            if base_ms is not None:
                record[-3] = _seconds(base_ms)
            if same_unit:
                record[-4] = first.unit
        records.append(record)
    return cbor.encode(records)
