package dev.holdfast.runtime;

import dev.holdfast.EntityType;
import dev.holdfast.NotDone;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.Engine;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Everything a node is told at its start. One that is out of range cannot be started;
 * {@link dev.holdfast.HoldfastBuilder} documents meaning and range of each.
 */
public record NodeSettings(
    String node,
    String databaseUrl,
    String user,
    String password,
    Database.@Nullable Provider databaseProvider,
    Engine.@Nullable Provider engineProvider,
    List<EntityType<?>> types,
    String host,
    int port,
    String http,
    Duration leaseTtl,
    int shards,
    int liveEntities,
    Duration idleTimeout,
    long copyBytes,
    int largestValue,
    Runnable beforeLeaving,
    MeterRegistry metrics,
    OpenTelemetry tracing,
    Engine.@Nullable Tls tls,
    boolean unencrypted) {
  private static final Pattern NODE = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  /**
   * Checks every range at once.
   *
   * @throws NotDone.CannotStart naming the setting, what it is and what it may be
   */
  void validate() {
    require(NODE.matcher(node).matches(), "node name", node, "a-z, 0-9 and -, at most 32");
    require(!databaseUrl.isBlank(), "database", databaseUrl, "a JDBC URL");
    requireSafe();
    require(port >= 0 && port < 65_536, "port", port, "0 to 65535");
    require(between(leaseTtl, 1, 60), "lease-ttl", leaseTtl, "1 s to 60 s");
    require(shards >= 1 && shards <= 4_096, "shards", shards, "1 to 4096");
    require(
        liveEntities >= shards && liveEntities <= 100_000_000,
        "live entities",
        liveEntities,
        "the number of shards (" + shards + ") to 100 million");
    require(between(idleTimeout, 1, 86_400), "idle timeout", idleTimeout, "1 s to 1 day");
    require(
        copyBytes == 0 || copyBytes >= 1024 * 1024,
        "memory for copies",
        copyBytes,
        "0 for none, or at least 1 MiB");
    require(
        largestValue >= 1 && largestValue <= 1024 * 1024,
        "largest value",
        largestValue,
        "1 byte to 1 MiB");
    Set<String> names = new HashSet<>();
    for (EntityType<?> type : types) {
      require(names.add(type.name()), "types", type.name(), "each name once");
    }
  }

  private void requireSafe() {
    if (!Loopback.is(host) && tls == null && !unencrypted) {
      throw new NotDone.CannotStart("other machines can reach " + host
          + ", and whoever reaches a node's port can do everything with it: give the node a"
          + " certificate, its key and an authority (node.tls in a server, tls(...) in an"
          + " application), or let it listen on 127.0.0.1");
    }
  }

  private static boolean between(Duration value, long leastSeconds, long mostSeconds) {
    return value.compareTo(Duration.ofSeconds(leastSeconds)) >= 0
        && value.compareTo(Duration.ofSeconds(mostSeconds)) <= 0;
  }

  private static void require(boolean condition, String what, Object value, String range) {
    if (!condition) {
      throw new NotDone.CannotStart(what + " is " + value + "; it must be " + range);
    }
  }

  @Override
  public String toString() {
    return "NodeSettings[node=" + node + ", database=" + databaseUrl + "]";
  }
}
