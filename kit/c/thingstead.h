/*
 * Thingstead's device kit for C99: makes and signs frames (docs/formats.md, sections 1 to 4), byte for byte as the
 * other kits do. No allocation, no floating-point arithmetic, nothing of the C library but <string.h>.
 *
 * Signing, verifying and durable storage are functions that the caller gives. Functions return TS_OK or say what is
 * wrong; then no number was used, what stands in the output is not to be sent, and nothing beyond it was written.
 * Nothing here is for two threads at once.
 */
#ifndef THINGSTEAD_H
#define THINGSTEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TS_MAX_FRAME 65536
#define TS_MAX_READINGS 4096
#define TS_MAX_STRING 8192
#define TS_MAX_NUMBER 9007199254740991u /* 2^53 - 1 */

/* How many bytes more than the message itself the buffer needs while a message is made. */
#define TS_SCRATCH 106

typedef enum {
    TS_OK = 0,
    TS_TOO_SMALL = 1,      /* the buffer; for ts_keep: send what waits first */
    TS_TOO_LARGE = 2,      /* the frame would have more than 65,536 bytes: put fewer readings into it */
    TS_BAD_NAME = 3,       /* 1 to 128 of A-Z a-z 0-9 - : . / _, the first a letter or digit */
    TS_BAD_UNIT = 4,       /* not UTF-8, or over 8,192 bytes */
    TS_BAD_VALUE = 5,      /* not finite; not UTF-8; over 8,192 bytes; of no kind */
    TS_BAD_TIME = 6,       /* neither 0 nor from 1978-07-04T21:24:16Z on and below 2^40 s, in milliseconds */
    TS_BAD_COUNT = 7,      /* 1 to 4,096 readings */
    TS_BAD_NUMBER = 8,     /* n is 1 to 2^53 - 1, and the previous number below it */
    TS_BAD_DEVICE = 9,     /* not member:name of a-z 0-9 - with 1 to 32 and 1 to 64 characters */
    TS_BAD_SIGNER = 10,    /* no signing function, or an algorithm that is not known */
    TS_BAD_CHALLENGE = 11, /* over 64 bytes */
    TS_NOT_SIGNED = 12,    /* the signing function failed */
    TS_NOT_KEPT = 13,      /* the counter could not be loaded or saved: try again, no number was given out */
    TS_SPENT = 14,         /* all numbers are used: the device needs a new key */
    TS_BAD_TEXT = 15,      /* not base64url without padding in its one form */
    TS_BAD_PROMISE = 16,   /* not a promise */
    TS_FALSE_PROMISE = 17  /* not signed by this log's key on this ledger, or not for this frame */
} ts_result;

/* ---- Keys ---- */

#define TS_EDDSA (-8) /* Ed25519 */
#define TS_ES256 (-7) /* P-256 with SHA-256 */

/* The thumbprint of a public key (RFC 9679), 32 bytes, from its 32 bytes, or from the point's x and y. */
void ts_thumbprint_ed25519(const uint8_t key[32], uint8_t thumbprint[32]);
void ts_thumbprint_p256(const uint8_t x[32], const uint8_t y[32], uint8_t thumbprint[32]);

/* Signs a message: R and S, or r and s, 64 bytes. Returns 0 when it did. */
typedef int (*ts_sign)(void *context, const uint8_t *message, size_t length, uint8_t signature[64]);

/* Returns 0 when the signature is the log key's (Ed25519) over the message. */
typedef int (*ts_verify)(void *context, const uint8_t *message, size_t length, const uint8_t signature[64]);

typedef struct {
    uint8_t ledger[32];     /* the ledger's id, which every signature binds */
    uint8_t thumbprint[32]; /* of the signing key */
    int algorithm;          /* TS_EDDSA or TS_ES256 */
    bool without_kid;       /* leaves out the key hint, 10 bytes, where the connection names the device */
    const char *device;     /* for a gateway: the device (member:name) that it signs for; else NULL */
    ts_sign sign;
    void *context; /* for `sign` */
} ts_signer;

/* ---- Readings and frames ---- */

typedef enum { TS_NUMBER = 1, TS_FLAG = 2, TS_TEXT = 3, TS_DATA = 4 } ts_kind;

typedef struct {
    const char *name;
    const char *unit; /* UTF-8, or NULL */
    ts_kind kind;
    double number;     /* for TS_NUMBER */
    bool flag;         /* for TS_FLAG */
    const void *bytes; /* for TS_TEXT (UTF-8, no NUL needed) and TS_DATA */
    size_t length;
    int64_t time_ms; /* milliseconds since 1970, or 0 for "now", which the receiver fills in */
} ts_reading;

