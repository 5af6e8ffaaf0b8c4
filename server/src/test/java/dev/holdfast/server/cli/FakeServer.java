package dev.holdfast.server.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A server that speaks like a node and keeps a few entities in memory. */
final class FakeServer implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** A request as it came in. */
  record Seen(
      String method,
      String path,
      @Nullable String query,
      Map<String, String> headers,
      String body) {}

  private record Stored(JsonNode value, long revision) {}

  private final String node;
  private final HttpServer http;
  private final Map<String, Stored> entities = new TreeMap<>();
  private final Map<String, URI> cluster = new TreeMap<>();
  private final List<String> types = new ArrayList<>(List.of("entity"));
  private final ConcurrentLinkedQueue<ObjectNode> failures = new ConcurrentLinkedQueue<>();
  private String leaving = "";
  private int shardsLeft = 3;
  private boolean closing;
  final List<Seen> seen = new CopyOnWriteArrayList<>();

  FakeServer(String node) {
    this(node, 0);
  }

  FakeServer(String node, int port) {
    this.node = node;
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    http.createContext("/", this::handle);
    http.start();
    cluster.put(node, uri());
    entities.put("entity_1", new Stored(state("initialized"), 0));
    entities.put("entity_2", new Stored(state("initialized"), 0));
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
  }

  FakeServer knowing(FakeServer other) {
    cluster.put(other.node, other.uri());
    return this;
  }

  FakeServer serving(String... names) {
    types.clear();
    types.addAll(List.of(names));
    return this;
  }

  FakeServer holding(String id) {
    entities.put(id, new Stored(state("initialized"), 0));
    return this;
  }

  /** Answers the next request about an entity with a problem. */
  FakeServer failing(int status, String code, String outcome) {
    failures.add(problem(status, code, "said by the test", outcome));
    return this;
  }

  /** A node that is told to leave stays. */
  FakeServer neverLeaving() {
    shardsLeft = Integer.MAX_VALUE;
    return this;
  }

  /** Stops when it has told itself to leave, as a node does in the end. */
  FakeServer closingAfterDrain() {
    closing = true;
    return this;
  }

  private static JsonNode state(String state) {
    return JSON.createObjectNode().put("state", state);
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getRawPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
    seen.add(new Seen(method, path, exchange.getRequestURI().getRawQuery(), headers, body));
    exchange.getResponseHeaders().set("Holdfast-Served-By", node);
    String[] segments = exchange.getRequestURI().getPath().substring(1).split("/", -1);
    switch (path) {
      case "/readyz" -> send(exchange, 200, JSON.createObjectNode().put("status", "ready"));
      case "/v1" -> send(exchange, 200, described());
      case "/v1/nodes" -> send(exchange, 200, nodes());
      default -> {
        if (path.startsWith("/v1/nodes/")) {
          drain(exchange, segments[2]);
        } else if (path.endsWith("/history")) {
          send(exchange, 200, history());
        } else if (segments.length == 2) {
          send(exchange, 200, page(exchange.getRequestURI().getQuery()));
        } else if (segments.length == 4) {
          send(exchange, 200, placement(segments[2]));
        } else {
          entity(exchange, method, segments[1], segments[2], headers, body);
        }
      }
    }
  }

  private ObjectNode described() {
    ObjectNode described = JSON.createObjectNode().put("node", node);
    ArrayNode list = described.putArray("types");
    types.forEach(type -> list.add(JSON.readTree("""
        {"name":"%s","mainField":"state","changes":[],"schema":{"properties":
        {"state":{"enum":["initialized","working","finalized"]}}}}""".formatted(type))));
    return described;
  }

  private ObjectNode nodes() {
    ObjectNode nodes = JSON.createObjectNode();
    ArrayNode list = nodes.putArray("nodes");
    if (!leaving.isEmpty() && shardsLeft-- == 0) {
      cluster.remove(leaving);
    }
    int epoch = 1;
    for (Map.Entry<String, URI> each : cluster.entrySet()) {
      boolean leaves = each.getKey().equals(leaving);
      list.addObject()
          .put("name", each.getKey())
          .put("epoch", leaves ? 1 : ++epoch)
          .put("address", "127.0.0.1:2551")
          .put("http", each.getValue().toString())
          .put("state", leaves ? "draining" : "up")
          .put("shards", leaves ? Math.max(0, shardsLeft) : 64)
          .put("self", each.getKey().equals(node));
    }
    return nodes;
  }

  /** The node that is told to leave has one shard less each time somebody looks. */
  private void drain(HttpExchange exchange, String name) throws IOException {
    if (!cluster.containsKey(name)) {
      send(exchange, 404, problem(404, "unknown-node", "no node " + name, "not-done"));
    } else if (cluster.size() == 1) {
      send(exchange, 409, problem(409, "last-node", "no other node is up", "not-done"));
    } else {
      leaving = name;
      ObjectNode told = JSON.createObjectNode().put("node", name).put("epoch", 1);
      send(exchange, 202, told.put("state", "draining").put("shards", shardsLeft));
      if (closing) {
        new Thread(this::close).start();
      }
    }
  }

  private static JsonNode history() {
    return JSON.readTree("""
        {"type":"entity","id":"x","history":[
        {"shard":17,"node":"bar","epoch":2,"token":3,"from":"2026-01-02T03:04:06.000Z",
        "to":null,"ending":"lasts","fencedBy":null,"refused":null},
        {"shard":17,"node":"foo","epoch":1,"token":1,"from":"2026-01-02T03:04:05.000Z",
        "to":"2026-01-02T03:04:06.000Z","ending":"fenced","fencedBy":2,
        "refused":"2026-01-02T03:04:07.000Z"}]}
        """);
  }

  private ObjectNode page(@Nullable String query) {
    ObjectNode page = JSON.createObjectNode();
    ArrayNode items = page.putArray("items");
    String after = parameter(query, "after", "");
    int limit = Integer.parseInt(parameter(query, "limit", "100"));
    List<String> ids =
        entities.keySet().stream().filter(id -> id.compareTo(after) > 0).toList();
    ids.stream().limit(limit).forEach(id -> items.add(json(id).put("owner", "bar")));
    return ids.size() > limit ? page.put("next", ids.get(limit - 1)) : page.putNull("next");
  }

  private static String parameter(@Nullable String query, String name, String otherwise) {
    for (String pair : (query == null ? "" : query).split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1);
      }
    }
    return otherwise;
  }

  private static ObjectNode placement(String id) {
    return JSON.createObjectNode()
        .put("type", "entity")
        .put("id", id)
        .put("shard", 17)
        .put("owner", "bar")
        .put("epoch", 2)
        .put("token", 3);
  }

  private void entity(
      HttpExchange exchange,
      String method,
      String type,
      String id,
      Map<String, String> headers,
      String body)
      throws IOException {
    ObjectNode failure = failures.poll();
    Stored stored = entities.get(id);
    String expected = headers.get("If-Match");
    if (failure != null) {
      send(exchange, failure.get("status").asInt(), failure);
    } else if (!types.contains(type)) {
      send(exchange, 404, problem(404, "unknown-type", "no type " + type, "not-done"));
    } else if (stored == null && !method.equals("PUT")) {
      send(exchange, 404, problem(404, "not-found", "no entity " + id, "not-done"));
    } else if (expected != null
        && stored != null
        && !expected.equals("\"" + stored.revision() + "\"")) {
      send(exchange, 412, problem(412, "revision-mismatch", "it is another one", "not-done"));
    } else if (method.equals("PUT") && !body.startsWith("\"") && !body.startsWith("{")) {
      send(exchange, 422, problem(422, "invalid-value", "state is a word", "not-done"));
    } else {
      answer(exchange, method, id, stored, body);
    }
  }

  private void answer(
      HttpExchange exchange, String method, String id, @Nullable Stored stored, String body)
      throws IOException {
    exchange.getResponseHeaders().set("Holdfast-Owner", "bar");
    boolean any = "read=any".equals(exchange.getRequestURI().getQuery());
    exchange.getResponseHeaders().set("Holdfast-Source", any ? "database" : "owner");
    if (!method.equals("GET")) {
      JsonNode given = method.equals("DELETE") ? JSON.nullNode() : JSON.readTree(body);
      JsonNode value = given.isString() ? state(given.asString()) : given;
      entities.put(id, new Stored(value, stored == null ? 0 : stored.revision() + 1));
    }
    send(exchange, method.equals("PUT") && stored == null ? 201 : 200, json(id));
    if (method.equals("DELETE")) {
      entities.remove(id);
    }
  }

  private ObjectNode json(String id) {
    Stored stored = Objects.requireNonNull(entities.get(id));
    ObjectNode json = JSON.createObjectNode().put("type", types.get(0)).put("id", id);
    json.set("value", stored.value());
    return json.put("revision", stored.revision());
  }

  private static ObjectNode problem(int status, String code, String detail, String outcome) {
    return JSON.createObjectNode()
        .put("type", "urn:holdfast:error:" + code)
        .put("title", "a title")
        .put("status", status)
        .put("detail", detail)
        .put("outcome", outcome);
  }

  private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
