package dev.holdfast.server.http;

import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.NodeInfo;
import dev.holdfast.Placement;
import dev.holdfast.server.wire.Version;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a node is and knows: types, nodes, placements, health. Thread-safe. */
final class NodeRoutes {
  private static final String ROOT = """
      Holdfast, node %s

      GET    /v1                                 this node and its types
      GET    /v1/nodes                           all nodes
      GET    /v1/{type}?after=ID&limit=N         a page of entities
      GET    /v1/{type}/{id}                     one entity
      PUT    /v1/{type}/{id}                     set its value (If-Match: "REVISION", If-None-Match: *)
      PATCH  /v1/{type}/{id}                     merge into its value (RFC 7396)
      DELETE /v1/{type}/{id}                     delete it
      POST   /v1/{type}/{id}/changes/{name}      apply a change
      GET    /v1/{type}/{id}/placement           its shard, owner, epoch and token
      GET    /livez /readyz                      health

      The console will be here.
      """;

  private final String node;
  private final Map<String, JsonNode> schemas;

  NodeRoutes(String node, Map<String, JsonNode> schemas) {
    this.node = node;
    this.schemas = Map.copyOf(schemas);
  }

  void root(HttpServerExchange exchange) {
    AllowedMethods.requireRead(exchange);
    Answers.text(exchange, ROOT.formatted(node));
  }

  void live(HttpServerExchange exchange) {
    AllowedMethods.requireRead(exchange);
    status(exchange, "live");
  }

  void ready(HttpServerExchange exchange) {
    AllowedMethods.requireRead(exchange);
    status(exchange, "ready");
  }

  private void status(HttpServerExchange exchange, String status) {
    ObjectNode body = Answers.JSON.createObjectNode();
    Answers.json(exchange, StatusCodes.OK, body.put("status", status).put("node", node));
  }

  void types(HttpServerExchange exchange, Holdfast holdfast) {
    AllowedMethods.requireRead(exchange);
    Requests.query(exchange);
    ObjectNode body = Answers.JSON.createObjectNode();
    body.put("node", node).put("version", Version.TEXT);
    ArrayNode types = body.putArray("types");
    for (EntityType<?> type : holdfast.types()) {
      ObjectNode described = types.addObject().put("name", type.name());
      type.mainField().ifPresent(field -> described.put("mainField", field));
      ArrayNode changes = described.putArray("changes");
      type.changes().keySet().forEach(changes::add);
      JsonNode schema = schemas.get(type.name());
      if (schema != null) {
        described.set("schema", schema);
      }
    }
    Answers.json(exchange, StatusCodes.OK, body);
  }

  void nodes(HttpServerExchange exchange, Holdfast holdfast) {
    AllowedMethods.requireRead(exchange);
    Requests.query(exchange);
    Async.blocking(exchange, () -> {
      ObjectNode body = Answers.JSON.createObjectNode();
      ArrayNode nodes = body.putArray("nodes");
      for (NodeInfo info : holdfast.nodes()) {
        nodes
            .addObject()
            .put("name", info.name())
            .put("epoch", info.epoch())
            .put("address", info.address())
            .put("http", info.http())
            .put("state", info.state())
            .put("shards", info.shards())
            .put("self", info.self());
      }
      Answers.json(exchange, StatusCodes.OK, body);
    });
  }

  void placement(HttpServerExchange exchange, Holdfast holdfast, String type, String id) {
    AllowedMethods.requireRead(exchange);
    Requests.query(exchange);
    holdfast.json(type);
    Async.blocking(exchange, () -> {
      Placement where = holdfast.where(type, id);
      ObjectNode body = Answers.JSON
          .createObjectNode()
          .put("type", where.type())
          .put("id", where.id())
          .put("shard", where.shard())
          .put("owner", where.owner())
          .put("epoch", where.epoch())
          .put("token", where.token());
      Answers.json(exchange, StatusCodes.OK, body);
    });
  }
}
