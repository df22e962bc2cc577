package io.thingstead.kit.crypto;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Whole CBOR items as Java values (Long, byte[], String, List, Map, Boolean, null), for tests.
final class CborItems {
    private CborItems() {}

    static boolean isDeterministic(byte[] bytes) {
        try {
            CborReader in = CborReader.strict(bytes);
            in.skip(16);
            in.expectEnd();
            return true;
        } catch (CborMalformed e) {
            return false;
        }
    }

    static boolean isWellFormed(byte[] bytes) {
        try {
            CborReader in = CborReader.lenient(bytes);
            in.skip(16);
            in.expectEnd();
            return true;
        } catch (CborMalformed e) {
            return false;
        }
    }

    static Object read(byte[] bytes) {
        CborReader in = CborReader.strict(bytes);
        Object value = read(in);
        in.expectEnd();
        return value;
    }

    private static Object read(CborReader in) {
        return switch (in.peekMajor()) {
            case CborReader.UINT, CborReader.NEGINT -> in.readInteger();
            case CborReader.BYTES -> in.readBytes(1 << 20);
            case CborReader.TEXT -> in.readText(1 << 20);
            case CborReader.ARRAY -> {
                int count = in.readArray(1 << 20);
                List<Object> items = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    items.add(read(in));
                }
                yield items;
            }
            case CborReader.MAP -> {
                int count = in.readMap(1 << 20);
                Map<Object, Object> entries = new LinkedHashMap<>();
                for (int i = 0; i < count; i++) {
                    entries.put(read(in), read(in));
                }
                yield entries;
            }
            default -> {
                if (in.nextIsNull()) {
                    in.readNull();
                    yield null;
                }
                yield in.readBoolean();
            }
        };
    }

    static byte[] write(Object value) {
        CborWriter out = new CborWriter(1);
        write(out, value);
        return out.toBytes();
    }

    private static void write(CborWriter out, Object value) {
        switch (value) {
            case null -> out.nil();
            case Long number -> out.integer(number);
            case byte[] bytes -> out.bytes(bytes);
            case String text -> out.text(text);
            case Boolean flag -> out.bool(flag);
            case List<?> items -> {
                out.array(items.size());
                items.forEach(item -> write(out, item));
            }
            case Map<?, ?> entries -> {
                out.map(entries.size());
                entries.forEach((key, item) -> {
                    write(out, key);
                    write(out, item);
                });
            }
            default -> throw new IllegalArgumentException(String.valueOf(value));
        }
    }

    /// A random item, at most `depth` levels deep, with map keys in order.
    static Object random(Random random, int depth) {
        return switch (random.nextInt(depth > 1 ? 8 : 6)) {
            case 0, 1 -> random.nextLong() >> random.nextInt(64);
            case 2 -> io.thingstead.kit.Seeded.bytes(random, random.nextInt(random.nextInt(5) == 0 ? 300 : 30));
            case 3 -> randomText(random);
            case 4 -> random.nextBoolean();
            case 5 -> null;
            case 6 -> {
                List<Object> items = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    items.add(random(random, depth - 1));
                }
                yield items;
            }
            default -> {
                Map<byte[], Object> sorted = new java.util.TreeMap<>(java.util.Arrays::compareUnsigned);
                for (int i = random.nextInt(5); i > 0; i--) {
                    Object key = random.nextBoolean() ? (Object) (long) random.nextInt(-300, 300) : randomText(random);
                    sorted.put(write(key), key);
                }
                Map<Object, Object> entries = new LinkedHashMap<>();
                for (Object key : sorted.values()) {
                    entries.put(key, random(random, depth - 1));
                }
                yield entries;
            }
        };
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(random.nextInt(5) == 0 ? 40 : 8); i > 0; i--) {
            int c = random.nextInt(4) == 0 ? random.nextInt(0x11_0000) : 'a' + random.nextInt(26);
            text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 'x' : c);
        }
        return text.toString();
    }
}
