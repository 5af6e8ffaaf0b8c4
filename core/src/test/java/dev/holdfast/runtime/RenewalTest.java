package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.protocol.LeaseTerms;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RenewalTest {
  private static final Duration TTL = Duration.ofSeconds(1);

  private final FakeArbiter arbiter = new FakeArbiter();
  private final AtomicLong clock = new AtomicLong(1);
  private final AtomicLong otherClock = new AtomicLong(1);
  private final LeaseGuard lease = new LeaseGuard(clock::get, LeaseTerms.ofTtl(TTL.toNanos()));
  private final AtomicInteger refusals = new AtomicInteger();
  private final CountDownLatch refused = new CountDownLatch(1);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Renewal renewal = renewal(TTL);

  private Renewal renewal(Duration ttl) {
    return new Renewal(
        arbiter,
        1,
        "uuid",
        lease,
        clock::get,
        otherClock::get,
        ttl,
        new Threads("test"),
        Set::of,
        () -> {
          refusals.incrementAndGet();
          lease.died();
          refused.countDown();
        },
        new NodeMeters(new Meters(registry, "foo")));
  }

  @AfterEach
  void stop() {
    renewal.close();
  }

  @Test
  void aRenewedLeaseIsValidAndARefusalEndsIt() {
    renewal.start();
    assertThat(lease.valid()).isTrue();
    arbiter.down.add("renewals");
    await().until(() -> refused.getCount() == 0);
    assertThat(lease.dead()).isTrue();
    assertThat(refusals).hasValue(1);
  }

  @Test
  void theLeaseIsRenewedAtOnceWhenTheRowHasSomethingToSay() {
    try (Renewal rare = renewal(Duration.ofHours(1))) {
      rare.start();
      int before = arbiter.renewals.get();
      rare.soon();
      await().until(() -> arbiter.renewals.get() > before);
    }
  }

  @Test
  void aLeaseWhoseClockStoodStillIsDroppedBeforeTheDatabaseIsAsked() {
    renewal.start();
    arbiter.down.add("renew");
    await().until(renewal::failing);
    assertThat(lease.valid()).isTrue();
    otherClock.addAndGet(Duration.ofSeconds(10).toNanos());
    await().until(() -> !lease.valid());
    arbiter.down.clear();
    await().until(lease::valid);
  }
}
