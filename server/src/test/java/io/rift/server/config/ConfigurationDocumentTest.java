package io.rift.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code docs/configuration.md} says what the metadata says, which says what the property records say. With
 * {@code -Drift.docs=write} the table in the document is written instead of compared.
 */
class ConfigurationDocumentTest {

    private static final Path METADATA = Path.of("target/classes/META-INF/spring-configuration-metadata.json");
    private static final Path DOCUMENT = Path.of("../docs/configuration.md");
    private static final String BEGIN = "<!-- from the metadata: begin -->\n";
    private static final String END = "<!-- from the metadata: end -->\n";

    @Test
    void theDocumentHasEveryKeyAsTheMetadataDescribesIt() throws IOException {
        String document = Files.readString(DOCUMENT);
        int begin = document.indexOf(BEGIN) + BEGIN.length();
        int end = document.indexOf(END);
        String table = table();
        if ("write".equals(System.getProperty("rift.docs"))) {
            Files.writeString(DOCUMENT, document.substring(0, begin) + table + document.substring(end));
        }
        assertThat(Files.readString(DOCUMENT).substring(begin))
                .as("run this test with -Drift.docs=write to bring docs/configuration.md up to date")
                .startsWith(table + END);
    }

    @Test
    void everyKeyHasADescription() throws IOException {
        assertThat(properties())
                .isNotEmpty()
                .allSatisfy((key, property) ->
                        assertThat(property.has("description")).as(key).isTrue());
    }

    private static String table() throws IOException {
        StringBuilder table = new StringBuilder("| key | default | what it does |\n|---|---|---|\n");
        properties()
                .forEach((key, property) -> table.append("| `")
                        .append(property.path("type").asString().startsWith("java.util.Map") ? key + ".<name>" : key)
                        .append("` | ")
                        .append(property.has("defaultValue") ? code(text(property.get("defaultValue"))) : "")
                        .append(" | ")
                        .append(property.path("description").asString().replace("|", "\\|"))
                        .append(" |\n"));
        return table.toString();
    }

    private static String text(JsonNode value) {
        if (value.isArray()) {
            return String.join(",", value.valueStream().map(JsonNode::asString).toList());
        }
        String text = value.asString();
        boolean list = text.startsWith("[") && text.endsWith("]");
        return list ? text.substring(1, text.length() - 1).replace(", ", ",") : text;
    }

    /** Backticks around nothing are no code, but backticks. */
    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static SortedMap<String, JsonNode> properties() throws IOException {
        SortedMap<String, JsonNode> propertyByKey = new TreeMap<>();
        JsonNode metadata = new JsonMapper().readTree(Files.readString(METADATA));
        for (JsonNode property : metadata.get("properties")) {
            propertyByKey.put(property.get("name").asString(), property);
        }
        return propertyByKey;
    }
}
