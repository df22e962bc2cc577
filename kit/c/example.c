/*
 * One signed reading on standard output, for any client to send. With libsodium, on a machine with files:
 *   cc -std=c99 -o example example.c thingstead.c -lsodium
 *   ./example kitchen.seed kitchen.counter LEDGER_ID temperature Cel 21.5 > frame
 */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "thingstead.h"

static int sign(void *secret, const uint8_t *message, size_t length, uint8_t signature[64]) {
    return crypto_sign_detached(signature, NULL, message, length, secret);
}

static int load(void *path, uint64_t *number) {
    FILE *file = fopen(path, "r");
    int status = file != NULL && fscanf(file, "%" SCNu64, number) == 1 ? 0 : -1;
    if (file != NULL) fclose(file);
    return status;
}

/* Another file, synced, takes the place of the old one: whole or not at all. */
static int save(void *path, uint64_t number) {
    FILE *file = fopen("counter.new", "w");
    if (file == NULL) return -1;
    int bad = fprintf(file, "%" PRIu64 "\n", number) < 0 || fflush(file) != 0 || fsync(fileno(file)) != 0;
    if (fclose(file) != 0 || bad || rename("counter.new", path) != 0) return -1;
    int folder = open(".", O_RDONLY);
    bad = folder < 0 || fsync(folder) != 0;
    if (folder >= 0) close(folder);
    return bad ? -1 : 0;
}

static int fail(const char *what, int code) {
    fprintf(stderr, "%s (%d)\n", what, code);
    return 1;
}

int main(int count, char **arguments) {
    uint8_t seed[32], key[32], secret[64], buffer[1024];
    ts_signer signer = {.algorithm = TS_EDDSA, .sign = sign, .context = secret};
    if (count != 7) return fail("example SEED_FILE COUNTER_FILE LEDGER_ID NAME UNIT VALUE", count);
    FILE *file = fopen(arguments[1], "rb");
    if (file == NULL || fread(seed, 1, 32, file) != 32 || sodium_init() < 0) return fail("no seed of 32 bytes", 0);
    fclose(file);
    crypto_sign_seed_keypair(key, secret, seed);
    ts_thumbprint_ed25519(key, signer.thumbprint);
    if (sodium_hex2bin(signer.ledger, 32, arguments[3], 64, NULL, NULL, NULL) != 0) return fail("no ledger id", 0);

    ts_counter counter = {.load = load, .save = save, .context = arguments[2], .block = 1};
    ts_result result = ts_counter_start(&counter);
    if (result != TS_OK) return fail("no counter: for a key that never signed, echo 0 > COUNTER_FILE", (int)result);
    ts_reading reading = {.name = arguments[4], .unit = arguments[5], .kind = TS_NUMBER};
    reading.number = strtod(arguments[6], NULL);
    reading.time_ms = (int64_t)time(NULL) * 1000;
    uint64_t n;
    size_t length;
    result = ts_measured(&counter, &signer, &reading, 1, buffer, sizeof buffer, &length, &n);
    if (result != TS_OK) return fail("no frame: thingstead.h says what the number means", (int)result);
    return fwrite(buffer, 1, length, stdout) == length && fflush(stdout) == 0 ? 0 : fail("not written", 0);
}
