"""What a device kept survives a crash at any moment, and no number is given out twice."""

import os
import random
import tempfile
import unittest

from thingstead import FrameBuffer


class Buffer(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "frames")
        seed = int(os.environ.get("SEED", random.randrange(2**32)))
        print(f"seed {seed}")
        self.random = random.Random(seed)

    def opened(self, data=None):
        if data is not None:
            with open(self.path, "wb") as file:
                file.write(data)
        buffer = FrameBuffer(self.path)
        self.addCleanup(buffer.close)
        return buffer

    def bytes(self):
        with open(self.path, "rb") as file:
            return file.read()

    def test_a_crash_while_a_frame_is_kept_loses_only_what_was_never_promised(self):
        buffer = self.opened()
        buffer.append(1, b"first" * 20)
        promised = len(self.bytes())
        buffer.append(2, b"second" * 10)
        whole = self.bytes()
        buffer.close()
        for length in range(promised, len(whole) + 1):
            for left in (whole[:length], whole[:length] + bytes(len(whole) - length)):
                again = self.opened(left)
                self.assertEqual(2 if length == len(whole) else 1, again.last)
                self.assertEqual((1, b"first" * 20), again.oldest(1)[0])
                again.append(again.last + 1, b"next")
                last = again.last
                again.close()
                again = self.opened()
                self.assertEqual(last, again.last)
                again.close()

    def test_random_lives_with_crashes_keep_every_promise(self):
        buffer = self.opened()
        waiting, last, compactions = {}, 0, 0
        for _ in range(1500):
            what = self.random.randrange(100)
            if what < 50:
                frame = self.random.randbytes(1 + self.random.randrange(3000))
                last += 1 + self.random.randrange(3)
                self.assertTrue(buffer.append(last, frame))
                waiting[last] = frame
            elif what < 98 and waiting:
                n = self.random.choice((min(waiting), max(waiting)))
                size = os.path.getsize(self.path)
                buffer.done(n)
                del waiting[n]
                compactions += os.path.getsize(self.path) < size
            else:
                kept = self.bytes()
                buffer.close()
                buffer = self.opened(kept if self.random.randrange(2) else None)  # a crash, or a good end
                self.assertEqual(last, buffer.last)
                self.assertLessEqual(waiting.items(), buffer.waiting.items())
                for n in set(buffer.waiting) - set(waiting):
                    buffer.done(n)
        self.assertGreater(compactions, 0)

    def test_the_newest_number_stays_used_when_its_frame_went_first_and_the_file_was_compacted(self):
        buffer = self.opened()
        for n in range(1, 101):
            buffer.append(n, bytes(2000))
        for n in range(100, 20, -1):
            buffer.done(n)
        self.assertLess(os.path.getsize(self.path), 100_000)
        buffer.close()
        self.assertEqual(100, self.opened().last)

    def test_damage_before_the_last_record_is_said_and_changes_nothing(self):
        buffer = self.opened()
        for n in range(1, 6):
            buffer.append(n, bytes(50))
        buffer.close()
        damaged = bytearray(self.bytes())
        damaged[40] ^= 1
        with self.assertRaisesRegex(ValueError, "damaged at byte 16"):
            self.opened(damaged)
        self.assertEqual(damaged, self.bytes())

    def test_random_files_are_read_or_refused(self):
        buffer = self.opened()
        for n in range(1, 21):
            buffer.append(n, bytes(30))
        buffer.close()
        whole = self.bytes()
        refused = 0
        for _ in range(1000):
            mutated = bytearray(whole)
            for _ in range(self.random.randrange(4)):
                mutated[self.random.randrange(len(mutated))] = self.random.randrange(256)
            try:
                strange = self.opened(mutated)
                self.assertLessEqual(len(strange.waiting), 20)
                strange.close()
            except ValueError:
                refused += 1
        self.assertGreater(refused, 0)

    def test_a_full_buffer_refuses_and_drops_nothing(self):
        buffer = FrameBuffer(self.path, max_bytes=100)
        self.addCleanup(buffer.close)
        self.assertTrue(buffer.append(1, bytes(60)))
        self.assertFalse(buffer.append(2, bytes(60)))
        self.assertEqual(1, buffer.last)
        self.assertTrue(buffer.append(2, bytes(40)))

    def test_after_a_restart_only_what_waits_is_sent_again(self):
        buffer = self.opened()
        for n in range(1, 6):
            buffer.append(n, bytes(50))
        for n in range(2, 6):
            buffer.done(n)
        buffer.close()
        again = self.opened()
        self.assertEqual([1], list(again.waiting))
        self.assertEqual(5, again.last)

    def test_a_compaction_that_fails_leaves_the_buffer_as_it_was(self):
        buffer = self.opened()
        buffer.append(1, bytes(50))
        buffer.append(2, bytes(50))
        buffer.done(1)
        os.mkdir(self.path + ".new")  # in the way
        self.assertRaises(OSError, buffer._compact)
        buffer.append(3, bytes(50))
        buffer.close()
        os.rmdir(self.path + ".new")
        again = self.opened()
        self.assertEqual(3, again.last)
        self.assertLessEqual({2, 3}, set(again.waiting))

    def test_a_refused_frame_leaves_the_buffer_for_a_file_that_people_read(self):
        buffer = self.opened()
        buffer.append(1, b"frame")
        with open(buffer.refused_path, "wb") as torn:
            torn.write(b"a line that a crash cut")
        buffer.refuse(1, "key.revoked", "the key\nis\trevoked")
        buffer.refuse(1, "key.revoked", "said again")
        self.assertEqual({}, buffer.waiting)
        with open(buffer.refused_path) as refused:
            self.assertEqual(["1\tkey.revoked\tZnJhbWU\tthe key is revoked"], refused.read().splitlines()[1:])

    def test_refused_frames_take_no_more_than_twice_the_buffers_room(self):
        buffer = FrameBuffer(self.path, max_bytes=2_000)
        self.addCleanup(buffer.close)
        for n in range(1, 51):
            buffer.append(n, bytes(100))
            buffer.refuse(n, "frame.time", "")
        self.assertLessEqual(os.path.getsize(buffer.refused_path), 2_000)
        self.assertLessEqual(os.path.getsize(buffer.refused_path + ".older"), 2_000)

    def test_a_second_owner_is_refused(self):
        self.opened()
        with self.assertRaisesRegex(RuntimeError, "in use"):
            self.opened()


if __name__ == "__main__":
    unittest.main()
