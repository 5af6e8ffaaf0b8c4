package dev.holdfast.runtime;

import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A clock that stands still until it is moved, and a pool that works on the mover's thread. */
final class ManualTime extends ScheduledThreadPoolExecutor implements Ticker {
  private final List<Task> tasks = new ArrayList<>();
  private long now = Long.MAX_VALUE - 1_000_000_000;

  ManualTime() {
    super(0);
  }

  private final class Task extends FutureTask<Object> implements RunnableScheduledFuture<Object> {
    private final Runnable body;
    private final long everyNanos;
    private long dueNanos;

    Task(Runnable body, long delayNanos, long everyNanos) {
      super(body, "");
      this.body = body;
      this.everyNanos = everyNanos;
      this.dueNanos = now + delayNanos;
    }

    @Override
    public void run() {
      body.run();
    }

    @Override
    public boolean isPeriodic() {
      return everyNanos > 0;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - now, TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  @Override
  public long nanos() {
    return now;
  }

  /** Does what is due by then, each at its time. */
  void advance(Duration time) {
    long until = now + time.toNanos();
    for (Task next = next(until); next != null; next = next(until)) {
      now += Math.max(0, next.dueNanos - now);
      tasks.remove(next);
      if (next.isPeriodic()) {
        tasks.add(new Task(next.body, next.everyNanos, next.everyNanos));
      }
      next.run();
    }
    now = until;
  }

  private @Nullable Task next(long until) {
    return tasks.stream()
        .filter(task -> task.dueNanos - until <= 0)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  /** Does what is due now. */
  void work() {
    advance(Duration.ZERO);
  }

  private Task added(Runnable body, long delayNanos, long everyNanos) {
    if (isShutdown()) {
      throw new RejectedExecutionException("shut down");
    }
    Task task = new Task(body, delayNanos, everyNanos);
    tasks.add(task);
    return task;
  }

  @Override
  public void execute(Runnable body) {
    var unused = added(body, 0, 0);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable body, long delay, TimeUnit unit) {
    return added(body, unit.toNanos(delay), 0);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> body, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("not needed");
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable body, long initial, long delay, TimeUnit unit) {
    return added(body, unit.toNanos(initial), unit.toNanos(delay));
  }
}
