package dev.holdfast.server.config;

import dev.holdfast.runtime.Loopback;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads where a server listens, and refuses what would let strangers in. */
final class SafetyReader {
  private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

  private final ConfigReader options;

  SafetyReader(ConfigReader options) {
    this.options = options;
  }

  ServerConfig.Node node(String name) {
    ServerConfig.Tls tls = tls("node.tls", true);
    String host = options.host("node.host");
    boolean insecure = options.flag("node.insecure");
    if (EVERYWHERE.contains(host)) {
      throw options.refused("node.host", "one address, which other nodes are told");
    }
    if (!Loopback.is(host) && tls == null && !insecure) {
      throw new ConfigProblem(options.origin("node.host") + ": node.host is \"" + host
          + "\", which other machines can reach; that needs TLS between nodes, for whoever reaches"
          + " the port can do everything: set node.tls.certificate, node.tls.key and node.tls.ca"
          + " (examples/tls makes them), or use 127.0.0.1");
    }
    return new ServerConfig.Node(name, host, options.number("node.port", 0, 65_535), tls, insecure);
  }

  ServerConfig.Http http() {
    ServerConfig.Http http = new ServerConfig.Http(
        options.host("http.host"),
        options.number("http.port", 0, 65_535),
        options.url("http.advertised"),
        tls("http.tls", false),
        options.path("http.tokens"),
        options.flag("http.insecure"),
        options.flag("http.http2"),
        new ServerConfig.Limits(
            options.number("http.limits.connections", 10, 1_000_000),
            options.number("http.limits.requests", 1, 1_000_000),
            options.number("http.limits.per-second", 1, 10_000_000),
            options.duration(
                "http.limits.arrival", Duration.ofSeconds(1), Duration.ofMinutes(10))));
    requireSafe(http);
    return http;
  }

  private void requireSafe(ServerConfig.Http http) {
    if (http.http2() && http.tls() == null) {
      throw new ConfigProblem(
          options.origin("http.http2") + ": http.http2 is true, which needs TLS:"
              + " set http.tls.certificate and http.tls.key as well");
    }
    if (Loopback.is(http.host())) {
      return;
    }
    if (EVERYWHERE.contains(http.host()) && http.advertised().isEmpty()) {
      throw new ConfigProblem(options.origin("http.host") + ": http.host is \"" + http.host()
          + "\", which is no address that others could be told; set http.advertised as well, to"
          + " this node's URL");
    }
    String missing = http.missing();
    if (!missing.isEmpty() && !http.insecure()) {
      throw new ConfigProblem(options.origin("http.host") + ": http.host is \"" + http.host()
          + "\", which other machines can reach; that needs " + missing
          + ", or http.insecure = true if a proxy in front sees to it, or use 127.0.0.1");
    }
  }

  private ServerConfig.@Nullable Tls tls(String group, boolean mutual) {
    Path certificate = options.path(group + ".certificate");
    Path key = options.path(group + ".key");
    Path ca = mutual ? options.path(group + ".ca") : null;
    if (certificate == null && key == null && ca == null) {
      return null;
    }
    if (certificate == null || key == null || (mutual && ca == null)) {
      throw new ConfigProblem(group + " is incomplete: " + group + ".certificate"
          + (mutual ? ", " + group + ".key and " + group + ".ca" : " and " + group + ".key")
          + " belong together");
    }
    return new ServerConfig.Tls(certificate, key, ca);
  }
}
