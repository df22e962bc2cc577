package io.thingstead.kit.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The small JSON: what is read, and all that is not.
class SmallJsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "0",
                "9007199254740991",
                "\"\"",
                "true",
                "false",
                "null",
                "{\"\":[]}",
                "[[[[[[[[]]]]]]]]",
                "[1,\n{\"a\":\"b c\",\"d\":[null,\n{}]}]"
            })
    void valid_texts_come_back(String text) {
        var json = read(text);
        assertThat(read(json.write())).isEqualTo(json);
    }

    @Test
    void white_space_between_tokens_does_not_matter() {
        assertThat(read(" \t\r\n{ \"a\" :\n[ 1 , 2 ] } \n")).isEqualTo(read("{\"a\":[1,2]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[",
                "]",
                "[1,]",
                "[,1]",
                "{\"a\":1,}",
                "{\"a\"}",
                "{a:1}",
                "{\"a\":1,\"a\":1}",
                "01",
                "00",
                "-1",
                "-0",
                "+1",
                "1.0",
                "1e3",
                "9007199254740992",
                "10000000000000000",
                "99999999999999999",
                "tru",
                "True",
                "nul",
                "NaN",
                "\"",
                "\"a",
                "\"a\nb\"",
                "\"a\tb\"",
                "\"\\n\"",
                "\"\\u0041\"",
                "'a'",
                "[[[[[[[[[]]]]]]]]]",
                "{} {}",
                "{},",
                "1 2",
                "\"é\"",
                "\u00a0{}",
                "\ufeff{}",
                "/**/{}",
                "\u0000",
                "\u007f"
            })
    void everything_else_is_unreadable(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(Unreadable.class);
    }

    @Test
    void a_text_over_the_limit_is_unreadable() {
        var padding = " ".repeat(SmallJson.MAX_BYTES - 2);
        assertThat(read(padding + "{}")).isEqualTo(SmallJson.Obj.of());
        assertThatThrownBy(() -> read(padding + " {}")).isInstanceOf(Unreadable.class);
    }

    private static SmallJson read(String text) {
        return SmallJsonReader.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
