/* Thingstead's device kit for C99: see thingstead.h and README.md. */
#include "thingstead.h"

#include <string.h>

typedef char ts_double_is_binary64[sizeof(double) == 8 ? 1 : -1];

/* ---- SHA-256 (FIPS 180-4) ---- */

typedef struct {
    uint32_t state[8];
    uint8_t block[64];
    uint64_t length;
} hasher;

static uint32_t right(uint32_t x, unsigned by) { return x >> by | x << (32 - by); }

static void hash_block(hasher *h) {
    static const uint32_t K[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
    uint32_t s[8], w[16];
    memcpy(s, h->state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t *at = &w[i & 15];
        if (i < 16) {
            const uint8_t *b = h->block + 4 * i;
            *at = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
        } else {
            uint32_t a = w[(i + 1) & 15], e = w[(i + 14) & 15];
            *at += (right(a, 7) ^ right(a, 18) ^ a >> 3) + w[(i + 9) & 15] + (right(e, 17) ^ right(e, 19) ^ e >> 10);
        }
        uint32_t t = s[7] + (right(s[4], 6) ^ right(s[4], 11) ^ right(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) +
                     K[i] + *at;
        uint32_t u = (right(s[0], 2) ^ right(s[0], 13) ^ right(s[0], 22)) +
                     ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += t;
        s[0] = t + u;
    }
    for (int i = 0; i < 8; i++) h->state[i] += s[i];
}

static void hash_add(hasher *h, const void *bytes, size_t length) {
    for (const uint8_t *at = bytes; length > 0; length--) {
        h->block[h->length++ & 63] = *at++;
        if ((h->length & 63) == 0) hash_block(h);
    }
}

static void hash_begin(hasher *h) {
    static const uint32_t START[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(h->state, START, sizeof START);
    h->length = 0;
}

static void big_endian(uint8_t *to, uint64_t value, int width) {
    for (int i = width - 1; i >= 0; i--, value >>= 8) to[i] = (uint8_t)value;
}

static void hash_end(hasher *h, uint8_t hash[32]) {
    uint8_t bits[8];
    big_endian(bits, h->length * 8, 8);
    hash_add(h, "\x80", 1);
    while ((h->length & 63) != 56) hash_add(h, "", 1);
    hash_add(h, bits, 8);
    for (int i = 0; i < 8; i++) big_endian(hash + 4 * i, h->state[i], 4);
}

void ts_sha256(const uint8_t *bytes, size_t length, uint8_t hash[32]) {
    hasher h;
    hash_begin(&h);
    hash_add(&h, bytes, length);
    hash_end(&h, hash);
}

/* ---- Keys: the hash of their COSE_Key (RFC 9679) ---- */

void ts_thumbprint_ed25519(const uint8_t key[32], uint8_t thumbprint[32]) {
    hasher h;
    hash_begin(&h);
    hash_add(&h, "\xa3\x01\x01\x20\x06\x21\x58\x20", 8);
    hash_add(&h, key, 32);
    hash_end(&h, thumbprint);
}

void ts_thumbprint_p256(const uint8_t x[32], const uint8_t y[32], uint8_t thumbprint[32]) {
    hasher h;
    hash_begin(&h);
    hash_add(&h, "\xa4\x01\x02\x20\x01\x21\x58\x20", 8);
    hash_add(&h, x, 32);
    hash_add(&h, "\x22\x58\x20", 3);
    hash_add(&h, y, 32);
    hash_end(&h, thumbprint);
}

/* ---- det-CBOR into a bounded buffer ---- */

enum { UINT = 0, NEGINT = 1, BYTES = 2, TEXT = 3, ARRAY = 4, MAP = 5 };

typedef struct {
    uint8_t *at, *end;
    bool full; /* once set, nothing more is written */
} writer;

static void raw(writer *out, const void *bytes, size_t length) {
    if (out->full || (size_t)(out->end - out->at) < length) {
        out->full = true;
    } else if (length > 0) {
        memcpy(out->at, bytes, length);
        out->at += length;
    }
}

static int width_of(uint64_t argument) {
    return argument < 24 ? 0 : argument < 0x100 ? 1 : argument < 0x10000 ? 2 : argument <= 0xffffffff ? 4 : 8;
}

static void head(writer *out, int major, uint64_t argument) {
    uint8_t bytes[9];
    int width = width_of(argument);
    int info = width == 0 ? (int)argument : width == 1 ? 24 : width == 2 ? 25 : width == 4 ? 26 : 27;
    bytes[0] = (uint8_t)(major << 5 | info);
    big_endian(bytes + 1, argument, width);
    raw(out, bytes, 1 + (size_t)width);
}

static void integer(writer *out, int64_t value) {
    head(out, value < 0 ? NEGINT : UINT, value < 0 ? ~(uint64_t)value : (uint64_t)value);
}

static void string(writer *out, int major, const void *bytes, size_t length) {
    head(out, major, length);
    raw(out, bytes, length);
}

/* ---- Numbers, with integers only: what a half or single means, and the nearest half, single or double ---- */

#define LIMBS 12 /* 384 bits: a single's fraction times 5^149 has 370 */

typedef struct {
    uint32_t limb[LIMBS]; /* least significant first */
} big;

static void times(big *b, uint32_t factor) {
    uint64_t carry = 0;
    for (int i = 0; i < LIMBS; i++) {
        carry += (uint64_t)b->limb[i] * factor;
        b->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static void big_of(big *b, uint64_t value, uint32_t factor, int power) {
    memset(b, 0, sizeof *b);
    b->limb[0] = (uint32_t)value;
    b->limb[1] = (uint32_t)(value >> 32);
    for (; power > 0; power--) times(b, factor);
}

static int bits_of(const big *b) {
    int i = LIMBS - 1, bits = 0;
    while (i > 0 && b->limb[i] == 0) i--;
    for (uint32_t top = b->limb[i]; top != 0; top >>= 1) bits++;
    return 32 * i + bits;
}

static bool at_least(const big *a, const big *b) {
    int i = LIMBS - 1;
    while (i > 0 && a->limb[i] == b->limb[i]) i--;
    return a->limb[i] >= b->limb[i];
}

static void minus(big *a, const big *b) {
    uint64_t borrow = 0;
    for (int i = 0; i < LIMBS; i++) {
        uint64_t left = (uint64_t)a->limb[i] - b->limb[i] - borrow;
        a->limb[i] = (uint32_t)left;
        borrow = left >> 63;
    }
}

/* The bits of the double nearest to digits * 10^power, ties to even. digits is 1 to 2^53, power -53 to 40. */
static uint64_t nearest_double(uint64_t digits, int power) {
    big above, below;
    big_of(&above, digits, 10, power);
    big_of(&below, 1, 10, -power);
    int exponent = bits_of(&above) - bits_of(&below);
    for (int i = exponent; i < 0; i++) times(&above, 2);
    for (int i = exponent; i > 0; i--) times(&below, 2);
    if (at_least(&above, &below)) {
        times(&below, 2);
        exponent++;
    }
    /* above / below is within 1/2 to 1: 53 bits of it, and one to round by. */
    uint64_t quotient = 0;
    for (int i = 0; i < 54; i++) {
        times(&above, 2);
        bool one = at_least(&above, &below);
        if (one) minus(&above, &below);
        quotient = quotient << 1 | one;
    }
    bool rest = bits_of(&above) > 0, half = quotient & 1;
    quotient >>= 1;
    if (half && (rest || (quotient & 1))) quotient++;
    return ((uint64_t)(exponent + 1021) << 52) + quotient;
}

typedef struct {
    int bits;   /* of the fraction */
    int lowest; /* exponent of the smallest unit */
    int fields; /* exponent field of infinity */
    int digits; /* that always tell a value */
} format;

static const format HALF = {10, -24, 31, 5}, SINGLE = {23, -149, 255, 9};

/* The bits of the half or single nearest to a double that is not negative and finite; false when that is infinity. */
static bool narrow(const format *f, uint64_t value, uint32_t *bits) {
    int exponent = (int)(value >> 52);
    uint64_t fraction = (value & (UINT64_MAX >> 12)) | (exponent > 0 ? (uint64_t)1 << 52 : 0);
    exponent = (exponent > 0 ? exponent : 1) - 1075;
    int unit = exponent + 52 - f->bits;
    if (unit < f->lowest) unit = f->lowest;
    int cut = unit - exponent;
    uint64_t kept = 0;
    if (cut < 55) {
        uint64_t rest = fraction & (((uint64_t)1 << cut) - 1), middle = (uint64_t)1 << (cut - 1);
        kept = fraction >> cut;
        if (rest > middle || (rest == middle && (kept & 1))) kept++;
    }
    uint64_t whole = ((uint64_t)(unit - f->lowest) << f->bits) + kept;
    *bits = (uint32_t)whole;
    return whole < (uint64_t)f->fields << f->bits;
}

/* The value is *fraction * 2^(what is returned). */
static int widen(const format *f, uint32_t bits, uint32_t *fraction) {
    int exponent = (int)(bits >> f->bits);
    *fraction = (bits & ((1u << f->bits) - 1)) | (exponent > 0 ? 1u << f->bits : 0);
    return f->lowest + (exponent > 0 ? exponent - 1 : 0);
}

/* What a half or single means: its exact value rounded to the fewest significant digits that round back to it. */
static uint64_t meaning(const format *f, uint32_t bits) {
    uint32_t fraction;
    int exponent = widen(f, bits, &fraction);
    if (fraction == 0) return 0;
    big exact;
    big_of(&exact, fraction, exponent < 0 ? 5 : 2, exponent < 0 ? -exponent : exponent);
    if (exponent > 0) exponent = 0; /* from here on that of ten */
    uint8_t decimal[9 * 13]; /* least significant digit first */
    int count = 0;
    while (bits_of(&exact) > 0) {
        uint64_t rest = 0;
        for (int i = LIMBS - 1; i >= 0; i--) {
            rest = rest << 32 | exact.limb[i];
            exact.limb[i] = (uint32_t)(rest / 1000000000u);
            rest %= 1000000000u;
        }
        for (int i = 0; i < 9; i++, rest /= 10) decimal[count++] = (uint8_t)(rest % 10);
    }
    while (decimal[count - 1] == 0) count--;
    uint64_t digits = 0;
    for (int d = 1; d <= f->digits; d++) {
        int cut = count - d;
        digits = digits * 10 + (cut >= 0 ? decimal[cut] : 0);
        bool up = false;
        if (cut > 0 && decimal[cut - 1] >= 5) {
            up = decimal[cut - 1] > 5 || (digits & 1);
            for (int i = cut - 2; i >= 0 && !up; i--) up = decimal[i] > 0;
        }
        uint64_t rounded = nearest_double(digits + up, exponent + cut);
        uint32_t back;
        if (narrow(f, rounded, &back) && back == bits) return rounded;
    }
    return 0; /* does not happen: so many digits always tell the value */
}

static void simple(writer *out, uint8_t first, uint64_t bits, int width) {
    uint8_t bytes[9];
    bytes[0] = first;
    big_endian(bytes + 1, bits, width);
    raw(out, bytes, 1 + (size_t)width);
}

/* The double nearest to the half or single is the value itself only where it is exact. */
static bool is_exact(const format *f, uint32_t bits, uint64_t value) {
    uint32_t fraction;
    int exponent = widen(f, bits, &fraction);
    uint64_t wide = fraction;
    if (wide == 0) return value == 0;
    for (; (wide >> 52) == 0; exponent--) wide <<= 1;
    return value == ((uint64_t)(exponent + 1074) << 52) + wide;
}

/* An integer where it is one below 2^53, else the shortest float that means it. False when it is not finite. */
static bool number(writer *out, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t size = bits & (UINT64_MAX >> 1), sign = bits >> 63;
    int exponent = (int)(size >> 52);
    if (exponent == 2047) return false;
    int cut = 1075 - exponent;
    uint64_t fraction = (size & (UINT64_MAX >> 12)) | (uint64_t)1 << 52;
    uint32_t half, single;
    if (size == 0) {
        head(out, UINT, 0);
    } else if (cut >= 0 && cut <= 52 && (fraction & (((uint64_t)1 << cut) - 1)) == 0) {
        fraction >>= cut;
        head(out, sign ? NEGINT : UINT, fraction - sign);
    } else if (narrow(&HALF, size, &half) && is_exact(&HALF, half, size) && meaning(&HALF, half) == size) {
        simple(out, 0xf9, half | sign << 15, 2);
    } else if (narrow(&SINGLE, size, &single) && meaning(&SINGLE, single) == size) {
        simple(out, 0xfa, single | sign << 31, 4);
    } else {
        simple(out, 0xfb, bits, 8);
    }
    return true;
}

/* Whether a half or single, in seconds, is within a quarter of a millisecond of a time below 2^50 ms. */
static bool is_near(const format *f, uint32_t bits, uint64_t millis) {
    uint32_t fraction;
    int exponent = widen(f, bits, &fraction);
    uint64_t quarters = (uint64_t)fraction * 4000, unit = 1, wanted = millis * 4;
    if (exponent >= 0) {
        quarters <<= exponent;
    } else {
        unit <<= -exponent; /* at most 2^33: a time is 1 ms at least */
        wanted <<= -exponent;
    }
    return (quarters > wanted ? quarters - wanted : wanted - quarters) <= unit;
}

static void seconds(writer *out, int64_t millis) {
    if (millis % 1000 == 0) {
        integer(out, millis / 1000);
        return;
    }
    uint64_t sign = millis < 0, size = sign ? (uint64_t)-millis : (uint64_t)millis;
    uint64_t real = nearest_double(size, -3);
    uint32_t half, single;
    if (narrow(&HALF, real, &half) && is_near(&HALF, half, size)) {
        simple(out, 0xf9, half | sign << 15, 2);
    } else if (narrow(&SINGLE, real, &single) && is_near(&SINGLE, single, size)) {
        simple(out, 0xfa, single | sign << 31, 4);
    } else {
        simple(out, 0xfb, real | sign << 63, 8);
    }
}

/* ---- Text ---- */

static bool is_utf8(const uint8_t *at, size_t length) {
    const uint8_t *end = at + length;
    while (at < end) {
        uint8_t first = *at++;
        if (first < 0x80) continue;
        int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
        if (first < 0xc2 || first > 0xf4 || end - at < more) return false;
        uint32_t code = first & (0x3fu >> more);
        for (int i = 0; i < more; i++) {
            if ((*at & 0xc0) != 0x80) return false;
            code = code << 6 | (*at++ & 0x3f);
        }
        if (code < (more == 3 ? 0x10000u : more == 2 ? 0x800u : 0x80u) || code > 0x10ffff || (code >> 11) == 0x1b) {
            return false;
        }
    }
    return true;
}

/* The length of a text that ends with NUL, or most + 1 when it is longer: reads no further than that. */
static size_t length_of(const char *text, size_t most) {
    size_t length = 0;
    while (length <= most && text[length] != 0) length++;
    return length;
}

static bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

static bool is_senml_name(const char *name) {
    size_t length = name == NULL ? 0 : length_of(name, 128);
    if (length == 0 || length > 128 || !is_alphanumeric(name[0])) return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_alphanumeric(name[i]) && strchr("-:./_", name[i]) == NULL) return false;
    }
    return true;
}

static size_t id_part(const char *text, size_t most) {
    size_t length = 0;
    while (length <= most && text[length] != 0 &&
           ((text[length] >= 'a' && text[length] <= 'z') || (text[length] >= '0' && text[length] <= '9') ||
            text[length] == '-')) {
        length++;
    }
    return length;
}

/* The length of a DeviceId, member:name, or 0 when it is none. */
static size_t device_length(const char *text) {
    if (text == NULL) return 0;
    size_t member = id_part(text, 32);
    if (member < 1 || member > 32 || text[member] != ':') return 0;
    size_t name = id_part(text + member + 1, 64);
    return name < 1 || name > 64 || text[member + 1 + name] != 0 ? 0 : member + 1 + name;
}

/* ---- SenML (RFC 8428), as docs/formats.md says under "How the kits encode" ---- */

#define FIRST_MS (((int64_t)1 << 28) * 1000)
#define LAST_MS (((int64_t)1 << 40) * 1000 - 1)

static ts_result check(const ts_reading *r) {
    if (!is_senml_name(r->name)) return TS_BAD_NAME;
    if (r->unit != NULL) {
        size_t length = length_of(r->unit, TS_MAX_STRING);
        if (length > TS_MAX_STRING || !is_utf8((const uint8_t *)r->unit, length)) return TS_BAD_UNIT;
    }
    if (r->kind == TS_TEXT || r->kind == TS_DATA) {
        if (r->length > TS_MAX_STRING || (r->bytes == NULL && r->length > 0)) return TS_BAD_VALUE;
        if (r->kind == TS_TEXT && !is_utf8(r->bytes, r->length)) return TS_BAD_VALUE;
    } else if (r->kind != TS_NUMBER && r->kind != TS_FLAG) {
        return TS_BAD_VALUE;
    }
    return r->time_ms == 0 || (r->time_ms >= FIRST_MS && r->time_ms <= LAST_MS) ? TS_OK : TS_BAD_TIME;
}

static bool is_same(const char *a, const char *b) { return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0); }

static ts_result senml(writer *out, const ts_reading *readings, size_t count) {
    if (readings == NULL || count < 1 || count > TS_MAX_READINGS) return TS_BAD_COUNT;
    for (size_t i = 0; i < count; i++) {
        ts_result result = check(&readings[i]);
        if (result != TS_OK) return result;
    }
    const ts_reading *first = readings;
    bool same_name = count > 1, same_unit = count > 1, timed = count > 1;
    for (size_t i = 0; i < count && count > 1; i++) {
        same_name = same_name && is_same(first->name, readings[i].name);
        same_unit = same_unit && is_same(first->unit, readings[i].unit);
        timed = timed && readings[i].time_ms != 0;
    }
    bool base_unit = same_unit && first->unit != NULL;
    head(out, ARRAY, count);
    for (size_t i = 0; i < count && !out->full; i++) {
        const ts_reading *r = &readings[i];
        int64_t millis = r->time_ms - (timed ? first->time_ms : 0);
        bool own_unit = !same_unit && r->unit != NULL;
        head(out, MAP, 1u + !same_name + own_unit + (millis != 0) + (i == 0 ? 0u + same_name + base_unit + timed : 0u));
        if (!same_name) {
            integer(out, 0);
            string(out, TEXT, r->name, strlen(r->name));
        }
        if (own_unit) {
            integer(out, 1);
            string(out, TEXT, r->unit, strlen(r->unit));
        }
        if (r->kind == TS_NUMBER) {
            integer(out, 2);
            if (!number(out, r->number)) return TS_BAD_VALUE;
        } else if (r->kind == TS_TEXT) {
            integer(out, 3);
            string(out, TEXT, r->bytes, r->length);
        } else if (r->kind == TS_FLAG) {
            integer(out, 4);
            raw(out, r->flag ? "\xf5" : "\xf4", 1);
        }
        if (millis != 0) {
            integer(out, 6);
            seconds(out, millis);
        }
        if (r->kind == TS_DATA) {
            integer(out, 8);
            string(out, BYTES, r->bytes, r->length);
        }
        if (i == 0 && same_name) {
            integer(out, -2);
            string(out, TEXT, r->name, strlen(r->name));
        }
        if (i == 0 && timed) {
            integer(out, -3);
            seconds(out, r->time_ms);
        }
        if (i == 0 && base_unit) {
            integer(out, -4);
            string(out, TEXT, r->unit, strlen(r->unit));
        }
    }
    return TS_OK;
}

/* ---- COSE_Sign1 (RFC 9052), made in one buffer ----
 *
 * What is signed and what is sent end with the same payload. So the payload is written where the signed form needs it,
 * that form's beginning in front of it; once it is signed, the message's own beginning takes that place, the signature
 * comes behind, and all of it moves to the front.
 */

#define MAX_HEADER 144
#define MAX_HEAD 3 /* of a payload up to 65,535 bytes */
#define SIGNATURE 66

typedef struct {
    uint8_t *buffer, *payload;
    const char *kind;
    uint8_t header[MAX_HEADER];
    size_t header_length, size;
    writer out; /* for the payload */
} message;

/* In front of the payload: ["Signature1", protected, external_aad, … */
static void signed_form(writer *out, const uint8_t *header, size_t header_length, const char *kind,
                        const uint8_t ledger[32], const uint8_t thumbprint[32]) {
    raw(out, "\x84\x6aSignature1", 12);
    string(out, BYTES, header, header_length);
    head(out, BYTES, 14 + strlen(kind) + 2 * (2 + 32));
    raw(out, "\x85\x6athingstead\x01", 13);
    string(out, TEXT, kind, strlen(kind));
    string(out, BYTES, ledger, 32);
    string(out, BYTES, thumbprint, 32);
}

static size_t string_length(size_t length) { return 1 + (size_t)width_of(length) + length; }

static size_t signed_length(const message *m) {
    return 12 + string_length(m->header_length) + 2 + 14 + strlen(m->kind) + 2 * (2 + 32);
}

static writer header_of(message *m, const ts_signer *s, unsigned labels) {
    writer out = {m->header, m->header + MAX_HEADER, false};
    head(&out, MAP, labels);
    integer(&out, 1);
    integer(&out, s->algorithm);
    return out;
}

static ts_result begin(message *m, const ts_signer *s, const char *kind, const writer *header, uint8_t *buffer,
                       size_t size) {
    if (s->sign == NULL || (s->algorithm != TS_EDDSA && s->algorithm != TS_ES256)) return TS_BAD_SIGNER;
    m->kind = kind;
    m->header_length = (size_t)(header->at - m->header);
    size_t front = signed_length(m) + MAX_HEAD;
    if (size < front + SIGNATURE) return TS_TOO_SMALL;
    m->buffer = buffer;
    m->size = size;
    m->payload = buffer + front;
    m->out.at = m->payload;
    m->out.end = buffer + size - SIGNATURE;
    m->out.full = false;
    return TS_OK;
}

static ts_result finish(message *m, const ts_signer *s, size_t *length) {
    size_t payload = (size_t)(m->out.at - m->payload);
    size_t before = 1 + string_length(m->header_length) + 1;
    if (m->out.full) return TS_TOO_SMALL;
    if (before + string_length(payload) + SIGNATURE > TS_MAX_FRAME) return TS_TOO_LARGE;
    uint8_t *body = m->payload - (string_length(payload) - payload);
    uint8_t *start = body - signed_length(m);
    writer out = {start, m->payload, false};
    signed_form(&out, m->header, m->header_length, m->kind, s->ledger, s->thumbprint);
    head(&out, BYTES, payload);
    uint8_t *signature = m->out.at;
    if (s->sign(s->context, start, (size_t)(signature - start), signature + 2) != 0) return TS_NOT_SIGNED;
    signature[0] = 0x58;
    signature[1] = 64;
    uint8_t *sent = body - before;
    out.at = sent;
    raw(&out, "\x84", 1);
    string(&out, BYTES, m->header, m->header_length);
    raw(&out, "\xa0", 1);
    *length = (size_t)(signature + SIGNATURE - sent);
    memmove(m->buffer, sent, *length);
    return TS_OK;
}

ts_result ts_frame(const ts_signer *signer, uint64_t n, const uint64_t *previous, const ts_reading *readings,
                   size_t count, uint8_t *buffer, size_t size, size_t *length) {
    message m;
    if (n < 1 || n > TS_MAX_NUMBER || (previous != NULL && *previous >= n)) return TS_BAD_NUMBER;
    size_t device = device_length(signer->device);
    if (signer->device != NULL && device == 0) return TS_BAD_DEVICE;
    unsigned labels = 2u + !signer->without_kid + (device > 0) + (previous != NULL);
    writer out = header_of(&m, signer, labels);
    if (!signer->without_kid) {
        integer(&out, 4);
        string(&out, BYTES, signer->thumbprint, 8);
    }
    if (device > 0) {
        string(&out, TEXT, "d", 1);
        string(&out, TEXT, signer->device, device);
    }
    string(&out, TEXT, "n", 1);
    head(&out, UINT, n);
    if (previous != NULL) {
        string(&out, TEXT, "p", 1);
        head(&out, UINT, *previous);
    }
    ts_result result = begin(&m, signer, "frame", &out, buffer, size);
    if (result == TS_OK) result = senml(&m.out, readings, count);
    return result == TS_OK ? finish(&m, signer, length) : result;
}

/* ---- Other messages ---- */

/* [DeviceId], [DeviceId, time] or [DeviceId, challenge] */
static ts_result about_device(const ts_signer *signer, const char *kind, const char *device, const int64_t *time_ms,
                              const uint8_t *challenge, size_t challenge_length, uint8_t *buffer, size_t size,
                              size_t *length) {
    message m;
    size_t name = device_length(device);
    if (name == 0) return TS_BAD_DEVICE;
    writer header = header_of(&m, signer, 1);
    ts_result result = begin(&m, signer, kind, &header, buffer, size);
    if (result != TS_OK) return result;
    head(&m.out, ARRAY, time_ms != NULL || challenge != NULL ? 2 : 1);
    string(&m.out, TEXT, device, name);
    if (time_ms != NULL) integer(&m.out, *time_ms);
    if (challenge != NULL) string(&m.out, BYTES, challenge, challenge_length);
    return finish(&m, signer, length);
}

ts_result ts_possession(const ts_signer *signer, const char *subject, uint8_t *buffer, size_t size, size_t *length) {
    return about_device(signer, "possession", subject, NULL, NULL, 0, buffer, size, length);
}

ts_result ts_connect(const ts_signer *signer, const char *device, int64_t time_ms, uint8_t *buffer, size_t size,
                     size_t *length) {
    if (time_ms < 0) return TS_BAD_TIME;
    return about_device(signer, "connect", device, &time_ms, NULL, 0, buffer, size, length);
}

ts_result ts_connect_challenge(const ts_signer *signer, const char *device, const uint8_t *challenge,
                               size_t challenge_length, uint8_t *buffer, size_t size, size_t *length) {
    if (challenge == NULL || challenge_length > 64) return TS_BAD_CHALLENGE;
    return about_device(signer, "connect", device, NULL, challenge, challenge_length, buffer, size, length);
}

/* ---- Numbers ---- */

ts_result ts_counter_start(ts_counter *counter) {
    uint64_t saved;
    counter->started = false;
    if (counter->load(counter->context, &saved) != 0 || saved > TS_MAX_NUMBER) return TS_NOT_KEPT;
    /* Any number up to the saved one may have been used. */
    counter->used = counter->reserved = saved;
    counter->started = true;
    return TS_OK;
}

ts_result ts_counter_stop(ts_counter *counter) {
    if (!counter->started) return TS_NOT_KEPT;
    /* Nothing is given out any more, whether or not the save comes to the disk. */
    counter->started = false;
    if (counter->reserved == counter->used) return TS_OK;
    return counter->save(counter->context, counter->used) == 0 ? TS_OK : TS_NOT_KEPT;
}

ts_result ts_measured(ts_counter *counter, const ts_signer *signer, const ts_reading *readings, size_t count,
                      uint8_t *buffer, size_t size, size_t *length, uint64_t *n) {
    if (!counter->started) return TS_NOT_KEPT;
    if (counter->used >= TS_MAX_NUMBER) return TS_SPENT;
    if (counter->used == counter->reserved) {
        uint64_t reserved = counter->used + (counter->block > 0 ? counter->block : 1);
        if (reserved > TS_MAX_NUMBER) reserved = TS_MAX_NUMBER;
        if (counter->save(counter->context, reserved) != 0) return TS_NOT_KEPT;
        /* A loss of power here leaves the numbers reserved and unused: a gap, and none is used twice. */
        counter->reserved = reserved;
    }
    ts_result result = ts_frame(signer, counter->used + 1, NULL, readings, count, buffer, size, length);
    if (result == TS_OK) *n = ++counter->used;
    return result;
}

/* ---- Frames that wait: number u64, length u32, frame; one after another ---- */

#define RECORD 12

ts_result ts_keep(ts_waiting *waiting, ts_counter *counter, const ts_signer *signer, const ts_reading *readings,
                  size_t count, uint64_t *n) {
    if (waiting->size - waiting->used < RECORD) return TS_TOO_SMALL;
    uint8_t *record = waiting->memory + waiting->used;
    size_t length;
    ts_result result = ts_measured(counter, signer, readings, count, record + RECORD,
                                   waiting->size - waiting->used - RECORD, &length, n);
    if (result == TS_OK) {
        big_endian(record, *n, 8);
        big_endian(record + 8, length, 4);
        waiting->used += RECORD + length;
    }
    return result;
}

static uint64_t big_endian_at(const uint8_t *at, int width) {
    uint64_t value = 0;
    for (int i = 0; i < width; i++) value = value << 8 | at[i];
    return value;
}

bool ts_next(const ts_waiting *waiting, size_t *place, uint64_t *n, const uint8_t **frame, size_t *length) {
    if (*place >= waiting->used) return false;
    const uint8_t *record = waiting->memory + *place;
    *n = big_endian_at(record, 8);
    *length = (size_t)big_endian_at(record + 8, 4);
    *frame = record + RECORD;
    *place += RECORD + *length;
    return true;
}

void ts_done(ts_waiting *waiting, uint64_t n) {
    size_t from = 0, to = 0, length;
    uint64_t at;
    const uint8_t *frame;
    while (ts_next(waiting, &to, &at, &frame, &length)) {
        if (at == n) {
            memmove(waiting->memory + from, waiting->memory + to, waiting->used - to);
            waiting->used -= to - from;
            return;
        }
        from = to;
    }
}

/* ---- Answers ---- */

typedef struct {
    const uint8_t *at, *end;
    bool bad; /* once set, nothing more is read */
} reader;

/* The argument of a head of this kind, in its shortest form. */
static uint64_t read_head(reader *in, int major) {
    int info = in->at < in->end ? *in->at & 31 : 31;
    int width = info < 24 ? 0 : info < 28 ? 1 << (info - 24) : -1;
    if (in->bad || width < 0 || in->end - in->at < 1 + width || *in->at >> 5 != major) {
        in->bad = true;
        return 0;
    }
    uint64_t argument = width == 0 ? (uint64_t)info : big_endian_at(in->at + 1, width);
    in->at += 1 + width;
    if (width_of(argument) != width) in->bad = true;
    return argument;
}

static const uint8_t *read_raw(reader *in, uint64_t length) {
    static const uint8_t NOTHING[64];
    if (in->bad || (uint64_t)(in->end - in->at) < length) {
        in->bad = true;
        return NOTHING;
    }
    in->at += length;
    return in->at - length;
}

static const uint8_t *read_string(reader *in, int major, uint64_t length) {
    if (read_head(in, major) != length) in->bad = true;
    return read_raw(in, length);
}

#define MAX_PROMISE 256 /* the payload */

ts_result ts_promise_check(const uint8_t ledger[32], const uint8_t log_thumbprint[32], ts_verify verify, void *context,
                           const uint8_t *promise, size_t promise_length, const uint8_t *frame, size_t frame_length,
                           const uint8_t salt[32], uint64_t received_ms, ts_promise *made) {
    static const uint8_t HEADER[4] = {0xa1, 0x01, 0x27, 0x00}, FORM[6] = {0x84, 0x43, 0xa1, 0x01, 0x27, 0xa0};
    reader in = {promise, promise + promise_length, false};
    if (memcmp(read_raw(&in, sizeof FORM), FORM, sizeof FORM) != 0) return TS_BAD_PROMISE;
    uint64_t payload_length = read_head(&in, BYTES);
    if (payload_length > MAX_PROMISE) return TS_BAD_PROMISE;
    const uint8_t *payload = read_raw(&in, payload_length), *signature = read_string(&in, BYTES, 64);
    if (in.bad || in.at != in.end) return TS_BAD_PROMISE;

    uint8_t signed_bytes[12 + 4 + 2 + 89 + 3 + MAX_PROMISE];
    writer out = {signed_bytes, signed_bytes + sizeof signed_bytes, false};
    signed_form(&out, HEADER, 3, "promise", ledger, log_thumbprint);
    string(&out, BYTES, payload, (size_t)payload_length);
    if (out.full || verify(context, signed_bytes, (size_t)(out.at - signed_bytes), signature) != 0) {
        return TS_FALSE_PROMISE;
    }

    in.at = payload;
    in.end = payload + payload_length;
    if (read_head(&in, ARRAY) != 6) in.bad = true;
    const uint8_t *of = read_string(&in, BYTES, 32);
    uint64_t member_length = read_head(&in, TEXT);
    if (member_length < 1 || member_length > 32) return TS_BAD_PROMISE;
    const uint8_t *member = read_raw(&in, member_length);
    uint64_t log = read_head(&in, UINT), index = read_head(&in, UINT);
    const uint8_t *entry = read_string(&in, BYTES, 33);
    uint64_t anchor_by = read_head(&in, UINT);
    if (in.bad || in.at != in.end || log < 1 || log > 0xffffffff || index > TS_MAX_NUMBER ||
        anchor_by > TS_MAX_NUMBER) {
        return TS_BAD_PROMISE;
    }

    /* The entry: 1, and the commitment to a frame (kind 1) that was received at this time. */
    hasher h;
    uint8_t kind_and_time[9] = {1}, commitment[32];
    big_endian(kind_and_time + 1, received_ms, 8);
    hash_begin(&h);
    hash_add(&h, "ts-leaf/1", 10);
    hash_add(&h, salt, 32);
    hash_add(&h, kind_and_time, 9);
    hash_add(&h, frame, frame_length);
    hash_end(&h, commitment);
    if (memcmp(of, ledger, 32) != 0 || entry[0] != 1 || memcmp(entry + 1, commitment, 32) != 0) return TS_FALSE_PROMISE;
    memset(made->member, 0, sizeof made->member);
    memcpy(made->member, member, (size_t)member_length);
    if (id_part(made->member, 32) != member_length) return TS_BAD_PROMISE;
    made->log = log;
    made->index = index;
    made->anchor_by = anchor_by;
    return TS_OK;
}

/* ---- base64url (RFC 4648, section 5) without padding ---- */

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

ts_result ts_base64url(const uint8_t *bytes, size_t length, char *text, size_t size) {
    if (size < 1 || (size - 1) / 4 < length / 3 || size - 1 < length / 3 * 4 + (length % 3 > 0 ? length % 3 + 1 : 0)) {
        return TS_TOO_SMALL;
    }
    uint32_t bits = 0;
    int held = 0;
    for (size_t i = 0; i < length; i++) {
        bits = bits << 8 | bytes[i];
        for (held += 8; held >= 6; held -= 6) *text++ = ALPHABET[bits >> (held - 6) & 63];
    }
    if (held > 0) *text++ = ALPHABET[bits << (6 - held) & 63];
    *text = 0;
    return TS_OK;
}

ts_result ts_base64url_decode(const char *text, size_t text_length, uint8_t *bytes, size_t size, size_t *length) {
    uint32_t bits = 0;
    int held = 0;
    *length = 0;
    if (text_length % 4 == 1) return TS_BAD_TEXT;
    for (size_t i = 0; i < text_length; i++) {
        const char *found = text[i] == 0 ? NULL : strchr(ALPHABET, text[i]);
        if (found == NULL) return TS_BAD_TEXT;
        bits = bits << 6 | (uint32_t)(found - ALPHABET);
        held += 6;
        if (held >= 8) {
            if (*length == size) return TS_TOO_SMALL;
            held -= 8;
            bytes[(*length)++] = (uint8_t)(bits >> held);
        }
    }
    return (bits & ((1u << held) - 1)) == 0 ? TS_OK : TS_BAD_TEXT;
}
