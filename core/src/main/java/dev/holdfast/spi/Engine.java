package dev.holdfast.spi;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Membership, placement, hand-off and messaging. It carries out what its {@link Host} says and
 * decides nothing. Thread-safe.
 */
public interface Engine extends AutoCloseable {
  /** Makes engines. Found by {@link java.util.ServiceLoader}. */
  interface Provider {
    /**
     * Starts an engine that listens but has not joined anybody.
     *
     * @throws dev.holdfast.NotDone.CannotStart if it cannot listen
     */
    Engine start(Settings settings, Host host);
  }

  /**
   * How to run an engine.
   *
   * @param node the node's name
   * @param bindHost the address to listen on for other nodes
   * @param port the port; 0 for any free one
   * @param shards the number of shards
   * @param idleTimeout how long an entity may be idle before it leaves memory
   * @param liveEntities how many entities a node keeps in memory
   * @param leaseTtl the node lease's time to live
   * @param pace how often the host learns of changes among the nodes
   * @param tls how nodes know each other and encrypt what they say; null for neither
   */
  record Settings(
      String node,
      String bindHost,
      int port,
      int shards,
      Duration idleTimeout,
      int liveEntities,
      Duration leaseTtl,
      Duration pace,
      @Nullable Tls tls) {}

  /**
   * Mutual TLS between nodes, from PEM files that are read anew when they change.
   *
   * @param certificate this node's certificate, then those up to the authority
   * @param key its private key, PKCS #8
   * @param authorities who may have signed the other nodes' certificates
   */
  record Tls(Path certificate, Path key, Path authorities) {}

  /** What the engine asks of the node it runs in. Thread-safe; methods do not block. */
  interface Host {
    /** The shard that an entity is in. */
    int shardOf(EntityKey key);

    /**
     * An entity comes to live here. Called before its first message.
     *
     * @param mailbox runs tasks one after the other, never together with a call to the {@link Live}
     * @param stopped to be run in the mailbox when the entity has nothing left to do after
     *     {@link Live#stop}
     */
    Live activate(EntityKey key, int shard, Consumer<Runnable> mailbox, Runnable stopped);

    /** Takes the shard's claim; completes when it is held, or with false after a long while. */
    CompletionStage<Boolean> acquire(int shard);

    /** To be told that the claim on the shard was lost; replaces an earlier one. */
    void onLost(int shard, Runnable lost);

    /**
     * Gives the shard's claim back, once nothing of it is in flight any more. Takes and gives of
     * one shard are done in the order they were asked for.
     */
    CompletionStage<Boolean> release(int shard);

    /** Whether the shard's claim is held at this moment. */
    boolean holds(int shard);

    /** Addresses of live nodes that are leaving: no shard is placed on them. */
    Set<String> draining();

    /** An answer to the request sent with {@code ticket} has come. */
    void answered(long ticket, Answer answer);

    /** A message of another node has come; it may have been meant for an earlier epoch. */
    void told(PeerMessage message);

    /** The engine cannot go on, or was told by the others to go. */
    void failed(String reason);
  }

  /** One live entity, confined to its mailbox. */
  interface Live {
    /** Handles a request. The reply may be called later, and not at all if the entity dies. */
    void handle(Request request, Consumer<Answer> reply);

    /** Finish what is under way, then call {@code stopped}. */
    void stop();

    /** The engine has ended the entity; nothing is called any more. */
    void ended();
  }

  /**
   * The address under which other nodes reach this one, {@code host:port#uid}; the uid differs each
   * time an engine starts.
   */
  String address();

  /**
   * Joins: forms the cluster if {@code form}, else joins the nodes at {@code seeds}. May be called
   * again with other seeds until {@link #joined}.
   */
  void join(boolean form, List<String> seeds);

  /** Whether this node is a full member and may host shards. */
  boolean joined();

  /** Begins to host shards and to send; called once, after {@link #joined}. */
  void serve();

  /**
   * Sends a request to wherever the entity lives; the answer, if one comes, goes to
   * {@link Host#answered}. Messages may be lost and late. No single sending is delivered twice;
   * were it, its change would still be applied once, but one that was done might be reported as not
   * done.
   *
   * @param ticket comes back with the answer
   * @param again whether the request was sent before, in vain: then it takes the surest way, which
   *     need not be the shortest
   */
  void send(long ticket, Request request, boolean again);

  /**
   * Tells another node something, which gets to {@link Host#told} there. Messages may be lost, late
   * and in any order, and may come to a node that has taken the place of the one that was meant.
   *
   * @param address the node's {@link #address()}
   */
  void tell(String address, PeerMessage message);

  /**
   * Tells the engine that an entity was used without a message, so that it is not taken for idle.
   */
  void touch(EntityKey key);

  /** The members this node itself cannot reach, by address; not those of which others say so. */
  Set<String> unreachable();

  /**
   * Whether something listens at a node's address. Blocks for up to a quarter of a second; for
   * nodes that are no members.
   */
  boolean listensAt(String address);

  /**
   * Removes members by address, for good: the database has declared them dead, or never knew them.
   */
  void down(Set<String> addresses);

  /** All members, by address. */
  Set<String> members();

  /** Leaves the others in order, if there is time, and stops. */
  void leave(Duration within);

  /** Stops at once. */
  @Override
  void close();
}
