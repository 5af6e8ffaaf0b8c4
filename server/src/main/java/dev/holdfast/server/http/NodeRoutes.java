package dev.holdfast.server.http;

import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.NodeInfo;
import dev.holdfast.Ownership;
import dev.holdfast.Placement;
import dev.holdfast.server.config.Nearest;
import dev.holdfast.server.wire.FailureKind;
import dev.holdfast.server.wire.Version;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a node is and knows: types, nodes, placements, health. Thread-safe. */
final class NodeRoutes {
  private static final String ROOT = """
      Holdfast, node %s

      GET    /v1                                 this node and its types
      GET    /v1/nodes                           all nodes
      POST   /v1/nodes/{name}/drain              have a node hand its entities over and leave
      GET    /v1/shards                          all shards and who owns them
      GET    /v1/events                          what happens (SSE; a list with Accept: application/json)
      GET    /v1/{type}?after=ID&limit=N         a page of entities
      GET    /v1/{type}/{id}                     one entity
      PUT    /v1/{type}/{id}                     set its value (If-Match: "REVISION", If-None-Match: *)
      PATCH  /v1/{type}/{id}                     merge into its value (RFC 7396)
      DELETE /v1/{type}/{id}                     delete it
      POST   /v1/{type}/{id}/changes/{name}      apply a change
      GET    /v1/{type}/{id}/placement           its shard, owner, epoch and token
      GET    /v1/{type}/{id}/history             who owned it, from when to when
      GET    /v1/{type}/{id}/watch               its changes, as server-sent events
      GET    /v1/{type}/watch?prefix=TEXT        those of all whose ids begin like that
      GET    /livez /readyz                      health
      GET    /metrics                            metrics, for Prometheus
      GET    /openapi.json                       all of this, for programs

      In a browser, this address shows the console.
      """;

  private static final int LONGEST_DRAIN = 1_000;

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

  void openApi(HttpServerExchange exchange) {
    AllowedMethods.requireRead(exchange);
    Answers.json(exchange, StatusCodes.OK, OpenApi.text());
  }

  void live(HttpServerExchange exchange) {
    AllowedMethods.requireRead(exchange);
    status(exchange, "live");
  }

  void ready(HttpServerExchange exchange) {
    AllowedMethods.requireRead(exchange);
    status(exchange, "ready");
  }

  private static void status(HttpServerExchange exchange, String status) {
    ObjectNode body = Answers.JSON.createObjectNode();
    Answers.json(exchange, StatusCodes.OK, body.put("status", status));
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
      holdfast.nodes().forEach(info -> describe(info, nodes.addObject()));
      Answers.json(exchange, StatusCodes.OK, body);
    });
  }

  private static void describe(NodeInfo info, ObjectNode described) {
    described
        .put("name", info.name())
        .put("epoch", info.epoch())
        .put("address", info.address())
        .put("http", info.http())
        .put("state", info.state())
        .put("shards", info.shards())
        .put("self", info.self());
    if (info.self()) {
      described.put("copies", info.copies()).put("granted", info.granted());
    }
  }

  void placement(HttpServerExchange exchange, Holdfast holdfast, String type, String id) {
    readOf(exchange, holdfast, type, () -> {
      Placement where = holdfast.where(type, id);
      return Answers.JSON
          .createObjectNode()
          .put("type", where.type())
          .put("id", where.id())
          .put("shard", where.shard())
          .put("owner", where.owner())
          .put("epoch", where.epoch())
          .put("token", where.token());
    });
  }

  void history(HttpServerExchange exchange, Holdfast holdfast, String type, String id) {
    readOf(exchange, holdfast, type, () -> {
      ObjectNode body = Answers.JSON.createObjectNode().put("type", type).put("id", id);
      ArrayNode history = body.putArray("history");
      holdfast.history(type, id).forEach(time -> describe(time, history.addObject()));
      return body;
    });
  }

  /** Answers what the database says about an entity of a type that is served. */
  private static void readOf(
      HttpServerExchange exchange, Holdfast holdfast, String type, Supplier<ObjectNode> reading) {
    AllowedMethods.requireRead(exchange);
    Requests.query(exchange);
    holdfast.json(type);
    Async.blocking(exchange, () -> Answers.json(exchange, StatusCodes.OK, reading.get()));
  }

  private static void describe(Ownership time, ObjectNode described) {
    described
        .put("shard", time.shard())
        .put("node", time.node())
        .put("epoch", time.epoch())
        .put("token", time.token())
        .put("from", text(time.from()))
        .put("to", text(time.to()))
        .put("ending", time.ending().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .put("fencedBy", time.fencedBy() == 0 ? null : time.fencedBy())
        .put("refused", text(time.refused()));
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** A body that says it is JSON is asked for, since no foreign page can send that unasked. */
  void drain(HttpServerExchange exchange, Holdfast holdfast, String name) {
    if (!exchange.getRequestMethod().equals(Methods.POST)) {
      throw AllowedMethods.notAllowed(exchange, Methods.POST);
    }
    Requests.query(exchange);
    Requests.requireMediaType(exchange, Set.of("application/json"));
    Async.body(exchange, LONGEST_DRAIN, json -> {
      boolean force = force(json);
      Async.blocking(exchange, () -> {
        NodeInfo leaving = named(name, holdfast.nodes());
        holdfast.drain(name, force);
        ObjectNode body = Answers.JSON.createObjectNode().put("node", name);
        body.put("epoch", leaving.epoch()).put("state", "draining");
        Answers.json(exchange, StatusCodes.ACCEPTED, body.put("shards", leaving.shards()));
      });
    });
  }

  private static boolean force(String json) {
    try {
      JsonNode body = Answers.JSON.readTree(json);
      if (body.isObject() && Set.of("force").containsAll(body.propertyNames())) {
        JsonNode force = body.path("force");
        if (force.isMissingNode() || force.isBoolean()) {
          return force.asBoolean(false);
        }
      }
    } catch (JacksonException e) {
      throw new Refused(FailureKind.MALFORMED_JSON, "the body is not JSON");
    }
    throw new Refused(
        FailureKind.INVALID_REQUEST, "the body is {} or {\"force\":true}, not " + json);
  }

  private static NodeInfo named(String name, List<NodeInfo> nodes) {
    List<String> names = nodes.stream().map(NodeInfo::name).sorted().toList();
    return nodes.stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new Refused(
            FailureKind.UNKNOWN_NODE,
            "there is no node \"" + name + "\"; there is " + String.join(", ", names)
                + Nearest.hint(name, names)));
  }
}
