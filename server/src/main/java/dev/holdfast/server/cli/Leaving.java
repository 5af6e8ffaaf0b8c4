package dev.holdfast.server.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Watches a node leave, and tells how many shards it still has. The server that is asked may be the
 * one that leaves: then any other one is asked. Belongs to one thread.
 */
final class Leaving {
  private static final long POLL_MILLIS = 100;
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Session session;
  private final Report report;
  private final String node;
  private final List<Api> servers = new ArrayList<>();
  private final boolean alone;
  private long told = -1;
  private long toldNanos;

  /** Begins, before the node is told: it must be known by then whom to ask later. */
  Leaving(Session session, Api first, Report report, String node) {
    this.session = session;
    this.report = report;
    this.node = node;
    servers.add(first);
    int up = 0;
    for (JsonNode each : NodesCommand.in(first.read("/v1/nodes").body())) {
      boolean itself = each.path("name").asString("").equals(node);
      up += !itself && each.path("state").asString("").equals("up") ? 1 : 0;
      String http = each.path("http").asString("");
      if (!itself && !http.isEmpty() && !URI.create(http).equals(first.server())) {
        servers.add(session.api(http));
      }
    }
    alone = up == 0;
  }

  /**
   * Waits until the node is gone.
   *
   * @throws CommandFailure if that takes longer than {@code seconds}, or nobody can tell
   */
  void await(long epoch, int seconds) {
    long until = session.ticker().nanos() + TimeUnit.SECONDS.toNanos(seconds);
    while (true) {
      JsonNode row = row(epoch);
      if (row == null) {
        return;
      }
      tell(row.path("shards").asLong());
      if (session.ticker().nanos() - until > 0) {
        throw CommandFailure.unavailable(node + " has been told to leave, but has not left within "
            + seconds + " s; it still has " + row.path("shards").asString("?") + " shards");
      }
      pause();
    }
  }

  /** Its row, by the word of the first server that answers; null if it has none any more. */
  private @Nullable JsonNode row(long epoch) {
    CommandFailure silence = null;
    for (Api server : servers) {
      try {
        for (JsonNode row : NodesCommand.in(server.read("/v1/nodes").body())) {
          if (row.path("epoch").asLong() == epoch) {
            return row;
          }
        }
        return null;
      } catch (CommandFailure failure) {
        silence = failure;
      }
    }
    if (alone && silence != null && silence.code().equals("unreachable")) {
      return null; // it was the only one, and has gone
    }
    throw silence == null ? CommandFailure.unreachable("no server is known") : silence;
  }

  private void tell(long shards) {
    long now = session.ticker().nanos();
    if (shards != told && (told < 0 || now - toldNanos > TELL_NANOS)) {
      report.note(node + ": " + shards + (shards == 1 ? " shard" : " shards") + " left");
      told = shards;
      toldNanos = now;
    }
  }

  private static void pause() {
    if (!Pause.millis(POLL_MILLIS)) {
      throw CommandFailure.unavailable("interrupted");
    }
  }
}
