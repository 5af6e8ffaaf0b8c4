package dev.holdfast.server.cli;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a server answered.
 *
 * @param body JSON; null or missing members are possible
 * @param owner the entity's owner; empty if the answer names none
 * @param servedBy the node that answered; empty if it does not say
 * @param source where it was taken from, {@code owner} or {@code database}; empty if it does not
 *     say
 * @param nanos how long it took
 */
record Answer(JsonNode body, String owner, String servedBy, String source, long nanos) {
  /** The entity as commands print it. */
  ObjectNode entity() {
    return entity(body, owner);
  }

  /** One of a list's entities, which names its own owner. */
  ObjectNode entity(JsonNode item) {
    return entity(item, item.path("owner").asString(owner));
  }

  private ObjectNode entity(JsonNode item, String itsOwner) {
    ObjectNode entity = JsonMapper.shared().createObjectNode();
    entity.set("type", item.path("type"));
    entity.set("id", item.path("id"));
    entity.set("value", item.has("value") ? item.path("value") : entity.nullNode());
    entity.set("revision", item.path("revision"));
    named(entity, "owner", itsOwner);
    named(entity, "servedBy", servedBy);
    return named(entity, "source", source);
  }

  private static ObjectNode named(ObjectNode entity, String member, String node) {
    return node.isEmpty() ? entity.putNull(member) : entity.put(member, node);
  }
}
