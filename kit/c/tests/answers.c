/*
 * Asks the kit what a file of questions asks, and writes its answers: the node's CKitTest compares them with the Java
 * kit's. Everything that the kit reads or writes lies in an allocation of exactly its size, so that the address
 * sanitizer sees each byte too far. Questions that do not read are a bug of the test: the program aborts.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "thingstead.h"

static FILE *in, *out;
static void *kept[3 * TS_MAX_READINGS + 64]; /* to be freed after each question */
static size_t kept_count;

static void need(int ok) {
    if (!ok) abort();
}

static void *memory(size_t size) {
    need(kept_count < sizeof kept / sizeof *kept);
    void *fresh = malloc(size > 0 ? size : 1);
    need(fresh != NULL);
    return kept[kept_count++] = fresh;
}

static uint64_t take(int width) {
    uint64_t value = 0;
    while (width-- > 0) {
        int c = getc(in);
        need(c != EOF);
        value = value << 8 | (uint64_t)c;
    }
    return value;
}

static uint8_t *take_bytes(size_t length) {
    uint8_t *bytes = memory(length);
    need(fread(bytes, 1, length, in) == length);
    return bytes;
}

static uint8_t *take_block(size_t *length) {
    *length = (size_t)take(4);
    return take_bytes(*length);
}

/* NULL when it is absent. */
static char *take_text(void) {
    size_t length = (size_t)take(4);
    if (length == 0xffffffff) return NULL;
    char *text = memory(length + 1);
    need(fread(text, 1, length, in) == length);
    text[length] = 0;
    return text;
}

static void put(uint64_t value, int width) {
    while (width-- > 0) putc((int)(value >> (8 * width) & 255), out);
}

static void put_block(const uint8_t *bytes, size_t length) {
    put(length, 4);
    need(fwrite(bytes, 1, length, out) == length);
}

/* A key that signs, and remembers what it was asked to sign. */
typedef struct {
    uint8_t secret[64];
    const uint8_t *given; /* for ES256: the signature that the test made beforehand */
    uint8_t asked[TS_MAX_FRAME + 512];
    size_t asked_length;
} key;

static int sign(void *context, const uint8_t *message, size_t length, uint8_t signature[64]) {
    key *k = context;
    need(length <= sizeof k->asked);
    memcpy(k->asked, message, length);
    k->asked_length = length;
    if (k->given == NULL) return crypto_sign_detached(signature, NULL, message, length, k->secret);
    memcpy(signature, k->given, 64);
    return 0;
}

static ts_signer take_signer(key *k) {
    ts_signer signer = {.sign = sign, .context = k};
    memcpy(signer.ledger, take_bytes(32), 32);
    signer.algorithm = -(int)take(1);
    k->given = NULL;
    k->asked_length = 0;
    if (signer.algorithm == TS_ES256) {
        const uint8_t *x = take_bytes(32), *y = take_bytes(32);
        ts_thumbprint_p256(x, y, signer.thumbprint);
        k->given = take_bytes(64);
    } else {
        uint8_t public_key[32];
        crypto_sign_seed_keypair(public_key, k->secret, take_bytes(32));
        ts_thumbprint_ed25519(public_key, signer.thumbprint);
    }
    return signer;
}

static ts_reading *take_readings(size_t *count) {
    *count = (size_t)take(4);
    ts_reading *readings = memory(*count * sizeof *readings);
    memset(readings, 0, *count * sizeof *readings);
    for (size_t i = 0; i < *count; i++) {
        ts_reading *r = &readings[i];
        r->name = take_text();
        r->unit = take_text();
        r->kind = (ts_kind)take(1);
        if (r->kind == TS_NUMBER) {
            uint64_t bits = take(8);
            memcpy(&r->number, &bits, sizeof bits);
        } else if (r->kind == TS_FLAG) {
            r->flag = take(1) != 0;
        } else {
            r->bytes = take_block(&r->length);
        }
        r->time_ms = (int64_t)take(8);
    }
    return readings;
}

static void put_message(ts_result result, const uint8_t *message, size_t length, const key *k) {
    put((uint64_t)result, 1);
    if (result != TS_OK) return;
    put_block(message, length);
    put_block(k->asked, k->asked_length);
}

