package dev.holdfast.pekko;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * Gathers what goes to one place while it waits for a thread, and sends it together: a message
 * between nodes costs far more than what is in it. An idle node sends at once, a busy one in larger
 * and larger bundles. Thread-safe; what is added by one thread is sent in its order.
 *
 * @param <T> what is gathered
 */
final class Outbox<T> {
  /** How many go together. */
  static final int MOST = 128;

  /** No bundle is larger, but one thing alone may be. */
  static final int LARGE = 256 * 1024;

  private final Queue<T> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Executor executor;
  private final ToIntFunction<T> size;
  private final Consumer<List<T>> send;

  /**
   * An empty one.
   *
   * @param executor where it is sent
   * @param size how many bytes one is at most
   * @param send sends a bundle; if it throws, the bundle is lost
   */
  Outbox(Executor executor, ToIntFunction<T> size, Consumer<List<T>> send) {
    this.executor = executor;
    this.size = size;
    this.send = send;
  }

  void add(T item) {
    queue.add(item);
    schedule();
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        executor.execute(this::run);
      } catch (RejectedExecutionException e) { // the engine ends: it is lost, as it might be later
        queue.clear();
        scheduled.set(false);
      }
    }
  }

  /** One bundle; others have their turn before the next. */
  private void run() {
    try {
      List<T> bundle = bundle();
      if (!bundle.isEmpty()) {
        send.accept(bundle);
      }
    } finally {
      scheduled.set(false);
      if (!queue.isEmpty()) {
        schedule();
      }
    }
  }

  private List<T> bundle() {
    List<T> bundle = new ArrayList<>();
    long bytes = 0;
    for (T item = queue.peek(); item != null && bundle.size() < MOST; item = queue.peek()) {
      bytes += size.applyAsInt(item);
      if (bytes > LARGE && !bundle.isEmpty()) {
        break;
      }
      bundle.add(item);
      queue.poll();
    }
    return bundle;
  }
}
