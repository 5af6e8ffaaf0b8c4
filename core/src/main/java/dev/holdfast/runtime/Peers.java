package dev.holdfast.runtime;

import dev.holdfast.protocol.CopyTerms;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.PeerMessage;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What one life of a node has to do with the others about copies: those it grants, those it keeps,
 * and the thread that drives both. Thread-safe.
 */
final class Peers implements AutoCloseable {
  /** A tick is what a revocation may be late by when a reader is silent. */
  private static final long TICK_MILLIS = 10;

  /** About 150 bytes each. */
  private static final int MOST_GRANTS = 500_000;

  private final Granting granting;
  private final Copying copying;
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
        engine::tell);
    this.copying = new Copying(
        epoch,
        engine.address(),
        terms,
        settings.copyBytes(),
        node.ticker(),
        node.rules(),
        engine::tell);
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

  void told(PeerMessage message) {
    if (message instanceof PeerMessage.Renew
        || message instanceof PeerMessage.Revoked
        || message instanceof PeerMessage.Dropped) {
      granting.told(message);
    } else {
      copying.told(message);
    }
  }

  /** Those are the epochs that are live. */
  void live(Set<Long> epochs) {
    granting.live(epochs);
    copying.live(epochs);
  }

  @Override
  public void close() {
    copying.end();
    thread.shutdownNow();
  }
}
