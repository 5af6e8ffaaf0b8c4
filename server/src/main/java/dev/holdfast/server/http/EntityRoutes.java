package dev.holdfast.server.http;

import dev.holdfast.Call;
import dev.holdfast.Entity;
import dev.holdfast.Holdfast;
import dev.holdfast.JsonEntities;
import dev.holdfast.NotDone;
import dev.holdfast.Read;
import dev.holdfast.server.wire.FailureKind;
import dev.holdfast.server.wire.UrlPath;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;

/** Entities: read, set, patch, delete, change and list. Thread-safe. */
final class EntityRoutes {
  private static final Set<String> VALUE = Set.of("application/json");
  private static final Set<String> PATCH =
      Set.of("application/json", "application/merge-patch+json");
  private static final int LONGEST_LIST = 1_000;
  private static final int USUAL_LIST = 100;

  private final int largestBody;

  EntityRoutes(int largestBody) {
    this.largestBody = largestBody;
  }

  void one(HttpServerExchange exchange, Holdfast holdfast, String type, String id) {
    if (!AllowedMethods.isRead(exchange.getRequestMethod())) {
      Requests.query(exchange);
    }
    JsonEntities entities = holdfast.json(type);
    switch (exchange.getRequestMethod().toString()) {
      case "GET", "HEAD" -> get(exchange, entities, id);
      case "PUT" -> put(exchange, entities, id);
      case "PATCH" -> patch(exchange, entities, id);
      case "DELETE" -> delete(exchange, entities, id);
      default ->
        throw AllowedMethods.notAllowed(
            exchange, Methods.GET, Methods.HEAD, Methods.PUT, Methods.PATCH, Methods.DELETE);
    }
  }

  private static void get(HttpServerExchange exchange, JsonEntities entities, String id) {
    Read read = Requests.read(exchange);
    Call call = Requests.call(exchange);
    if (exchange.getRequestHeaders().contains(Headers.IF_MATCH)) {
      throw new Refused(FailureKind.INVALID_REQUEST, "If-Match is not possible on GET");
    }
    Async.then(exchange, entities.get(id, read, call), entity -> {
      if (Preconditions.isKnown(exchange, entity)) {
        Answers.notModified(exchange, entity);
      } else {
        Answers.entity(exchange, StatusCodes.OK, entity);
      }
    });
  }

  private void put(HttpServerExchange exchange, JsonEntities entities, String id) {
    Call call = Requests.call(exchange);
    Long expected = Preconditions.expected(exchange, true);
    Requests.requireMediaType(exchange, VALUE);
    Async.body(exchange, largestBody, json -> {
      CompletableFuture<Entity<String>> set = entities.set(id, json, expected, call);
      Async.then(exchange, explained(set, json), entity -> {
        boolean created = entity.revision() == 0;
        if (created) {
          String path = UrlPath.of("v1", entity.type(), entity.id());
          exchange.getResponseHeaders().put(Headers.LOCATION, path);
        }
        Answers.entity(exchange, created ? StatusCodes.CREATED : StatusCodes.OK, entity);
      });
    });
  }

  private void patch(HttpServerExchange exchange, JsonEntities entities, String id) {
    Call call = Requests.call(exchange);
    Long expected = Preconditions.expected(exchange, false);
    Requests.requireMediaType(exchange, PATCH);
    Async.body(exchange, largestBody, json -> {
      CompletableFuture<Entity<String>> patched = entities.patch(id, json, expected, call);
      Async.then(
          exchange,
          explained(patched, json),
          entity -> Answers.entity(exchange, StatusCodes.OK, entity));
    });
  }

  private static void delete(HttpServerExchange exchange, JsonEntities entities, String id) {
    Call call = Requests.call(exchange);
    Long expected = Preconditions.expected(exchange, false);
    Async.then(
        exchange,
        entities.delete(id, expected, call),
        entity -> Answers.entity(exchange, StatusCodes.OK, entity));
  }

  void change(HttpServerExchange exchange, Holdfast holdfast, String type, String id, String name) {
    if (!exchange.getRequestMethod().equals(Methods.POST)) {
      throw AllowedMethods.notAllowed(exchange, Methods.POST);
    }
    Requests.query(exchange);
    JsonEntities entities = holdfast.json(type);
    Call call = Requests.call(exchange);
    Preconditions.requireNone(exchange);
    Requests.requireMediaType(exchange, VALUE);
    Async.body(exchange, largestBody, json -> {
      CompletableFuture<Entity<String>> changed = entities.change(id, name, json, call);
      Async.then(exchange, explained(changed, json), entity -> Answers.reply(exchange, entity));
    });
  }

  void list(HttpServerExchange exchange, Holdfast holdfast, String type) {
    AllowedMethods.requireRead(exchange);
    JsonEntities entities = holdfast.json(type);
    Map<String, String> query = Requests.query(exchange, "after", "limit");
    int limit = Requests.limit(query, USUAL_LIST, LONGEST_LIST);
    int asked = Math.min(limit + 1, LONGEST_LIST);
    String after = query.getOrDefault("after", "");
    Async.then(exchange, entities.list(after, asked, Requests.call(exchange)), found -> {
      boolean more = found.size() > limit || (found.size() == asked && asked == limit);
      List<Entity<String>> items = found.subList(0, Math.min(limit, found.size()));
      StringBuilder json = new StringBuilder("{\"items\":[");
      json.append(items.stream()
          .map(item -> Answers.entityJson(item, "value", true))
          .collect(Collectors.joining(",")));
      json.append("],\"next\":");
      if (more) {
        Answers.quote(items.get(items.size() - 1).id(), json);
      } else {
        json.append("null");
      }
      Answers.from(exchange, Entity.Source.DATABASE);
      Answers.json(exchange, StatusCodes.OK, json.append('}').toString());
    });
  }

  /** Tells a body that is not JSON from a value that the type does not allow. */
  private static <T> CompletableFuture<T> explained(CompletableFuture<T> future, String json) {
    return future.exceptionally(failure -> {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      if (cause instanceof NotDone.InvalidValue) {
        requireJson(json, String.valueOf(cause.getMessage()));
      }
      throw cause instanceof RuntimeException known ? known : new CompletionException(cause);
    });
  }

  private static void requireJson(String text, String detail) {
    try {
      Answers.JSON.readTree(text);
    } catch (JacksonException e) {
      throw new Refused(FailureKind.MALFORMED_JSON, detail);
    }
  }
}
