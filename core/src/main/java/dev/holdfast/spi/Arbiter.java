package dev.holdfast.spi;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The word of the database on who is alive and who owns what. Methods block and throw
 * {@link DatabaseException}; all may be called from several threads, {@link #renew} from one.
 */
public interface Arbiter {
  /**
   * The way in which this version maps entities to shards, MurmurHash3 of {@code type/id}; kept in
   * the database, since another way would give an entity a second owner.
   */
  int HASH_VERSION = 1;

  /**
   * Makes the tables if the database is empty and it may, or checks that they fit.
   *
   * @param shards the wanted number of shards; fixed for ever by the first node that starts
   * @param hashVersion the wanted way of mapping ids to shards
   * @throws dev.holdfast.NotDone.CannotStart if the database is not reachable, holds somebody
   *     else's tables under our names, or was made with another schema version, number of shards or
   *     hash
   */
  void open(int shards, int hashVersion);

  /**
   * Makes a row for a new node: state up, heartbeat 0, not a member, a fresh epoch. Asking again
   * under the same uuid answers the same epoch, as long as that lives: the first answer may have
   * been lost.
   *
   * @param uuid never used before by another node
   * @param leaseTtl the time to live of its lease, by which others judge its silence
   * @return its epoch, or empty if another live row has that name
   */
  OptionalLong register(String uuid, String name, String address, String http, Duration leaseTtl);

  /**
   * Raises the heartbeat counter of a row that is up or draining, on a connection and in a thread
   * of its own.
   *
   * @return false if the row is fenced, left, gone, or has another uuid: the node is dead; or if it
   *     is evicting: the node has what is left of its lease
   */
  boolean renew(long epoch, String uuid, Set<Long> unreachable);

  /**
   * All rows that are live, and those that stopped being so lately (at least the latest hundred).
   */
  List<NodeRow> nodes();

  /**
   * Whether the node's process is certainly dead, by something surer than a silent heartbeat, such
   * as a lock of the operating system that ends with the process. False means "not known".
   */
  boolean provenDead(NodeRow node);

  /**
   * Declares a live node dead, if its heartbeat still is {@code heartbeatSeen}.
   *
   * @param by the epoch that does so, for people; 0 if it has none yet
   */
  boolean fence(long epoch, long heartbeatSeen, long by);

  /**
   * Declares a live node dead whose process is {@link #provenDead}.
   *
   * @param by the epoch that does so, for people; 0 if it has none yet
   */
  boolean fenceDead(long epoch, long by);

  /**
   * Tells nodes to go: marks those of {@code victims} as evicting that are up or draining. Only
   * while every one of {@code staying} is up or draining itself, so that two that wish to evict
   * each other do not both succeed.
   *
   * @return whether {@code staying} stay
   */
  boolean evict(Set<Long> victims, Set<Long> staying);

  /** Moves the node's own row to {@code state}; never back to life. */
  void state(long epoch, NodeRow.State state);

  /**
   * Decides who forms the cluster: this node, if no live member is there and no other live node is
   * about to form it. A new incarnation then begins. Asking again changes nothing.
   *
   * @return whether this node is the one
   */
  boolean form(long epoch);

  /** The cluster's incarnation and who formed it. */
  Formation formation();

  /**
   * The cluster's present incarnation.
   *
   * @param incarnation one more each time the cluster is formed anew; 0 if it never was
   * @param founder the epoch that formed it; 0 if nobody did
   */
  record Formation(long incarnation, long founder) {}

  /**
   * Marks the node as a member, if {@code incarnation} still is the present one.
   *
   * @return false if it is not: the node joined a cluster that is no more
   */
  boolean member(long epoch, long incarnation);

  /**
   * Takes a claim that is free, or whose owner is fenced or left, or that the node has already;
   * raises the token in the same statement, and writes the take into the {@link #history}. Marks
   * the claim as wanted by the node otherwise. Taking it ends all such marks: who still waits asks
   * again and marks it anew.
   *
   * @return the claim's token, or empty if a live node holds it
   */
  OptionalLong claim(int shard, long epoch);

  /**
   * Raises the token of a claim that the node holds under {@code token}: after this returns, no
   * statement sent before under the old token can commit.
   *
   * @return the new token, or empty if the node does not hold the claim under that token
   */
  OptionalLong barrier(int shard, long epoch, long token);

  /** Frees a claim held under {@code token}, and writes that down; does nothing if it is not. */
  void release(int shard, long epoch, long token);

  /** The claims that have, or had, an owner. */
  List<ClaimRow> claims();

  /** One shard's claim. */
  Optional<ClaimRow> claim(int shard);

  /**
   * Writes into the {@link #history} that a write under {@code token} was refused, unless the node
   * does own the shard. Only the first refusal of each take is kept.
   */
  void refused(int shard, long epoch, long token);

  /**
   * Who took a shard's claim, the latest first.
   *
   * @param limit how many at most; no more than the latest {@link #HISTORY} of a shard are kept
   */
  List<HistoryRow> history(int shard, int limit);

  /**
   * Who took any shard's claim lately, the latest first.
   *
   * @param limit how many at most, up to {@link #LATEST}
   */
  default List<HistoryRow> latest(int limit) {
    return claims().stream()
        .flatMap(claim -> history(claim.shard(), limit).stream())
        .sorted(Comparator.comparing(HistoryRow::taken).reversed())
        .limit(limit)
        .toList();
  }

  /** How many takes of all shards may be asked for at once. */
  int LATEST = 1_000;

  /** How many takes of each shard are remembered. */
  int HISTORY = 100;
}
