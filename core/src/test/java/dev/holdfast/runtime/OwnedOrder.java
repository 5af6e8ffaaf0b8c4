package dev.holdfast.runtime;

import dev.holdfast.Entity;
import dev.holdfast.protocol.LeaseTerms;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * An entity that lives here is changed, and the change is acknowledged (1); then its claim is given
 * up, and another node changes it (2). Who learns of either and reads then must not be shown what
 * was before.
 */
@JCStressTest
@State
@Outcome(id = "0, .*", expect = Expect.ACCEPTABLE, desc = "The read began before all that.")
@Outcome(id = "1, [01]", expect = Expect.ACCEPTABLE, desc = "The new value, or none.")
@Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "It is not answered here any more.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An old value.")
public class OwnedOrder {
  private static final long TTL_NANOS = Duration.ofSeconds(3).toNanos();
  private static final ReadCounts COUNTS =
      new ReadCounts(new Meters(new SimpleMeterRegistry(), "foo"));
  private static final int NONE = 0;
  private static final int BEFORE = 2;

  private static final Claim.Gate OPEN = new Claim.Gate() {
    @Override
    public boolean enter(int shard, dev.holdfast.protocol.ShardClaim.Input.Enter enter) {
      return true;
    }

    @Override
    public void left(int shard, dev.holdfast.protocol.ShardClaim.Input.Left left) {}
  };

  private final Claim claim = new Claim(1, 1, 1, OPEN);
  private final LiveEntity entity = new LiveEntity(claim, value(BEFORE), 0);
  private final LocalReads reads = new LocalReads(() -> 0, COUNTS);
  private volatile int news;

  /** An entity in memory, on a node with a lease. */
  public OwnedOrder() {
    LeaseGuard lease = new LeaseGuard(() -> 0, LeaseTerms.ofTtl(TTL_NANOS));
    lease.renewed(0);
    reads.from(new LocalReads.Here(
        Map.of("counter", Map.of("c", entity)),
        lease,
        new Uses(Duration.ofMinutes(2), () -> {
          throw new IllegalStateException("nobody is told");
        }),
        () -> null));
  }

  private static Entity<Integer> value(int value) {
    return new Entity<>("counter", "c", value, 0, "foo");
  }

  /** The entity's worker, then another node. */
  @Actor
  public void owning() {
    entity.show(value(1));
    news = 1;
    claim.closed();
    news = 2;
  }

  /** Any caller. */
  @Actor
  public void reading(II_Result result) {
    result.r1 = news;
    @Nullable Entity<?> read = reads.get("counter", "c");
    result.r2 = read == null ? NONE : (Integer) read.value();
  }
}
