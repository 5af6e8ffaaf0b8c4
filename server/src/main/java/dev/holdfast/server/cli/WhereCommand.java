package dev.holdfast.server.cli;

import dev.holdfast.server.wire.UrlPath;
import java.util.List;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "where", description = "Tell which node owns an entity, and by which claim.")
final class WhereCommand extends EntityCommand {
  WhereCommand(Session session) {
    super(session);
  }

  @Override
  void run(Api api, EntityRef entity, Report report) {
    ObjectNode found = found(api, entity);
    Answer answer = api.read(UrlPath.of("v1", entity.type(), entity.id(), "placement"));
    JsonNode placement = answer.body();
    for (String member : List.of("owner", "shard", "epoch", "token")) {
      found.set(member, placement.path(member));
    }
    Style style = report.style();
    String owner = placement.path("owner").asString("nobody yet");
    report.line(
        found,
        style.name(owner.isEmpty() ? "nobody yet" : owner)
            + style.faint("  shard ")
            + placement.path("shard").asString("?")
            + style.faint("  epoch ")
            + placement.path("epoch").asString("?")
            + style.faint("  token ")
            + placement.path("token").asString("?")
            + report.took(answer.nanos()));
  }

  /** The entity; also one that is not there has its place. */
  private static ObjectNode found(Api api, EntityRef entity) {
    try {
      return api.read(entity.path()).entity();
    } catch (CommandFailure failure) {
      if (!failure.code().equals("not-found")) {
        throw failure;
      }
      ObjectNode absent = JsonMapper.shared().createObjectNode();
      return absent
          .put("type", entity.type())
          .put("id", entity.id())
          .putNull("value")
          .putNull("revision")
          .putNull("owner")
          .putNull("servedBy");
    }
  }
}
