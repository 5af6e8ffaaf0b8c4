package dev.holdfast.server.config;

import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Words for what a JSON Schema found wrong.
 *
 * @param schema the schema, which knows the fields that might have been meant
 */
record SchemaMessages(JsonNode schema) {
  private static final int MOST = 3;

  /** How much of a refused value is repeated. */
  private static final int LONGEST_QUOTE = 60;

  /** One line that names the first few problems. */
  String of(List<Error> errors) {
    Set<String> meant = new TreeSet<>();
    Set<String> messages = new LinkedHashSet<>();
    for (Error error : errors) {
      if (error.getKeyword().equals("additionalProperties")) {
        meantField(error).ifPresent(meant::add);
      }
    }
    for (Error error : errors) {
      boolean explained =
          error.getKeyword().equals("required") && meant.contains(error.getProperty());
      if (!explained) {
        messages.add(message(error));
      }
    }
    List<String> all = new ArrayList<>(messages);
    String more = all.size() > MOST ? "; and " + (all.size() - MOST) + " more" : "";
    return String.join("; ", all.subList(0, Math.min(MOST, all.size()))) + more;
  }

  private String message(Error error) {
    String where = name(error.getInstanceLocation());
    JsonNode value = error.getInstanceNode();
    JsonNode rule = error.getSchemaNode();
    return switch (error.getKeyword()) {
      case "enum" -> where + " must be one of " + listed(rule) + ", not " + quote(value);
      case "const" -> where + " must be " + quote(rule) + ", not " + quote(value);
      case "type" -> where + " must be " + typeWords(rule) + ", not " + quote(value);
      case "required" -> "field \"" + path(error, error.getProperty()) + "\" is missing";
      case "additionalProperties", "unevaluatedProperties" ->
        "unknown field \"" + path(error, error.getProperty()) + "\""
            + meantField(error).map(name -> "; did you mean \"" + name + "\"?").orElse("");
      case "minimum" -> where + " must be at least " + rule + ", not " + quote(value);
      case "maximum" -> where + " must be at most " + rule + ", not " + quote(value);
      case "minLength" -> where + " must have at least " + rule + " characters";
      case "maxLength" -> where + " must have at most " + rule + " characters";
      case "minItems" -> where + " must have at least " + rule + " items";
      case "maxItems" -> where + " must have at most " + rule + " items";
      case "pattern" -> where + " must match " + rule.asString() + ", unlike " + quote(value);
      default -> where + ": " + error.getMessage();
    };
  }

  private Optional<String> meantField(Error error) {
    @Nullable JsonNode parent = error.getInstanceNode();
    Set<String> known = knownFields(error);
    if (parent != null && parent.isObject()) {
      known.removeAll(parent.propertyNames());
    }
    return Nearest.to(error.getProperty(), known);
  }

  /** The properties beside the rule that was broken. */
  private Set<String> knownFields(Error error) {
    NodePath rule = error.getSchemaLocation().getFragment();
    @Nullable JsonNode node = schema;
    for (int i = 0; node != null && i < rule.getNameCount() - 1; i++) {
      Object step = rule.getElement(i);
      node = step instanceof Integer index ? node.get(index) : node.get(String.valueOf(step));
    }
    JsonNode properties = node == null ? null : node.get("properties");
    return properties == null ? new TreeSet<>() : new TreeSet<>(properties.propertyNames());
  }

  private static String path(Error error, String field) {
    NodePath parent = error.getInstanceLocation();
    return parent.getNameCount() == 0 ? field : name(parent) + "." + field;
  }

  private static String name(NodePath path) {
    if (path.getNameCount() == 0) {
      return "the value";
    }
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < path.getNameCount(); i++) {
      Object element = path.getElement(i);
      if (element instanceof Integer index) {
        name.append('[').append(index).append(']');
      } else {
        name.append(name.isEmpty() ? "" : ".").append(element);
      }
    }
    return name.toString();
  }

  private static String listed(JsonNode values) {
    List<String> words = new ArrayList<>();
    values.forEach(value -> words.add(value.isString() ? value.asString() : value.toString()));
    return String.join(", ", words);
  }

  private static String typeWords(JsonNode types) {
    List<String> words = new ArrayList<>();
    if (types.isArray()) {
      types.forEach(type -> words.add(typeWord(type.asString())));
    } else {
      words.add(typeWord(types.asString()));
    }
    return String.join(" or ", words);
  }

  private static String typeWord(String type) {
    return switch (type) {
      case "string" -> "text";
      case "integer" -> "a whole number";
      case "number" -> "a number";
      case "boolean" -> "true or false";
      case "object" -> "an object";
      case "array" -> "a list";
      default -> type;
    };
  }

  private static String quote(JsonNode value) {
    String text = value.toString();
    return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
  }
}
