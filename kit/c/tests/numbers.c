/*
 * A device that loses power, whose storage fails and whose key fails, at random, and whose frames wait in little
 * memory: no number is ever in two frames, what waits stays as it was, and what is saved is never behind.
 * Says the seed; takes one as its argument.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "thingstead.h"

#define STEPS 200000
#define MEMORY 900

static uint64_t seed, state;

static uint32_t dice(uint32_t sides) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % sides;
}

static void need(int ok, const char *what) {
    if (ok) return;
    printf("numbers: seed %llu: %s\n", (unsigned long long)seed, what);
    exit(1);
}

static uint64_t disk;
static bool broken;

static int load(void *context, uint64_t *number) {
    (void)context;
    *number = disk;
    return broken && dice(2);
}

/* One that fails may have come to the disk all the same. */
static int save(void *context, uint64_t number) {
    (void)context;
    bool fails = broken && dice(2);
    if (!fails || dice(2)) disk = number;
    return fails;
}

static bool key_broken;

static int sign(void *context, const uint8_t *message, size_t length, uint8_t signature[64]) {
    (void)context;
    (void)message;
    memset(signature, (int)(length & 255), 64);
    return key_broken && dice(2);
}

int main(int count, char **arguments) {
    seed = state = count > 1 ? strtoull(arguments[1], NULL, 10) : (uint64_t)time(NULL);
    printf("numbers: seed %llu\n", (unsigned long long)seed);
    ts_signer signer = {.algorithm = TS_EDDSA, .sign = sign};
    ts_counter counter = {.load = load, .save = save, .block = 1 + dice(40)};
    uint8_t *memory = malloc(MEMORY);
    ts_waiting waiting = {.memory = memory, .size = MEMORY};
    uint64_t last = 0, frames = 0, restarts = 0, wait[64] = {0}; /* that wait, as they should */
    size_t waits = 0;
    while (ts_counter_start(&counter) != TS_OK) {}
    for (int step = 0; step < STEPS; step++) {
        broken = dice(4) == 0;
        key_broken = dice(8) == 0;
        uint32_t what = dice(100);
        if (what == 0) { /* the power goes: what was in memory is lost */
            waiting.used = waits = 0;
            counter.used = counter.reserved = 0;
            counter.block = 1 + dice(40);
            while (ts_counter_start(&counter) != TS_OK) {}
            restarts++;
        } else if (what == 1) {
            ts_result stopped = ts_counter_stop(&counter);
            uint64_t n;
            size_t length;
            uint8_t buffer[512];
            ts_reading reading = {.name = "t", .kind = TS_NUMBER, .number = 1};
            need(ts_measured(&counter, &signer, &reading, 1, buffer, sizeof buffer, &length, &n) == TS_NOT_KEPT,
                 "a number after the stop");
            need(stopped != TS_OK || disk >= last, "stopped behind");
            while (ts_counter_start(&counter) != TS_OK) {}
        } else if (what < 60) {
            ts_reading reading = {.name = "t", .kind = TS_NUMBER, .number = step * 0.1};
            if (dice(20) == 0) reading.kind = (ts_kind)9;
            uint64_t n = 0;
            size_t before = waiting.used;
            ts_result result = ts_keep(&waiting, &counter, &signer, &reading, 1, &n);
            if (result == TS_OK) {
                need(n > last, "a number twice");
                need(n <= disk, "a number that is not saved");
                last = n;
                need(waits < 64, "more waits than there is room for");
                wait[waits++] = n;
                frames++;
            } else {
                need(waiting.used == before, "kept in part");
                need(result == TS_TOO_SMALL || result == TS_NOT_KEPT || result == TS_NOT_SIGNED ||
                         (result == TS_BAD_VALUE && reading.kind == 9),
                     "another result");
            }
        } else if (waits > 0) {
            size_t which = dice(3) ? 0 : dice((uint32_t)waits);
            ts_done(&waiting, dice(30) ? wait[which] : last + 1000);
            uint64_t n;
            size_t place = 0, length, i = 0;
            const uint8_t *frame;
            bool gone = true;
            while (ts_next(&waiting, &place, &n, &frame, &length)) {
                if (n == wait[which]) gone = false;
            }
            if (gone) memmove(wait + which, wait + which + 1, (--waits - which) * sizeof *wait);
            place = 0;
            while (ts_next(&waiting, &place, &n, &frame, &length)) {
                need(i < waits && n == wait[i++], "what waits is not what should");
                need(frame[0] == 0x84 && frame[length - 66] == 0x58, "a frame that is damaged");
            }
            need(i == waits, "one that waits is gone");
        }
    }
    disk = TS_MAX_NUMBER - 1;
    broken = key_broken = false;
    waiting.used = 0;
    uint64_t n;
    ts_reading reading = {.name = "t", .kind = TS_FLAG};
    need(ts_counter_start(&counter) == TS_OK, "start");
    need(ts_keep(&waiting, &counter, &signer, &reading, 1, &n) == TS_OK && n == TS_MAX_NUMBER, "the last number");
    need(ts_keep(&waiting, &counter, &signer, &reading, 1, &n) == TS_SPENT, "a number beyond the last");
    disk = TS_MAX_NUMBER + 1;
    need(ts_counter_start(&counter) == TS_NOT_KEPT, "a counter that is damaged");
    need(frames > STEPS / 10 && restarts > STEPS / 1000, "too little happened");
    printf("numbers: %llu frames, %llu restarts\n", (unsigned long long)frames, (unsigned long long)restarts);
    free(memory);
    return 0;
}
