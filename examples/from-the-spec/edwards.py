"""Points of edwards25519, as far as the one signature predicate asks for them (docs/formats.md §2, RFC 8032 §5.1)."""

import functools

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
L = 2**252 + 27742317777372353535851937790883648493


def canonical_point(data):
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    return y < P and not (sign and y in (1, P - 1))


def add_points(a, b):
    """The sum of two points (X, Y, Z, T) of edwards25519 (RFC 8032 §5.1.4)."""
    p, q = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    r, s = 2 * D * a[3] * b[3] % P, 2 * a[2] * b[2] % P
    e, f, g, h = q - p, s - r, s + r, q + p
    return e * f % P, g * h % P, f * g % P, e * h % P


@functools.lru_cache(maxsize=1000)
def strong_key(data):
    """Whether the key is a canonical point of the prime-order group, other than the identity."""
    if not canonical_point(data):
        return False
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if x * x % P != xx:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != xx:
        return False
    x = x if x & 1 == sign else -x % P
    point, multiple = (x, y, 1, x * y % P), (0, 1, 1, 0)
    for bit in bin(L)[2:]:
        multiple = add_points(multiple, multiple)
        if bit == "1":
            multiple = add_points(multiple, point)
    return (x, y) != (0, 1) and multiple[0] == 0 and multiple[1] == multiple[2]
