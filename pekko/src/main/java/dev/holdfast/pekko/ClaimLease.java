package dev.holdfast.pekko;

import dev.holdfast.spi.Engine;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.coordination.lease.LeaseSettings;
import org.apache.pekko.coordination.lease.javadsl.Lease;

/**
 * Puts the claim on a shard behind the lease that Pekko's shards ask for. Pekko names its owner by
 * an address, which a restarted process shares with the dead one; that name is ignored, the host
 * knows its epoch. Thread-safe; made by Pekko, by name.
 */
final class ClaimLease extends Lease {
  private final LeaseSettings settings;
  private final Engine.Host host;
  private final int shard;

  ClaimLease(LeaseSettings settings, ExtendedActorSystem system) {
    this.settings = settings;
    this.host = HostSetup.hostOf(system);
    this.shard = shardIn(settings.leaseName());
  }

  /** The name ends with the shard's id: {@code holdfast-shard-entities-17}. */
  static int shardIn(String leaseName) {
    return Integer.parseInt(leaseName.substring(leaseName.lastIndexOf('-') + 1));
  }

  @Override
  public LeaseSettings getSettings() {
    return settings;
  }

  @Override
  public CompletionStage<Boolean> acquire() {
    return host.acquire(shard);
  }

  @Override
  public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> lost) {
    host.onLost(shard, () -> lost.accept(Optional.empty()));
    return host.acquire(shard);
  }

  @Override
  public CompletionStage<Boolean> release() {
    return host.release(shard);
  }

  @Override
  public boolean checkLease() {
    return host.holds(shard);
  }
}
