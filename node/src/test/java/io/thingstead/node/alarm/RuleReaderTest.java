package io.thingstead.node.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the file of rules may say, and what it is told when it says something else.
class RuleReaderTest {
    static List<Rule> rules(String toml) {
        return switch (AlarmFile.read(toml)) {
            case Result.Ok<AlarmFile>(AlarmFile file) -> file.rules();
            case Result.No<AlarmFile>(Refused refused) -> throw new AssertionError(refused.text());
        };
    }

    static Rule rule(String body) {
        return rules("[rule.r]\n" + body).getFirst();
    }

    @Test
    void every_kind_of_rule_is_read_and_said_in_words() {
        assertThat(rule("""
                name = "Too warm"
                severity = "critical"
                devices = ["box-*", "fridge"]
                quantity = "temperature"
                unit = "Cel"
                above = 8
                for = "5m"
                clear = 7
                clear_after = "90s"
                """).inWords()).isEqualTo("temperature above 8 °C for 5 min; over when at most 7 °C for 90 s");
        assertThat(rule("quantity = \"level\"\noutside = [-1.5, 2]\nclear = [-1, 1.5]")
                        .inWords())
                .isEqualTo("level outside -1.5 to 2; over when -1 to 1.5");
        assertThat(rule("quantity = \"level\"\nbelow = 10\nunit = \"%EL\"\nclear = 12")
                        .inWords())
                .isEqualTo("level below 10 %; over when at least 12 %");
        assertThat(rule("quantity = \"door\"\nis = true\nfor = \"2m\"").inWords())
                .isEqualTo("door is true for 2 min; over when it is not");
        assertThat(rule("quantity = \"mode\"\nis = \"fault\"").inWords()).startsWith("mode is “fault”");
        assertThat(rule("silent = \"15m\"").inWords())
                .isEqualTo("nothing heard for 15 min; over when it is heard again");
        assertThat(rule("silent = \"1h\"\nquantity = \"t\"").inWords()).startsWith("no t for 1 h");
        assertThat(rule("area = { lat = 47.1, lon = 8.2, radius_m = 500 }\nclear_margin_m = 50")
                        .inWords())
                .isEqualTo("outside a circle of 500 m around 47.1, 8.2; over when inside by 50 m again");
        assertThat(rule("area = { polygon = [[0, 0], [0, 1], [1, 1]] }\nside = \"inside\"")
                        .inWords())
                .isEqualTo("inside an area of 3 corners; over when outside again");
        assertThat(rule("quantity = \"a\"\npeak = 30\nunit = \"m/s2\"").inWords())
                .isEqualTo("a reaches 30 m/s², whatever its sign; over when there is none for 1 min");
        assertThat(rule("quantity = \"p\"\nchange = 5\nwithin = \"10s\"\nclear_after = \"5m\"")
                        .inWords())
                .isEqualTo("p changes by 5 within 10 s; over when there is none for 5 min");
    }

