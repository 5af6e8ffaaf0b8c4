package dev.holdfast.runtime;

import dev.holdfast.protocol.CopyTerms;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.PeerMessage;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What one life of a node has to do with the others about copies: those it grants, those it keeps,
 * and the thread that drives both; and about changes, which have a thread of their own.
 * Thread-safe.
 */
final class Peers implements AutoCloseable {
  /** A tick is what a revocation may be late by when a reader is silent. */
  private static final long TICK_MILLIS = 10;

  /** About 150 bytes each. */
  static final int MOST_GRANTS = 500_000;

  private final Granting granting;
  private final Copying copying;
  private final Feeds feeds;
  private final ScheduledExecutorService thread;

  Peers(Lasting node, long epoch, Engine engine, LeaseGuard lease) {
    NodeSettings settings = node.settings();
    CopyTerms terms = terms(node.database());
    this.thread = node.threads().pool("copies", 1);
    this.granting = new Granting(
        epoch,
        terms,
        key -> Shards.of(key, settings.shards()),
        lease,
        node.ticker(),
        thread,
        engine::tell,
        node.metrics().copies());
    this.copying = new Copying(
        epoch,
        engine.address(),
        terms,
        settings.copyBytes(),
        node.ticker(),
        node.rules(),
        engine::tell,
        node.metrics().copies());
    this.feeds = new Feeds(
        epoch,
        engine.address(),
        node.ticker(),
        node.threads().pool("feeds", 1),
        engine::tell,
        node.watches());
    var unused =
        thread.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  static CopyTerms terms(Database database) {
    return database.oneHost()
        ? CopyTerms.onOneHost(MOST_GRANTS)
        : CopyTerms.acrossHosts(MOST_GRANTS);
  }

  private void tick() {
    granting.tick();
    copying.tick();
  }

  Granting granting() {
    return granting;
  }

  Copying copying() {
    return copying;
  }

  Feeds feeds() {
    return feeds;
  }

  void told(PeerMessage message) {
    if (message instanceof PeerMessage.Follow || message instanceof PeerMessage.Changed) {
      feeds.told(message);
    } else if (message instanceof PeerMessage.Renew
        || message instanceof PeerMessage.Revoked
        || message instanceof PeerMessage.Dropped) {
      granting.told(message);
    } else {
      copying.told(message);
    }
  }

  /** Those are the epochs that are live, with their addresses. */
  void live(Map<Long, String> nodes) {
    granting.live(nodes.keySet());
    copying.live(nodes.keySet());
    feeds.live(nodes);
  }

  @Override
  public void close() {
    copying.end();
    thread.shutdownNow();
    feeds.close();
  }
}
