package io.thingstead.node.api;

import io.nayuki.qrcodegen.QrCode.Ecc;

/// A QR code (ISO/IEC 18004) as an outline that a page draws: squares of one unit, without the quiet zone of four.
///
/// @param size units of each side
/// @param path of the dark squares, as SVG writes it
record QrCode(int size, String path) {
    static QrCode of(String text) {
        var code = io.nayuki.qrcodegen.QrCode.encodeText(text, Ecc.MEDIUM);
        var path = new StringBuilder();
        for (int y = 0; y < code.size; y++) {
            for (int x = 0; x < code.size; x++) {
                int from = x;
                while (code.getModule(x, y)) x++;
                if (x > from)
                    path.append('M')
                            .append(from)
                            .append(' ')
                            .append(y)
                            .append('h')
                            .append(x - from)
                            .append("v1H")
                            .append(from)
                            .append('z');
            }
        }
        return new QrCode(code.size, path.toString());
    }
}
