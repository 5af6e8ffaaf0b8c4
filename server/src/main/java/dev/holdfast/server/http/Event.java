package dev.holdfast.server.http;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something that happened in the cluster.
 *
 * @param at when; by the database's clock where it has written it down, else when this node saw it
 * @param node whom it happened to; the new owner of a shard
 * @param epoch that node's epoch
 * @param shard which shard moved; -1 if none did
 * @param from the shard's owner before; empty if it had none
 * @param token the claim's token after the move; 0 if none moved
 * @param text what happened, for people
 */
record Event(
    Kind kind,
    Instant at,
    String node,
    long epoch,
    int shard,
    String from,
    long token,
    String text) {
  /** What kind of thing it is. */
  enum Kind {
    /** A node has joined the others. */
    JOINED,
    /** A node began to hand its shards over. */
    DRAINING,
    /** A node was told to go. */
    EVICTING,
    /** A node has gone. */
    LEFT,
    /** A node was declared dead. */
    FENCED,
    /** A shard has another owner. */
    MOVED,
    /** A node has not renewed its lease in time. */
    LEASE_LOST,
    /** It has renewed it again. */
    LEASE_BACK,
    /** The database does not answer this node. */
    DATABASE_LOST,
    /** It answers again. */
    DATABASE_BACK;

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static Event of(Kind kind, Instant at, String node, long epoch, String text) {
    return new Event(kind, at, node, epoch, -1, "", 0, text);
  }

  static Event moved(
      Instant at, int shard, String from, String to, long epoch, long token, @Nullable String why) {
    String text = from.isEmpty()
        ? "shard " + shard + " went to " + to
        : from.equals(to)
            ? "shard " + shard + " went to " + to + " again"
            : "shard " + shard + " went from " + from + " to " + to;
    return new Event(
        Kind.MOVED, at, to, epoch, shard, from, token, why == null ? text : text + ", " + why);
  }

  ObjectNode json(String id) {
    ObjectNode json = Answers.JSON.createObjectNode();
    json.put("id", id)
        .put("at", at.truncatedTo(ChronoUnit.MILLIS).toString())
        .put("kind", kind.text())
        .put("node", node)
        .put("epoch", epoch);
    if (kind == Kind.MOVED) {
      json.put("shard", shard).put("from", from).put("token", token);
    }
    return json.put("text", text);
  }
}
