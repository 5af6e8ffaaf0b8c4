package dev.holdfast.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what arrives while the database is busy, and hands it over as one batch: an idle database
 * is asked at once, a busy one in larger and larger batches. Thread-safe.
 *
 * @param <T> what is gathered
 */
final class Batches<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Batches.class);

  private final BlockingQueue<T> queue;
  private final int largest;
  private final Consumer<List<T>> work;
  private final Consumer<T> dropped;
  private final List<Thread> workers = new ArrayList<>();
  private volatile boolean closed;

  /**
   * Starts the workers.
   *
   * @param limit how much may wait
   * @param largest how much one batch may hold
   * @param work handles a batch; must not throw
   * @param dropped told of what cannot be taken, because too much waits or this is closed
   */
  Batches(
      Threads threads,
      String role,
      int workers,
      int limit,
      int largest,
      Consumer<List<T>> work,
      Consumer<T> dropped) {
    this.queue = new LinkedBlockingQueue<>(limit);
    this.largest = largest;
    this.work = work;
    this.dropped = dropped;
    for (int i = 1; i <= workers; i++) {
      this.workers.add(threads.named(role + "-" + i, this::run));
    }
    this.workers.forEach(Thread::start);
  }

  /** How much waits. */
  int waiting() {
    return queue.size();
  }

  void add(T item) {
    boolean taken = !closed && queue.offer(item);
    if (!taken || (closed && queue.remove(item))) {
      dropped.accept(item);
    }
  }

  private void run() {
    List<T> batch = new ArrayList<>();
    while (!closed) {
      try {
        batch.add(queue.take());
        queue.drainTo(batch, largest - 1);
        work.accept(List.copyOf(batch));
      } catch (InterruptedException e) {
        break;
      } catch (RuntimeException e) {
        LOG.error("a batch of {} was not handled", batch.size(), e);
      }
      batch.clear();
    }
  }

  /** Lets the batches under way finish; what still waits is dropped. */
  @Override
  public void close() {
    closed = true;
    workers.forEach(Thread::interrupt);
    for (T item = queue.poll(); item != null; item = queue.poll()) {
      dropped.accept(item);
    }
  }
}
