package dev.holdfast.server;

import dev.holdfast.Call;
import dev.holdfast.Entity;
import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastException;
import dev.holdfast.JsonEntities;
import dev.holdfast.NotDone;
import dev.holdfast.runtime.Loopback;
import dev.holdfast.server.config.DeclaredType;
import dev.holdfast.server.config.Seed;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.http.HttpApi;
import io.opentelemetry.api.GlobalOpenTelemetry;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node and its HTTP API. It takes its port and reads its seeds before it joins the others, so
 * that what can be noticed early leaves nothing half-done. Started and closed by one thread.
 */
final class ServerNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerNode.class);

  private final HttpApi http;
  private final Holdfast holdfast;

  private ServerNode(HttpApi http, Holdfast holdfast) {
    this.http = http;
    this.holdfast = holdfast;
  }

  /**
   * Starts a node; returns when it serves.
   *
   * @param bound runs once the port is taken
   * @throws NotDone.CannotStart if it cannot
   */
  static ServerNode start(ServerConfig config, HoldfastBuilder builder, Runnable bound) {
    Map<String, List<Seed>> seeds = new LinkedHashMap<>();
    config.types().forEach(declared -> seeds.put(declared.type().name(), Seed.of(declared)));
    HttpApi http = HttpApi.bind(config);
    warn(config);
    try {
      bound.run();
      Holdfast holdfast = configured(builder, config)
          .http(http.url())
          .beforeLeaving(http::close)
          .metrics(http.metrics())
          .tracing(GlobalOpenTelemetry.get())
          .start();
      ServerNode node = new ServerNode(http, holdfast);
      seeds.forEach(node::seed);
      http.serve(holdfast);
      return node;
    } catch (RuntimeException e) {
      http.close();
      throw e;
    }
  }

  private static HoldfastBuilder configured(HoldfastBuilder builder, ServerConfig config) {
    List<EntityType<?>> types =
        config.types().stream().<EntityType<?>>map(DeclaredType::type).toList();
    ServerConfig.Tls tls = config.node().tls();
    Path ca = tls == null ? null : tls.ca();
    if (tls != null && ca != null) {
      builder.tls(tls.certificate(), tls.key(), ca);
    } else if (config.node().insecure()) {
      builder.unencrypted();
    }
    return builder
        .node(config.node().name())
        .listen(config.node().host(), config.node().port())
        .database(config.database().url())
        .credentials(config.database().user(), config.database().password())
        .serving(types)
        .leaseTtl(config.leaseTtl())
        .shards(config.shards())
        .memory(config.memory().liveEntities(), config.memory().idleTimeout())
        .copies(config.memory().copies())
        .largestValue(config.largestValue());
  }

  /** Says again at each start what an operator has chosen to do without. */
  private static void warn(ServerConfig config) {
    ServerConfig.Http http = config.http();
    if (!Loopback.is(http.host()) && !http.missing().isEmpty()) {
      LOG.warn(
          "the HTTP API on {} lacks {}: whoever gets past the proxy in front can do everything",
          http.host(),
          http.missing());
    }
    ServerConfig.Node node = config.node();
    if (!Loopback.is(node.host()) && node.tls() == null) {
      LOG.warn(
          "nodes speak to {} without TLS: whoever reaches its port can do everything", node.host());
    }
  }

  /** Fills a type of which the database has no entity. */
  private void seed(String type, List<Seed> seeds) {
    JsonEntities entities = holdfast.json(type);
    if (seeds.isEmpty() || !join(entities.list("", 1, Call.DEFAULT)).isEmpty()) {
      return;
    }
    seeds.forEach(seed -> create(entities, type, seed));
  }

  private void create(JsonEntities entities, String type, Seed seed) {
    try {
      join(entities.set(seed.id(), seed.json(), Entity.ABSENT, Call.DEFAULT));
    } catch (NotDone.RevisionMismatch anotherNodeWasFirst) {
      LOG.debug("{}/{} is there already", type, seed.id());
    } catch (HoldfastException e) {
      holdfast.close();
      throw new NotDone.CannotStart(
          "cannot create " + type + "/" + seed.id() + ": " + e.getMessage());
    }
  }

  private static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof HoldfastException known ? known : e;
    }
  }

  /** Where clients reach it. */
  String url() {
    return http.url();
  }

  /** See {@link Holdfast#failure}. */
  CompletionStage<String> failure() {
    return holdfast.failure();
  }

  /** See {@link Holdfast#closed}. */
  CompletionStage<String> closed() {
    return holdfast.closed();
  }

  /** Hands its entities over while it still answers, then frees the port. */
  @Override
  public void close() {
    holdfast.close();
    http.close();
  }
}