static void answer_frame(key *k) {
    ts_signer signer = take_signer(k);
    signer.without_kid = take(1) != 0;
    signer.device = take_text();
    uint64_t n = take(8), p = take(8);
    const uint64_t *previous = p == UINT64_MAX ? NULL : &p;
    size_t size = (size_t)take(4), count, length = 0;
    ts_reading *readings = take_readings(&count);
    uint8_t *buffer = memory(size);
    ts_result result = ts_frame(&signer, n, previous, readings, count, buffer, size, &length);
    /* The size that the header promises is enough; with less, all is well or the buffer is too small. Now and then. */
    if (result == TS_OK && length % 4 == 0) {
        size_t again = 0, sizes[] = {0, 1, length / 3, length - 1, length, length + n % TS_SCRATCH};
        uint8_t *enough = memory(length + TS_SCRATCH);
        need(ts_frame(&signer, n, previous, readings, count, enough, length + TS_SCRATCH, &again) == TS_OK);
        need(again == length && memcmp(enough, buffer, length) == 0);
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            ts_result less = ts_frame(&signer, n, previous, readings, count, memory(sizes[i]), sizes[i], &again);
            need(less == TS_TOO_SMALL || (less == TS_OK && sizes[i] > length && again == length));
        }
    }
    put_message(result, buffer, length, k);
}

static void answer_about_device(key *k, int what) {
    ts_signer signer = take_signer(k);
    const char *device = take_text();
    size_t length = 0, challenge_length;
    uint8_t *buffer = memory(512);
    ts_result result;
    if (what == 'P') {
        result = ts_possession(&signer, device, buffer, 512, &length);
    } else if (what == 'C') {
        result = ts_connect(&signer, device, (int64_t)take(8), buffer, 512, &length);
    } else {
        const uint8_t *challenge = take_block(&challenge_length);
        result = ts_connect_challenge(&signer, device, challenge, challenge_length, buffer, 512, &length);
    }
    put_message(result, buffer, length, k);
}

static int verify(void *context, const uint8_t *message, size_t length, const uint8_t signature[64]) {
    return crypto_sign_verify_detached(signature, message, length, context);
}

static void answer_promise(void) {
    uint8_t thumbprint[32], *ledger = take_bytes(32), *log_key = take_bytes(32), *salt = take_bytes(32);
    uint64_t received = take(8);
    size_t promise_length, frame_length;
    uint8_t *promise = take_block(&promise_length), *frame = take_block(&frame_length);
    ts_promise made;
    ts_thumbprint_ed25519(log_key, thumbprint);
    ts_result result = ts_promise_check(ledger, thumbprint, verify, log_key, promise, promise_length, frame,
                                        frame_length, salt, received, &made);
    put((uint64_t)result, 1);
    if (result != TS_OK) return;
    put_block((const uint8_t *)made.member, strlen(made.member));
    put(made.log, 8);
    put(made.index, 8);
    put(made.anchor_by, 8);
}

static void answer_base64url(void) {
    size_t length, read = 0;
    uint8_t *bytes = take_block(&length);
    size_t size = (length * 4 + 2) / 3 + 1;
    char *text = memory(size);
    need(size == 1 || ts_base64url(bytes, length, text, size - 1) == TS_TOO_SMALL);
    need(ts_base64url(bytes, length, text, size) == TS_OK);
    put_block((const uint8_t *)text, strlen(text));
    uint8_t *back = memory(length);
    need(ts_base64url_decode(text, strlen(text), back, length, &read) == TS_OK);
    need(read == length && memcmp(back, bytes, length) == 0);
    /* The same bytes as if they were text. */
    ts_result result = ts_base64url_decode((const char *)bytes, length, memory(length), length, &read);
    put((uint64_t)result, 1);
}

int main(int count, char **arguments) {
    static key k;
    need(count == 3 && sodium_init() >= 0);
    in = fopen(arguments[1], "rb");
    out = fopen(arguments[2], "wb");
    need(in != NULL && out != NULL);
    for (int what; (what = getc(in)) != EOF;) {
        if (what == 'F') {
            answer_frame(&k);
        } else if (what == 'P' || what == 'C' || what == 'H') {
            answer_about_device(&k, what);
        } else if (what == 'R') {
            answer_promise();
        } else {
            need(what == 'B');
            answer_base64url();
        }
        while (kept_count > 0) free(kept[--kept_count]);
    }
    need(fclose(in) == 0 && fclose(out) == 0);
    return 0;
}
