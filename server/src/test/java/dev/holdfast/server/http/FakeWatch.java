package dev.holdfast.server.http;

import dev.holdfast.Entity;
import dev.holdfast.Watching;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A watch of what is in a map; keeps whatever is not taken. Thread-safe. */
final class FakeWatch implements Watching.Pull {
  private final Predicate<String> ids;
  private final long after;
  private final Runnable news;
  private final Queue<Seen<String>> given = new ArrayDeque<>();
  private final CompletableFuture<String> ended = new CompletableFuture<>();

  FakeWatch(Predicate<String> ids, long after, Runnable news) {
    this.ids = ids;
    this.after = after;
    this.news = news;
  }

  void changed(Entity<String> entity) {
    if (!ended.isDone() && ids.test(entity.id()) && entity.revision() > after) {
      String value = entity.value().equals("null") ? null : entity.value();
      synchronized (this) {
        given.add(new Seen<>(entity.type(), entity.id(), entity.revision(), value));
      }
      news.run();
    }
  }

  synchronized int untaken() {
    return given.size();
  }

  @Override
  public synchronized @Nullable Seen<String> next() {
    return given.poll();
  }

  @Override
  public CompletionStage<String> ended() {
    return ended;
  }

  boolean isOver() {
    return ended.isDone();
  }

  void end(String reason) {
    ended.complete(reason);
  }

  @Override
  public void close() {
    end("it was closed");
  }
}
