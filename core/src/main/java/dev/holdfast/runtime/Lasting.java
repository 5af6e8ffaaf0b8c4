package dev.holdfast.runtime;

import dev.holdfast.spi.Database;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.Ticker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What a node keeps over all its lives.
 *
 * @param rules the types it serves, by name
 * @param calls the requests under way, which a new life goes on with
 * @param watches what is watched here, which outlasts a life as well
 * @param timer for what is to be done after a pause
 */
record Lasting(
    NodeSettings settings,
    Database database,
    Engine.Provider engines,
    Ticker ticker,
    Threads threads,
    JacksonCodec codec,
    Map<String, TypeRules<?>> rules,
    Calls calls,
    Watches watches,
    ScheduledExecutorService timer,
    Metrics metrics) {
  /** What an engine that listens at {@code port} is told. */
  Engine.Settings engineSettings(int port) {
    return new Engine.Settings(
        settings.node(),
        settings.host(),
        port,
        settings.shards(),
        settings.idleTimeout(),
        settings.liveEntities(),
        settings.leaseTtl(),
        database.watchInterval(),
        settings.tls());
  }

  String unknownType(String type) {
    List<String> known = rules.keySet().stream().sorted().toList();
    return "type \"" + type + "\" is not served by node " + settings.node() + "; it serves "
        + known;
  }
}
