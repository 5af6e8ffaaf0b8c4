package dev.holdfast.server.cli;

import dev.holdfast.server.wire.Header;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that changes one entity. */
abstract class ChangeCommand extends EntityCommand {
  @Option(
      names = "--if-revision",
      paramLabel = "N",
      description = "Only if the entity is at this revision; else exit code 4.")
  @Nullable Long ifRevision;

  @Option(
      names = "--operation",
      paramLabel = "ID",
      description = "A name for this change: said again, it has its effect only once.")
  String operation = "";

  ChangeCommand(Session session) {
    super(session);
  }

  /** The headers that all changes have. */
  final Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    String id = operation.isEmpty() ? UUID.randomUUID().toString() : operation;
    headers.put(Header.IDEMPOTENCY_KEY, id);
    if (ifRevision != null) {
      headers.put("If-Match", "\"" + ifRevision + "\"");
    }
    return headers;
  }
}
