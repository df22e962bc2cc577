package io.thingstead.node.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The published JSON Schema takes what the reader takes, and knows a slip when it sees one.
class ContractSchemaTest {
    private final Schema schema;

    ContractSchemaTest() throws IOException {
        Path docs = Path.of(System.getProperty("project.root", ".."), "docs");
        JsonNode text = new ObjectMapper().readTree(Files.readString(docs.resolve("contract.schema.json")));
        schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(text);
    }

    private boolean fits(String yaml) throws IOException {
        return schema.validate(new YAMLMapper().readTree(yaml)).isEmpty();
    }

    @Test
    void every_template_fits() throws IOException {
        for (Templates.Template template : Templates.all()) {
            assertThat(schema.validate(new YAMLMapper().readTree(template.text())))
                    .as(template.name())
                    .isEmpty();
        }
    }

    @Test
    void slips_do_not() throws IOException {
        String parking = Drafts.text("parking");
        assertThat(fits(parking.replace("signature: driver\n", "signatur: driver\n")))
                .isFalse();
        assertThat(fits(parking.replace("    deadline: talk_time\n", ""))).isFalse();
        assertThat(fits(parking.replace("value: 1 d", "value: a day"))).isFalse();
        assertThat(fits(parking.replace("          - release: fee\n", "          - relaese: fee\n")))
                .isFalse();
        assertThat(fits(parking.replace("start: reserved\n", ""))).isFalse();
    }
}
