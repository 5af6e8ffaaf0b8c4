package dev.holdfast.server.config;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Checks values against a JSON Schema, and says what is wrong in words. Thread-safe. */
final class SchemaCheck implements Function<JsonNode, Optional<String>> {
  private static final SpecificationVersion DIALECT = SpecificationVersion.DRAFT_2020_12;

  private static final SchemaMessages NO_HINTS =
      new SchemaMessages(JsonNodeFactory.instance.objectNode());

  private final Schema schema;
  private final SchemaMessages messages;

  private SchemaCheck(Schema schema, SchemaMessages messages) {
    this.schema = schema;
    this.messages = messages;
  }

  /**
   * Prepares a check.
   *
   * @param where the option that the schema was read from
   * @throws ConfigProblem if it is no JSON Schema
   */
  static SchemaCheck compile(String where, JsonNode json) {
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(DIALECT);
    try {
      Schema meta = registry.getSchema(SchemaLocation.of(DIALECT.getDialectId()));
      List<Error> errors = meta.validate(json);
      if (!errors.isEmpty()) {
        throw new ConfigProblem(where + " is no JSON Schema: " + NO_HINTS.of(errors));
      }
      Schema schema = registry.getSchema(json);
      schema.initializeValidators();
      return new SchemaCheck(schema, new SchemaMessages(json));
    } catch (SchemaException e) {
      throw new ConfigProblem(where + " is no JSON Schema: " + e.getMessage());
    }
  }

  @Override
  public Optional<String> apply(JsonNode value) {
    List<Error> errors = schema.validate(value);
    return errors.isEmpty() ? Optional.empty() : Optional.of(messages.of(errors));
  }
}
