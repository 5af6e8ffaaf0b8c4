package dev.holdfast.verify.fire;

import dev.holdfast.testkit.history.Start;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An entity under fire. */
record Key(Kind kind, String id) {
  /** What kinds there are, by the names of their types. */
  enum Kind {
    WORD("text", ""),
    /** A register that is not there at first, and is deleted now and then. */
    NOTE("text", null),
    TALLY("sum", "0"),
    WORDS("all", "");

    private final String field;
    private final @Nullable String initial;

    Kind(String field, @Nullable String initial) {
      this.field = field;
      this.initial = initial;
    }

    String type() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** How it is called in a history. */
  String name() {
    return kind.type() + "/" + id;
  }

  static Key named(String name) {
    int slash = name.indexOf('/');
    String type = name.substring(0, slash).toUpperCase(java.util.Locale.ROOT);
    return new Key(Kind.valueOf(type), name.substring(slash + 1));
  }

  /** How it is before anybody writes it. */
  Start start() {
    return kind.initial == null ? Start.absent() : Start.initial(kind.initial);
  }

  /** The value as text, as a history has it. */
  String text(JsonNode value) {
    JsonNode field = value.path(kind.field);
    if (kind != Kind.WORDS) {
      return field.asString();
    }
    StringBuilder all = new StringBuilder();
    field.forEach(word -> all.append(all.isEmpty() ? "" : ",").append(word.asString()));
    return all.toString();
  }
}
