package dev.holdfast.server.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import dev.holdfast.EntityType;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A type that is declared in the configuration: its values are JSON. Immutable.
 *
 * @param type the type as the library knows it
 * @param schema its JSON Schema; null if anything goes
 * @param seed the folder that it is filled from at first; null for none
 */
public record DeclaredType(
    EntityType<JsonNode> type,
    @Nullable JsonNode schema,
    @Nullable Path seed) {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** What {@code /v1} has besides types, now or soon. */
  private static final Set<String> PATHS = Set.of("nodes", "shards", "events");

  static DeclaredType read(String name, Config options) {
    String where = "types." + name;
    if (PATHS.contains(name)) {
      throw new ConfigProblem(options.origin().description() + ": " + where
          + ": the HTTP API has /v1/" + name + " for itself; give the type another name");
    }
    try {
      EntityType<JsonNode> type = EntityType.named(name, JsonNode.class);
      JsonNode schema = json(options, "schema");
      SchemaCheck check = schema == null ? null : SchemaCheck.compile(where + ".schema", schema);
      if (check != null) {
        type = type.checking(check);
      }
      if (options.hasPath("main-field")) {
        type = type.mainField(mainField(options, where, schema));
      }
      JsonNode initial = json(options, "initial");
      if (initial != null) {
        requireAllowed(where + ".initial", initial, check);
        type = type.startingAs(id -> initial);
      }
      return new DeclaredType(type, schema, seed(options));
    } catch (IllegalArgumentException e) {
      throw new ConfigProblem(
          options.origin().description() + ": " + where + ": " + e.getMessage());
    } catch (ConfigException e) {
      throw new ConfigProblem(e);
    }
  }

  private static String mainField(Config options, String where, @Nullable JsonNode schema) {
    String field = options.getString("main-field");
    JsonNode properties = schema == null ? null : schema.get("properties");
    if (properties != null && !properties.has(field)) {
      throw new ConfigProblem(options.getValue("main-field").origin().description() + ": " + where
          + ".main-field is \"" + field + "\", which is not among its schema's properties"
          + Nearest.hint(field, properties.propertyNames()));
    }
    return field;
  }

  private static void requireAllowed(String where, JsonNode initial, @Nullable SchemaCheck check) {
    Optional<String> problem = check == null ? Optional.empty() : check.apply(initial);
    if (problem.isPresent()) {
      throw new ConfigProblem(where + " does not satisfy the type's schema: " + problem.get());
    }
  }

  private static @Nullable Path seed(Config options) {
    if (!options.hasPath("seed")) {
      return null;
    }
    Path seed = Path.of(options.getString("seed"));
    String file = options.getValue("seed").origin().filename();
    return file == null ? seed : Path.of(file).resolveSibling(seed);
  }

  private static @Nullable JsonNode json(Config options, String option) {
    if (!options.hasPath(option)) {
      return null;
    }
    ConfigValue value = options.getValue(option);
    try {
      return JSON.readTree(value.render(ConfigRenderOptions.concise()));
    } catch (JacksonException e) {
      throw new ConfigProblem(value.origin().description() + ": this cannot be said in JSON");
    }
  }
}
