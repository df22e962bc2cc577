"""The two encodings of docs/formats.md, read strictly: det-CBOR (§1), SenML-CBOR (§4), and the small JSON (§9)."""

import math
import re
import struct


class Unreadable(Exception):
    """Not of the form that the document describes."""


def need(holds, why):
    if not holds:
        raise Unreadable(why)


class Cbor:
    """A reader of det-CBOR (§1), or, lenient, of what SenML payloads may be (§4)."""

    def __init__(self, data, lenient=False):
        self.data = data
        self.at = 0
        self.lenient = lenient

    def take(self, count):
        need(count <= len(self.data) - self.at, "ends too early")
        taken = self.data[self.at : self.at + count]
        self.at += count
        return taken

    def peek(self):
        need(self.at < len(self.data), "ends too early")
        return self.data[self.at]

    def head(self):
        """Major type and argument; the argument is None for indefinite length."""
        initial = self.take(1)[0]
        major, info = initial >> 5, initial & 31
        if info < 24:
            return major, info
        if info == 31 and self.lenient and major in (4, 5):
            return major, None
        need(info <= 27, "bad head")
        width = 1 << (info - 24)
        value = int.from_bytes(self.take(width), "big")
        if not self.lenient:
            need(value >= (24 if width == 1 else 1 << (4 * width)), "head is not the shortest")
        return major, value

    def expect(self, major):
        found, value = self.head()
        need(found == major, f"major type {major} expected, not {found}")
        return value

    def uint(self, most=2**53 - 1):
        value = self.expect(0)
        need(value <= most, "number too large")
        return value

    def integer(self):
        major, value = self.head()
        need(major in (0, 1) and value < 2**63, "integer expected")
        return value if major == 0 else -1 - value

    def bytes(self, most=None, exactly=None):
        length = self.expect(2)
        need(exactly is None or length == exactly, f"{exactly} bytes expected")
        need(most is None or length <= most, "too long")
        return self.take(length)

    def text(self, most):
        length = self.expect(3)
        need(length <= most, "too long")
        try:
            return self.take(length).decode("utf-8")
        except UnicodeDecodeError:
            raise Unreadable("text is not UTF-8")

    def array(self, exactly=None, most=None):
        count = self.expect(4)
        need(count is not None or self.lenient, "indefinite")
        need(exactly is None or count == exactly, f"array of {exactly} expected")
        need(most is None or count is None or count <= most, "too many elements")
        return count

    def null(self):
        if self.peek() == 0xF6:
            self.at += 1
            return True
        return False

    def end(self):
        need(self.at == len(self.data), "bytes after the end")

    def number(self):
        """A SenML number as the nearest double, finite; a short float stays what its bits say."""
        initial = self.peek()
        if initial in (0xF9, 0xFA, 0xFB):
            self.at += 1
            form, width = {0xF9: (">e", 2), 0xFA: (">f", 4), 0xFB: (">d", 8)}[initial]
            value = struct.unpack(form, self.take(width))[0]
            need(math.isfinite(value), "not a finite number")
            return value
        return float(self.integer())

    def items(self, count):
        """Goes over the elements of an array or map, of known or indefinite length."""
        done = 0
        while True:
            if count is None:
                if self.peek() == 0xFF:
                    self.at += 1
                    return
            elif done == count:
                return
            done += 1
            yield done

    def skip(self, levels):
        need(levels > 0, "nested too deep")
        initial = self.peek()
        if initial >> 5 == 7:
            if initial in (0xF9, 0xFA, 0xFB):
                self.take(1 + {0xF9: 2, 0xFA: 4, 0xFB: 8}[initial])
            else:
                need(initial in (0xF4, 0xF5, 0xF6), "simple value not allowed")
                self.take(1)
            return
        major, value = self.head()
        if major in (0, 1):
            need(value < 2**63, "integer over 64 bits")
        elif major in (2, 3):
            self.take(value)
        elif major in (4, 5):
            need(value is None or value * (major - 3) <= len(self.data) - self.at, "ends too early")
            for _ in self.items(value):
                self.skip(levels - 1)
                if major == 5:
                    self.skip(levels - 1)
        else:
            raise Unreadable("tags are not allowed")


def encode(value):
    """det-CBOR of what a verifier and a device make."""
    if isinstance(value, int):
        major, argument = (0, value) if value >= 0 else (1, -1 - value)
    elif isinstance(value, (bytes, str)):
        raw = value if isinstance(value, bytes) else value.encode()
        return _head(2 if isinstance(value, bytes) else 3, len(raw)) + raw
    elif isinstance(value, dict):
        pairs = sorted((encode(k), encode(v)) for k, v in value.items())
        return _head(5, len(pairs)) + b"".join(k + v for k, v in pairs)
    else:
        return _head(4, len(value)) + b"".join(encode(item) for item in value)
    return _head(major, argument)


def _head(major, argument):
    if argument < 24:
        return bytes([major << 5 | argument])
    for info, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << 8 * width:
            return bytes([major << 5 | info]) + argument.to_bytes(width, "big")
    raise ValueError("too large")


NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9:./_-]{0,127}\Z")
ABSENT = object()


def read_senml(payload, received_ms):
    """The readings of a payload: (name, unit, value, seconds, absolute)."""
    cbor = Cbor(payload, lenient=True)
    count = cbor.array()
    need(count is None or count <= 4096, "more than 4096 records")
    base = {-6: 0.0, -5: ABSENT, -4: None, -3: 0.0, -2: ""}
    readings = []
    for number in cbor.items(count):
        need(number <= 4096, "more than 4096 records")
        record = _record(cbor)
        for label in base:
            if label in record:
                base[label] = record[label]
        if any(label in record for label in range(9)):
            readings.append(_resolve(record, base))
    cbor.end()
    need(readings, "no reading")
    return readings


def _record(cbor):
    count = cbor.expect(5)
    need(count is None or count <= 32, "more than 32 labels")
    record, others = {}, set()
    for number in cbor.items(count):
        need(number <= 32, "more than 32 labels")
        label = cbor.text(128) if cbor.peek() >> 5 == 3 else cbor.integer()
        need(label not in record and label not in others, "a label twice")
        if isinstance(label, str) or not -6 <= label <= 8:
            need(not isinstance(label, str) or not label.endswith("_"), "a label that must be understood")
            others.add(label)
            cbor.skip(2)
        else:
            record[label] = _value(cbor, label)
    return record


def _value(cbor, label):
    if label == -1:
        version = cbor.integer()
        need(1 <= version <= 10, "a version not known")
        return version
    if label in (-2, 0):
        return cbor.text(128)
    if label in (-4, 1, 3):
        return cbor.text(8192)
    if label == 4:
        initial = cbor.take(1)[0]
        need(initial in (0xF4, 0xF5), "boolean expected")
        return initial == 0xF5
    if label == 8:
        return cbor.bytes(8192)
    return cbor.number()


def _resolve(record, base):
    values = [label for label in (2, 3, 4, 8) if label in record]
    need(len(values) <= 1, "more than one value")
    name = base[-2] + record.get(0, "")
    if values and values[0] != 2:
        value = record[values[0]]
    elif values:
        value = (0.0 if base[-5] is ABSENT else base[-5]) + record[2]
    elif 5 in record:
        value = base[-6] + record[5]
    else:
        need(base[-5] is not ABSENT, "a record without a value")
        value = base[-5]
    need(not isinstance(value, float) or math.isfinite(value), "a value out of range")
    need(NAME.match(name), "not a SenML name")
    seconds = base[-3] + record.get(6, 0.0)
    need(abs(seconds) < 2**40, "a time out of range")
    unit = record.get(1, base[-4])
    return (name + ("#sum" if not values and 5 in record else ""), unit, value, seconds, seconds >= 2**28)


_NUMBER = re.compile(rb"0|[1-9][0-9]{0,15}")


class SmallJson:
    """The small JSON of §9."""

    def __init__(self, data):
        need(len(data) <= 262_144, "larger than 262144 bytes")
        need(all(b in (9, 10, 13) or 0x20 <= b <= 0x7E for b in data), "a byte that is not allowed")
        need(b"\\" not in data, "a backslash")
        self.data = data
        self.at = 0

    @classmethod
    def read(cls, data):
        json = cls(data)
        value = json.value(8)
        json.space()
        need(json.at == len(data), "something after the end")
        return value

    def space(self):
        while self.at < len(self.data) and self.data[self.at] in b" \t\r\n":
            self.at += 1

    def token(self, expected):
        self.space()
        if self.data.startswith(expected, self.at):
            self.at += len(expected)
            return True
        return False

    def value(self, levels):
        self.space()
        for word, meaning in ((b"true", True), (b"false", False), (b"null", None)):
            if self.token(word):
                return meaning
        if self.data.startswith(b'"', self.at):
            return self.string()
        number = _NUMBER.match(self.data, self.at)
        if number:
            self.at = number.end()
            value = int(number.group())
            need(value <= 2**53 - 1, "number too large")
            return value
        need(levels > 0, "nested too deep")
        if self.token(b"["):
            return self.elements(levels)
        need(self.token(b"{"), "not a value")
        return self.members(levels)

    def string(self):
        end = self.data.find(b'"', self.at + 1)
        need(end > 0, "a string without end")
        text = self.data[self.at + 1 : end]
        need(not any(b < 0x20 for b in text), "a control character in a string")
        self.at = end + 1
        return text.decode("ascii")

    def elements(self, levels):
        array = []
        if self.token(b"]"):
            return array
        while True:
            array.append(self.value(levels - 1))
            if self.token(b"]"):
                return array
            need(self.token(b","), "a comma is missing")

    def members(self, levels):
        members = {}
        if self.token(b"}"):
            return members
        while True:
            self.space()
            need(self.data.startswith(b'"', self.at), "a member's name is missing")
            name = self.string()
            need(name not in members, "a member twice")
            need(self.token(b":"), "a colon is missing")
            members[name] = self.value(levels - 1)
            if self.token(b"}"):
                return members
            need(self.token(b","), "a comma is missing")
