package dev.holdfast.server.config;

import java.time.Duration;
import java.util.List;

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

  /** How other nodes know this one. */
  public record Node(String name, String host, int port) {}

  /** How to reach the database; the URL is without credentials. */
  public record DatabaseAccess(String url, String user, String password) {
    @Override
    public String toString() {
      return "DatabaseAccess[url=" + url + ", user=" + user + ", password=***]";
    }
  }

  /** Where clients reach the node; {@code advertised} is empty unless it differs. */
  public record Http(String host, int port, String advertised) {}

  /** How the log is written: in lines of text, or of JSON. */
  public record Log(boolean json) {}

  /** How many entities stay in memory, idle ones for how long, and how many bytes of copies. */
  public record Memory(int liveEntities, Duration idleTimeout, long copies) {}
}
