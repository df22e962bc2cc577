"""A device's frames that nobody has acknowledged yet, on disk, and with them its sequence number."""

from __future__ import annotations

import base64
import os
import struct
import zlib
from typing import Dict, List, Tuple

_MAGIC = b"TSBUF2\0\0"
_HEADER = struct.Struct(">8sQ")
_RECORD = struct.Struct(">IIQ")
_MAX_FRAME = 65_537
_COMPACT_BYTES = 64 * 1024


class FrameBuffer:
    """When `append` returns, the frame and its number survive a crash; a number is never given out twice.

    The file: `"TSBUF2\\0\\0" ‖ last number before the first record u64`, then records
    `length u32 ‖ CRC-32 of n and frame u32 ‖ n u64 ‖ frame`; one without a frame says that its number is used. A torn
    record at the end was never promised and is cut off; anything else that does not read is damage, and said.
    For one process and one thread.
    """

    def __init__(self, path: str, max_bytes: int = 16 << 20):
        self.path = path
        self.max_bytes = max_bytes
        self.waiting: Dict[int, bytes] = {}
        self.last = 0
        self._waiting_bytes = 0
        self._holds_done = False
        self._file = open(path, "a+b", buffering=0)
        try:
            _lock(self._file, path)
            self._read()
        except BaseException:
            self._file.close()
            raise

    def _read(self) -> None:
        self._file.seek(0)
        data = self._file.read()
        if len(data) < _HEADER.size:
            self._file.truncate(0)
            self._write(_HEADER.pack(_MAGIC, 0))
            return
        magic, self.last = _HEADER.unpack_from(data)
        if magic != _MAGIC:
            raise ValueError(f"{self.path} is not a frame buffer")
        at = _HEADER.size
        while len(data) - at >= _RECORD.size:
            length, crc, n = _RECORD.unpack_from(data, at)
            frame = data[at + _RECORD.size : at + _RECORD.size + length]
            if length > _MAX_FRAME or len(frame) != length or n <= self.last or _crc(n, frame) != crc:
                break
            if frame:
                self._keep(n, frame)
            self.last = n
            at += _RECORD.size + length
        if not _is_torn(data[at:]):
            raise ValueError(
                f"{self.path} is damaged at byte {at}, and numbers behind it may be used: restore it from a copy, "
                "or give the device a new key and an empty buffer"
            )
        if at < len(data):
            self._file.truncate(at)

    def _keep(self, n: int, frame: bytes) -> None:
        self.waiting[n] = frame
        self._waiting_bytes += len(frame)

    def _write(self, data: bytes) -> None:
        end = os.fstat(self._file.fileno()).st_size
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(end)  # what was written in part would hide what is written after it
            raise

    def has_room(self, frame_bytes: int) -> bool:
        return self._waiting_bytes + frame_bytes <= self.max_bytes

    def append(self, n: int, frame: bytes) -> bool:
        """Keeps a frame, durably; False when the buffer is full."""
        if n <= self.last:
            raise ValueError(f"number {n} was used: the last one is {self.last}")
        if not self.has_room(len(frame)):
            return False
        self._write(_record(n, frame))
        self._keep(n, frame)
        self.last = n
        return True

    def oldest(self, limit: int) -> List[Tuple[int, bytes]]:
        return [(n, self.waiting[n]) for n in sorted(self.waiting)[:limit]]

    def done(self, n: int) -> None:
        """Forgets a frame that was acknowledged."""
        frame = self.waiting.pop(n, None)
        if frame is None:
            return
        self._waiting_bytes -= len(frame)
        self._holds_done = True
        size = os.fstat(self._file.fileno()).st_size
        if size > _COMPACT_BYTES and self._waiting_bytes < size / 2:
            self._compact()

    def _compact(self) -> None:
        fresh = self.path + ".new"
        if os.path.exists(fresh):
            os.remove(fresh)
        kept = self.oldest(len(self.waiting))
        before = kept[0][0] - 1 if kept else self.last
        old = self._file
        self._file = open(fresh, "a+b", buffering=0)
        _lock(self._file, fresh)
        records = b"".join(_record(n, frame) for n, frame in kept)
        if kept and kept[-1][0] < self.last:
            records += _record(self.last, b"")
        try:
            self._write(_HEADER.pack(_MAGIC, before) + records)
            # A crash here leaves the old file in place, whole.
            os.replace(fresh, self.path)
        except OSError:
            self._file.close()
            self._file = old
            raise
        old.close()
        # Until the rename is on the disk, what is appended to the new file could be lost with it.
        sync_folder(self.path)
        self._holds_done = False

    def refuse(self, n: int, code: str, text: str) -> None:
        """Sets a frame aside that the node will never take, durably, in the file `refused_path`.

        A line each of number, code, the frame in base64url and what the node said, with tabs between. When the file is
        full it becomes the older of two. After a crash a frame may stand there twice.
        """
        frame = self.waiting.get(n)
        if frame is None:
            return
        line = "\t".join((str(n), _printable(code), base64.urlsafe_b64encode(frame).rstrip(b"=").decode(), _printable(text))).encode() + b"\n"
        if os.path.exists(self.refused_path) and os.path.getsize(self.refused_path) + len(line) > self.max_bytes:
            os.replace(self.refused_path, self.refused_path + ".older")
        with open(self.refused_path, "a+b") as refused:
            if refused.tell() > 0:
                refused.seek(-1, os.SEEK_END)
                if refused.read(1) != b"\n":
                    line = b"\n" + line  # a crash left a part of a line
            refused.write(line)
            refused.flush()
            os.fsync(refused.fileno())
        sync_folder(self.path)
        self.done(n)

    @property
    def refused_path(self) -> str:
        return self.path + ".refused"

    def close(self) -> None:
        """Leaves in the file what waits, so that the next start sends nothing again that was acknowledged."""
        if self._holds_done and not self._file.closed:
            try:
                self._compact()
            except OSError:
                pass  # the old file stands, whole: what was acknowledged comes again, and the receiver knows it
        self._file.close()


def sync_folder(path: str) -> None:
    """Makes a rename in the file's folder durable."""
    try:
        folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
    except OSError:  # not on Windows
        return
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _record(n: int, frame: bytes) -> bytes:
    return _RECORD.pack(len(frame), _crc(n, frame), n) + frame


def _is_torn(rest: bytes) -> bool:
    """Whether this can be one record, written in part. Bytes that never came may read as zeros."""
    if len(rest) < _RECORD.size:
        return True
    length = _RECORD.unpack_from(rest)[0]
    is_one = length <= _MAX_FRAME and len(rest) <= _RECORD.size + length
    return is_one or not any(rest[: _RECORD.size])


def _crc(n: int, frame: bytes) -> int:
    return zlib.crc32(frame, zlib.crc32(n.to_bytes(8, "big")))


def _lock(file, path: str) -> None:
    try:
        import fcntl
    except ImportError:  # not on Windows: there the caller sees to it
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as e:
        raise RuntimeError(f"{path} is in use by another process") from e