/*
 * The frame with number n. `previous`, or NULL: the number used before n, when those between were skipped.
 * Whoever calls this keeps the number from being used again; ts_measured and ts_keep do so by themselves.
 * `size` is the frame's length and TS_SCRATCH at least.
 */
ts_result ts_frame(const ts_signer *signer, uint64_t n, const uint64_t *previous, const ts_reading *readings,
                   size_t count, uint8_t *buffer, size_t size, size_t *length);

/* ---- Numbers that are never used again ---- */

typedef struct {
    /* The number saved last, 0 when none ever was. Returns 0 when it is known; when in doubt, it is not. */
    int (*load)(void *context, uint64_t *number);
    /* Keeps the number; it survives a loss of power when this returns 0. Whole or not at all. */
    int (*save)(void *context, uint64_t number);
    void *context;
    uint32_t block;     /* how many numbers one save reserves, 1 at least (0 is taken for 1) */
    uint64_t used;      /* own: the number given out last */
    uint64_t reserved;  /* own: what is saved */
    bool started;       /* own */
} ts_counter;

/* At each start, and after ts_counter_stop. Numbers reserved and not used before a loss of power become a gap. */
ts_result ts_counter_start(ts_counter *counter);

/* Before a stop that is foreseen: gives back what is reserved, so that no gap stays. */
ts_result ts_counter_stop(ts_counter *counter);

/* The readings as a frame with the next number, in `buffer`. The number counts as used when this returns TS_OK. */
ts_result ts_measured(ts_counter *counter, const ts_signer *signer, const ts_reading *readings, size_t count,
                      uint8_t *buffer, size_t size, size_t *length, uint64_t *n);

/* ---- Frames that nobody has acknowledged yet, in the caller's memory ---- */

typedef struct {
    uint8_t *memory;
    size_t size;
    size_t used; /* own: 0 at first */
} ts_waiting;

/* As ts_measured, made in the free part of the memory and kept there. TS_TOO_SMALL: no room, no number used. */
ts_result ts_keep(ts_waiting *waiting, ts_counter *counter, const ts_signer *signer, const ts_reading *readings,
                  size_t count, uint64_t *n);

/* The next frame that waits, oldest first; `*place` is 0 at first. False at the end. */
bool ts_next(const ts_waiting *waiting, size_t *place, uint64_t *n, const uint8_t **frame, size_t *length);

/* Forgets a frame that was acknowledged, or that the node will never take. Places start anew. */
void ts_done(ts_waiting *waiting, uint64_t n);

/* ---- Other messages that a device signs ---- */

/* Proof that whoever registers the key holds it; `subject` is the DeviceId. */
ts_result ts_possession(const ts_signer *signer, const char *subject, uint8_t *buffer, size_t size, size_t *length);

/* Proves the key at connect: with the time, or with a challenge by the node. As base64url it is the MQTT password. */
ts_result ts_connect(const ts_signer *signer, const char *device, int64_t time_ms, uint8_t *buffer, size_t size,
                     size_t *length);
ts_result ts_connect_challenge(const ts_signer *signer, const char *device, const uint8_t *challenge,
                               size_t challenge_length, uint8_t *buffer, size_t size, size_t *length);

/* ---- What a node answers over HTTP ---- */

typedef struct {
    char member[33]; /* compare it with the member that should have promised */
    uint64_t log, index, anchor_by;
} ts_promise;

/*
 * Checks the promise in an answer: by this log's key, on this ledger, for exactly this frame. `promise` and `salt` are
 * the answer's members of that name, decoded; `received_ms` is its receivedMs.
 */
ts_result ts_promise_check(const uint8_t ledger[32], const uint8_t log_thumbprint[32], ts_verify verify, void *context,
                           const uint8_t *promise, size_t promise_length, const uint8_t *frame, size_t frame_length,
                           const uint8_t salt[32], uint64_t received_ms, ts_promise *made);

/* base64url without padding. The text gets a NUL at its end, which `size` counts. */
ts_result ts_base64url(const uint8_t *bytes, size_t length, char *text, size_t size);
ts_result ts_base64url_decode(const char *text, size_t text_length, uint8_t *bytes, size_t size, size_t *length);

/* SHA-256 of the bytes. */
void ts_sha256(const uint8_t *bytes, size_t length, uint8_t hash[32]);

#ifdef __cplusplus
}
#endif
#endif
