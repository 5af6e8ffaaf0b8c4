package dev.holdfast;

import java.time.Duration;
import java.util.List;

/**
 * The nodes and the shards at about one moment, by the word of the database.
 *
 * @param members the live nodes, and those that left or were fenced lately
 * @param shards all shards, in the order of their numbers
 */
public record Cluster(List<Member> members, List<Shard> shards) {
  /** Copies the lists. */
  public Cluster {
    members = List.copyOf(members);
    shards = List.copyOf(shards);
  }

  /**
   * A node.
   *
   * @param name the name it was started with
   * @param epoch its number, never used again after it is gone
   * @param http where clients reach it, a URL; empty if it serves no HTTP
   * @param state {@code up}, {@code draining}, {@code evicting}, {@code left} or {@code fenced}
   * @param joined whether it has joined the others
   * @param heartbeat a counter that the node raises when it renews its lease
   * @param leaseTtl the time to live of its lease
   * @param self whether it is the node that was asked
   * @param leaseLeft what is left of its lease; zero for other nodes than the one that was asked,
   *     whose heartbeats tell how long they have been silent
   */
  public record Member(
      String name,
      long epoch,
      String http,
      String state,
      boolean joined,
      long heartbeat,
      Duration leaseTtl,
      boolean self,
      Duration leaseLeft) {
    /** Whether it may own shards. */
    public boolean live() {
      return !state.equals("left") && !state.equals("fenced");
    }
  }

  /**
   * A shard.
   *
   * @param number which one
   * @param owner the name of the node that its claim names, live or not; empty if there is none
   * @param epoch that node's epoch; 0 if there is none
   * @param token the claim's sequence number; 0 if nobody has ever owned the shard
   * @param wantedBy the name of the node that waits for it; empty if none does
   * @param live how many of its entities are in memory; -1 if another node than the one that was
   *     asked owns it
   */
  public record Shard(
      int number, String owner, long epoch, long token, String wantedBy, int live) {}
}
