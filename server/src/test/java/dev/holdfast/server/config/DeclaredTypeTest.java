package dev.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

final class DeclaredTypeTest {
  private static final String ORDER = """
      types.order {
        main-field = status
        schema {
          properties {
            status.enum = [open, closed]
            count { type = integer, minimum = 1, maximum = 9 }
            name { type = string, minLength = 2, maxLength = 5, pattern = "^[a-z]*$" }
            tags { type = array, maxItems = 2, items.type = string }
            flag { type = [boolean, "null"] }
            kind.const = book
            address { properties.street.type = string, additionalProperties = false }
          }
          required = [status]
          additionalProperties = false
        }
        initial { status = open }
      }
      """;

  @TempDir
  Path folder;

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"state\":\"sleeping\"}"
            + "| state must be one of initialized, working, finalized, not \"sleeping\"",
        "{\"stat\":\"working\"} | unknown field \"stat\"; did you mean \"state\"?",
        "{} | field \"state\" is missing",
        "{\"state\":\"working\",\"x\":1} | unknown field \"x\"",
        "[1] | the value must be an object, not [1]",
        "\"working\" | the value must be an object, not \"working\"",
      })
  void theExampleTypeSaysWhatIsWrong(String json, String message) {
    DeclaredType entity = new ConfigSources(null, Map.of(), Map.of("node.name", "foo"))
        .load()
        .types()
        .get(0);

    assertThat(problem(entity, json)).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "`\"count\":0` | count must be at least 1, not 0",
        "`\"count\":10` | count must be at most 9, not 10",
        "`\"count\":\"x\"` | count must be a whole number, not \"x\"",
        "`\"name\":\"a\"` | name must have at least 2 characters",
        "`\"name\":\"abcdef\"` | name must have at most 5 characters",
        "`\"name\":\"A9\"` | name must match ^[a-z]*$, unlike \"A9\"",
        "`\"tags\":[\"a\",2]` | tags[1] must be text, not 2",
        "`\"tags\":[\"a\",\"b\",\"c\"]` | tags must have at most 2 items",
        "`\"flag\":1` | flag must be true or false or null, not 1",
        "`\"kind\":\"film\"` | kind must be \"book\", not \"film\"",
        "`\"address\":{\"stret\":\"x\"}`"
            + "| unknown field \"address.stret\"; did you mean \"street\"?",
      })
  void eachRuleHasWordsOfItsOwn(String field, String message) throws IOException {
    assertThat(problem(order(ORDER), "{\"status\":\"open\"," + field + "}")).isEqualTo(message);
  }

  @Test
  void severalProblemsAreNamedAtOnce() throws IOException {
    assertThat(problem(order(ORDER), "{\"count\":0,\"kind\":1}"))
        .contains("field \"status\" is missing", "count must be at least 1", "kind must be");
  }

  @Test
  void aGoodValueHasNoProblem() throws IOException {
    DeclaredType order = order(ORDER);

    assertThat(order.type().problemWith(JsonMapper.shared().readTree("{\"status\":\"closed\"}")))
        .isEmpty();
    assertThat(order.type().initialValue("any").map(Object::toString))
        .contains("{\"status\":\"open\"}");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "Order {} | is no name for a type",
        "nodes {} | the HTTP API has /v1/nodes for itself; give the type another name",
        "order.schema.type = thing | types.order.schema is no JSON Schema: type",
        "order.schema.properties = 3 | is no JSON Schema: properties must be an object, not 3",
        "order { main-field = stat, schema.properties.state {} } | did you mean \"state\"?",
        "order { schema.type = string, initial = 3 }"
            + "| initial does not satisfy the type's schema: the value must be text, not 3",
      })
  void aTypeThatCannotWorkIsRefusedAtTheStart(String type, String message) {
    assertThatThrownBy(() -> order("types." + type))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining(message);
  }

  @Test
  void aSeedIsReadFromTheFolderBesideTheFile() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("entity_2"), "{\"a\": 2}");
    Files.writeString(data.resolve("entity_1"), "{\"a\": 1}\n");
    Files.writeString(data.resolve(".hidden"), "not json");

    assertThat(Seed.of(order("types.order.seed = data")))
        .isEqualTo(List.of(new Seed("entity_1", "{\"a\":1}"), new Seed("entity_2", "{\"a\":2}")));
  }

  @Test
  void aSeedThatIsNoValueOfTheTypeIsRefused() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Path file = Files.writeString(data.resolve("one"), "{\"status\": \"lost\"}");
    DeclaredType order = order(ORDER + "types.order.seed = data");

    assertThatThrownBy(() -> Seed.of(order))
        .isInstanceOf(ConfigProblem.class)
        .hasMessage(file + ": status must be one of open, closed, not \"lost\"");

    Files.writeString(file, "{status");
    assertThatThrownBy(() -> Seed.of(order))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageStartingWith(file + " is not JSON");
  }

  @Test
  void aSeedFolderThatIsNotThereIsNamed() throws IOException {
    DeclaredType order = order("types.order.seed = nowhere");

    assertThatThrownBy(() -> Seed.of(order))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("nowhere that types.order.seed names");
  }

  private DeclaredType order(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("holdfast.conf"), text);
    return new ConfigSources(file, Map.of(), Map.of("node.name", "foo"))
        .load()
        .types()
        .get(0);
  }

  private static String problem(DeclaredType type, String json) {
    return type.type().problemWith(JsonMapper.shared().readTree(json)).orElse("none");
  }
}
