package dev.holdfast.server.cli;

import java.io.PrintStream;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Prints what commands have to say: data to {@code out}, as JSON lines if wanted, the rest to
 * {@code err}.
 */
record Report(PrintStream out, PrintStream err, Style style, boolean json, boolean timed) {
  void entity(Answer answer) {
    ObjectNode entity = answer.entity();
    boolean stored = answer.source().equals("database");
    String from = stored ? style.faint("  from the database") : "";
    line(entity, describe(entity) + from + took(answer.nanos()));
  }

  /** One of several entities, each of which needs its id beside it. */
  void item(ObjectNode entity) {
    line(entity, style.name(entity.path("id").asString("")) + "  " + describe(entity));
  }

  String describe(ObjectNode entity) {
    JsonNode value = entity.path("value");
    String shown = value.isNull() ? style.bad("deleted") : style.value(value.toString());
    String owner = entity.path("owner").asString("");
    return shown
        + style.faint("  revision ")
        + entity.path("revision").asString("?")
        + (owner.isEmpty() ? "" : style.faint("  owner ") + style.name(owner));
  }

  String took(long nanos) {
    return timed ? style.faint(String.format(Locale.ROOT, "  %.1f ms", nanos / 1_000_000.0)) : "";
  }

  /** A piece of data, in the form that is wanted. */
  void line(JsonNode asJson, String asText) {
    out.println(json ? asJson.toString() : asText);
  }

  /** Something that is no data. */
  void note(String text) {
    err.println(text);
  }

  void failure(CommandFailure failure) {
    if (json) {
      out.println(JsonMapper.shared()
          .createObjectNode()
          .put("error", failure.code())
          .put("message", failure.message())
          .put("outcome", failure.outcome()));
    } else {
      err.println(style.bad("error:") + " " + failure.message());
    }
  }

  /** Tells the failure; answers its exit code. */
  int failed(CommandFailure failure) {
    failure(failure);
    return failure.exit().number();
  }
}
