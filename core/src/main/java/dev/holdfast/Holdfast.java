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

  /** Who owns an entity, by the word of the database. Blocks for one query. */
  Placement where(String type, String id);

  /** Whether this node may serve at this moment: it has joined and holds its lease. */
  boolean ready();

  /**
   * Completes with the reason if this node stops serving for good without having been closed. A
   * node that was declared dead, was told to go by the others, or whose engine failed comes back by
   * itself, and is not {@link #ready} meanwhile. This is for what that cannot mend: the database
   * has become one that this node cannot use, or another node has its name for more than a minute.
   * It must then be closed and started again.
   */
  CompletionStage<String> failure();

  /** Hands all entities over, leaves, and releases everything. May be called more than once. */
  @Override
  void close();
}
