package dev.holdfast;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * One node: keeps its share of the entities live in memory, answers for all of them.
 *
 * <p>It serves nothing until it has registered in the database and joined the other nodes. Closing
 * it hands its entities over and leaves. Thread-safe.
 */
public interface Holdfast extends AutoCloseable {
  /** Starts here. */
  static HoldfastBuilder builder() {
    return new HoldfastBuilder();
  }

  /**
   * The entities of a type this node was built to serve.
   *
   * @throws NotDone.UnknownType if it was not
   */
  <T> Entities<T> entities(EntityType<T> type);

  /**
   * The entities of the type with that name, in JSON.
   *
   * @throws NotDone.UnknownType if this node does not serve it; the message lists those it does
   */
  JsonEntities json(String type);

  /** The types this node serves. */
  List<EntityType<?>> types();

  /** This node's name. */
  String node();

  /** All nodes that are up, by the word of the database. Blocks for one query. */
  List<NodeInfo> nodes();

  /** All nodes and shards, by the word of the database. Blocks for two queries. */
  Cluster cluster();

  /** Who owns an entity, by the word of the database. Blocks for one query. */
  Placement where(String type, String id);

  /**
   * Who owned an entity, and from when to when, by the word of the database: the owners of its
   * shard, the latest first. At least the latest hundred are remembered. Blocks for one query.
   */
  List<Ownership> history(String type, String id);

  /**
   * What shards changed hands lately, by the word of the database: the latest first, those of one
   * shard without a gap. Blocks for one query.
   *
   * @param limit how many at most, 1 to 1,000
   */
  List<Ownership> history(int limit);

  /**
   * Tells a node, this or another one, to leave: it hands its entities over while it goes on
   * answering, then closes. Returns when the node's row says so; {@link #nodes} shows how many
   * shards it still owns, and no longer shows it when it is gone. Telling it again changes nothing.
   *
   * @param node its name
   * @param force also if no other node is up, so that nobody serves until one is started
   * @throws NotDone.UnknownNode if no live node has that name
   * @throws NotDone.LastNode if no other node is up, and {@code force} is false
   */
  void drain(String node, boolean force);

  /**
   * Whether this node may serve at this moment, and means to stay: it has joined, holds its lease,
   * and is not leaving. A node that leaves still answers until it is closed.
   */
  boolean ready();

  /**
   * Why this node is not {@link #ready}, for people: that it cannot renew its lease, say, or is
   * leaving. Empty if it is ready.
   */
  String obstacle();

  /**
   * Completes with the reason if this node stops serving for good without having been closed. A
   * node that was declared dead, was told to go by the others, or whose engine failed comes back by
   * itself, and is not {@link #ready} meanwhile. This is for what that cannot mend: the database
   * has become one that this node cannot use, or another node has its name for more than a minute.
   * It must then be closed and started again. A node that was told to drain has not failed: see
   * {@link #closed}.
   */
  CompletionStage<String> failure();

  /**
   * Completes with the reason when this node is closed, whoever wanted that: the application, who
   * called {@link #close}; somebody else, who told it to {@link #drain}; or nobody, if it failed.
   * Everything is handed over and released by then. An application that lives for this node alone
   * ends now.
   */
  CompletionStage<String> closed();

  /** Hands all entities over, leaves, and releases everything. May be called more than once. */
  @Override
  void close();
}