    @Test
    void devices_are_named_or_meant_by_a_pattern_and_all_where_nothing_is_said() {
        var boxes = rule("devices = [\"box-*\", \"acme:door\"]\nsilent = \"5m\"");
        assertThat(boxes.concerns(DeviceId.of("acme:box-7"))).isTrue();
        assertThat(boxes.concerns(DeviceId.of("acme:door"))).isTrue();
        assertThat(boxes.concerns(DeviceId.of("bolt:door"))).isFalse();
        assertThat(boxes.concerns(DeviceId.of("acme:big-box-7"))).isFalse();
        assertThat(rule("silent = \"5m\"").concerns(DeviceId.of("acme:anything")))
                .isTrue();
        assertThat(rule("devices = \"one\"\nsilent = \"5m\"").concerns(DeviceId.of("acme:one")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            abvoe = 8                                           | line 3, rule.r: unknown key "abvoe"
            quantity = "t"                                      | exactly one of above
            above = 8                                           | quantity: the name of a reading
            quantity = "t, 3 = 8"                               | exactly one of above
            quantity = "t"; above = "8"                         | above: Cannot
            quantity = "t"; above = nan                         | above: a number
            quantity = "t"; above = 8; below = 2                | one of above, below and outside
            quantity = "t"; above = 8; silent = "5m"            | exactly one of above
            quantity = "t"; above = 8; clear = 9                | clear: on the good side
            quantity = "t"; outside = [8, 2]                    | outside: two numbers, the lower one first
            quantity = "t"; outside = [2, 8]; clear = [1, 8]    | clear: within outside
            quantity = "t"; above = 8; for = "5 min"            | for: a time such as
            quantity = "t"; above = 8; for = "31d"              | for: a time such as
            quantity = "t"; above = 8; severity = "bad"         | severity: info, warning or critical
            quantity = "t"; above = 8; devices = ["BOX"]        | devices: 1 to 200 names
            quantity = "t"; above = 8; devices = []             | devices: 1 to 200 names
            quantity = "t"; above = 8; notify = ["a b"]         | notify: at most 10 names
            quantity = "t"; above = 8; within = "5s"            | within: only with change
            quantity = "t"; is = 5                              | is: true, false or a text
            quantity = "t"; is = true; clear = 1                | clear: only with above
            silent = "500ms"                                    | silent: at least 1s
            silent = "5m"; for = "5m"                           | for: not with peak, change or silent
            area = { lat = 91, lon = 8, radius_m = 5 }          | area: lat is -90 to 90
            area = { lat = 1, lon = 8 }                         | radius_m: a number
            area = { polygon = [[0, 0], [1, 1]] }               | polygon: 3 to 200 corners
            area = { polygon = [[0, 0], [1, 1], [2]] }          | polygon: each corner is
            area = { lat = 1, lon = 8, radius = 5 }             | unknown key "radius"
            quantity = "t"; change = 5                          | within: more than 0
            quantity = "t"; change = 5; within = "1h"           | within: more than 0 and at most 10m
            quantity = "t"; anomaly = 1                         | anomaly: 1.1 to 100 times
            quantity = "t"; anomaly = 3; clear = 4              | clear: on the good side
            quantity = "t"; peak = -5                           | peak: more than 0
            """)
    void what_is_wrong_is_said_by_its_key(String body, String said) {
        String toml = "# rules\n[rule.r]\n" + body.strip().replace("; ", "\n");
        var read = AlarmFile.read(toml);
        assertThat(read).isInstanceOf(Result.No.class);
        String text = ((Result.No<AlarmFile>) read).refused().text();
        assertThat(text).contains(said).contains("rule.r").startsWith("line ");
    }

    private static final String MAIL = "type = \"email\"; host = \"h\"; from = \"a@b\"; to = [\"c@d\"]; ";
    private static final String HOOK = "type = \"webhook\"; url = \"https://h/x\"; ";

    @Test
    void channels_are_read_with_what_is_usual() {
        var file = ((Result.Ok<AlarmFile>) AlarmFile.read("""
                page = "https://node.example/alarms"
                [channel.duty]
                type = "email"
                host = "smtp.example"
                user = "node"
                password_file = "/etc/thingstead/password"
                from = "node@acme.example"
                to = "duty@acme.example"
                [channel.hook]
                type = "webhook"
                url_file = "/etc/thingstead/url"
                [rule.r]
                silent = "5m"
                notify = ["duty", "hook"]
                """)).value();
        assertThat(file.channels().page()).isEqualTo("https://node.example/alarms");
        var duty = (Channel.Email) file.channels().channels().get("duty").channel();
        assertThat(duty.security()).isEqualTo(Channel.Security.STARTTLS);
        assertThat(duty.port()).isEqualTo(587);
        assertThat(duty.terms()).isEqualTo(new Channel.Terms("duty", 30, true));
        assertThat(((Channel.Webhook) file.channels().channels().get("hook").channel())
                        .place()
                        .allowsPrivate())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            type = "fax"                              | type: "email", "webhook" or "ntfy"
            HOOK secret = "s"                         | unknown key "secret"
            HOOK token_file = "/t"                    | token_file: only with type = "ntfy"
            HOOK host = "h"                           | only with type = "email"
            HOOK url_file = "/u"                      | either url or url_file
            HOOK most_per_hour = 0                    | most_per_hour: 1 to 3600
            HOOK secret_file = "s"                    | secret_file: an absolute path
            type = "ntfy"; url = "ftp://h/x"          | url: https://
            type = "ntfy"; url = "https://u:p@h/x"    | url: https://
            MAIL url = "https://h"                    | not with type = "email"
            MAIL user = "u"                           | user and password_file go together
            MAIL user = "u"; password_file = "/p"; tls = "none" | tls: a password is sent over an encrypted
            MAIL tls = "maybe"                        | tls: "starttls", "implicit" or "none"
            MAIL port = 0                             | port: 1 to 65535
            type = "email"; host = "h"; from = "a"    | from: an e-mail address
            type = "email"; host = "h"; from = "a@b"  | to: 1 to 50
            """)
    void what_is_wrong_with_a_channel_is_said_by_its_key(String body, String said) {
        String toml = "[channel.c]\n"
                + body.strip().replace("HOOK ", HOOK).replace("MAIL ", MAIL).replace("; ", "\n");
        assertThat(((Result.No<AlarmFile>) AlarmFile.read(toml)).refused().text())
                .contains(said)
                .contains("channel.c")
                .startsWith("line ");
    }

    @Test
    void a_rule_of_the_file_tells_channels_of_the_file() {
        assertThat(((Result.No<AlarmFile>) AlarmFile.read("[rule.r]\nsilent = \"5m\"\nnotify = [\"duty\"]"))
                        .refused()
                        .text())
                .isEqualTo("line 3, rule.r: notify: there is no [channel.duty] here");
    }

    @Test
    void what_is_no_toml_and_what_is_no_rule_is_said_with_its_line() {
        assertThat(AlarmFile.read("[rule.r]\nquantity = \n").toString()).contains("line 2");
        assertThat(AlarmFile.read("\n[rules.r]\nsilent = \"5m\"\n").toString()).contains("rules");
        assertThat(AlarmFile.read("rule = 3").toString()).contains("is a table");
        assertThat(AlarmFile.read("[rule.UPPER]\nsilent = \"5m\"\n").toString()).contains("a rule is named by");
        assertThat(rules("")).isEmpty();
    }
}
