package dev.holdfast.server.http;

import dev.holdfast.Cluster;
import dev.holdfast.Cluster.Member;
import dev.holdfast.Cluster.Shard;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes looks at clusters, a second after the other. */
final class Looks {
  static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration TTL = Duration.ofSeconds(3);

  private @Nullable Look latest;
  private long seconds;

  /** foo, which looks. */
  static Member foo(long epoch, String state) {
    return new Member("foo", epoch, "http://foo", state, true, 1, TTL, true, TTL);
  }

  static Member foo(Duration leaseLeft) {
    return new Member("foo", 1, "http://foo", "up", true, 1, TTL, true, leaseLeft);
  }

  static Member bar(long heartbeat, String state) {
    return new Member("bar", 2, "http://bar", state, true, heartbeat, TTL, false, Duration.ZERO);
  }

  static Shard shard(int number, String owner, long epoch, long token) {
    return new Shard(number, owner, epoch, token, "", owner.equals("foo") ? 4 : -1);
  }

  Look look(List<Member> members, List<Shard> shards) {
    seconds++;
    Look look = Look.after(
        latest,
        "foo",
        BEGIN.plusSeconds(seconds),
        TimeUnit.SECONDS.toNanos(seconds),
        new Cluster(members, shards));
    latest = look;
    return look;
  }
}
