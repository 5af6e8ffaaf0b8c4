package dev.holdfast.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a server is told at its start. Immutable, and made only by {@link ConfigSources},
 * which checks each range; {@code reference.conf} beside this class documents each option.
 *
 * @param node how other nodes know this one
 * @param database where the entities are kept
 * @param http where clients reach this node
 * @param leaseTtl how long a node may be silent before others take its entities
 * @param shards into how many shards the ids are divided
 * @param memory how much is kept in memory
 * @param largestValue the largest value in bytes of JSON
 * @param log how the log is written
 * @param types the types served
 */
public record ServerConfig(
    Node node,
    DatabaseAccess database,
    Http http,
    Duration leaseTtl,
    int shards,
    Memory memory,
    int largestValue,
    Log log,
    List<DeclaredType> types) {

  /**
   * How other nodes know this one.
   *
   * @param tls null if what nodes tell each other is not encrypted
   * @param insecure whether it may do without, also where other machines can reach it
   */
  public record Node(
      String name, String host, int port, @Nullable Tls tls, boolean insecure) {}

  /** PEM files; {@code ca} is null where it is not needed. */
  public record Tls(Path certificate, Path key, @Nullable Path ca) {}

  /** How to reach the database; the URL is without credentials. */
  public record DatabaseAccess(String url, String user, String password) {
    @Override
    public String toString() {
      return "DatabaseAccess[url=" + url + ", user=" + user + ", password=***]";
    }
  }

  /**
   * Where and how clients reach the node.
   *
   * @param advertised empty unless it differs from the address
   * @param tls null for HTTP without TLS
   * @param tokens the file of access tokens; null if nobody needs one
   * @param insecure whether others may reach it although TLS or tokens are missing
   * @param http2 whether clients that reach it by TLS may speak HTTP/2
   */
  public record Http(
      String host,
      int port,
      String advertised,
      @Nullable Tls tls,
      @Nullable Path tokens,
      boolean insecure,
      boolean http2,
      Limits limits) {
    /** What it would need before others may reach it; empty if nothing. */
    public String missing() {
      String encryption = tls == null ? "TLS (http.tls.certificate and http.tls.key)" : "";
      String access =
          tokens == null ? "access tokens (http.tokens; see holdfast token create)" : "";
      return encryption + (encryption.isEmpty() || access.isEmpty() ? "" : " and ") + access;
    }
  }

  /**
   * How much clients may ask.
   *
   * @param connections open ones, of all clients
   * @param requests at once, by one client
   * @param perSecond requests by one client, in the long run
   * @param arrival how long the headers of a request may take to arrive, and its body
   */
  public record Limits(int connections, int requests, int perSecond, Duration arrival) {}

  /** How the log is written: in lines of text, or of JSON. */
  public record Log(boolean json) {}

  /** How many entities stay in memory, idle ones for how long, and how many bytes of copies. */
  public record Memory(int liveEntities, Duration idleTimeout, long copies) {}
}
