"""Bodies that are no text: what is generated for them goes out as bytes."""

import schemathesis


@schemathesis.serializer("application/cose", "application/cbor", "application/cbor-seq")
def as_bytes(context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
