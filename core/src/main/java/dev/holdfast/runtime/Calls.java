package dev.holdfast.runtime;

import dev.holdfast.HoldfastException;
import dev.holdfast.NotDone;
import dev.holdfast.OutcomeUnknown;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests under way from this node. The engine may lose a message or take it to a node that
 * cannot serve yet; a request is therefore sent again, under the same operation id, until it is
 * answered or its time is up. Thread-safe.
 */
final class Calls {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
  private static final int LIMIT = 100_000;
  private static final long TICK_MILLIS = 10;
  private static final long FIRST_RESEND_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long LAST_RESEND_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LAST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** One request; guarded by itself. */
  private static final class Pending {
    final Request request;
    final Duration allowed;
    final long deadlineNanos;
    final CompletableFuture<Answer.Done> result = new CompletableFuture<>();
    long nextSendNanos;
    long resendNanos = FIRST_RESEND_NANOS;
    long retryNanos = FIRST_RETRY_NANOS;
    int unanswered;
    String reason = "its owner does not answer";

    Pending(Request request, Duration allowed, long deadlineNanos) {
      this.request = request;
      this.allowed = allowed;
      this.deadlineNanos = deadlineNanos;
    }
  }

  private final Supplier<Engine> engine;
  private final Ticker ticker;
  private final AtomicLong tickets = new AtomicLong();
  private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Calls(Supplier<Engine> engine, Ticker ticker, ScheduledExecutorService timer) {
    this.engine = engine;
    this.ticker = ticker;
    var unused =
        timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  CompletableFuture<Answer.Done> ask(Request request, Duration allowed) {
    if (closed || pending.size() >= LIMIT) {
      String why = closed ? "this node is closed" : "too many calls are under way on this node";
      return CompletableFuture.failedFuture(new NotDone.Unavailable(why, RETRY_AFTER));
    }
    long now = ticker.nanos();
    Pending call = new Pending(request, allowed, now + allowed.toNanos());
    long ticket = tickets.incrementAndGet();
    pending.put(ticket, call);
    send(ticket, call, now);
    if (closed) {
      giveUp(ticket, call);
    }
    return call.result;
  }

  private void send(long ticket, Pending call, long now) {
    Request request;
    synchronized (call) {
      call.unanswered++;
      call.nextSendNanos = now + call.resendNanos;
      call.resendNanos = Math.min(2 * call.resendNanos, LAST_RESEND_NANOS);
      long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(call.deadlineNanos - now));
      Request r = call.request;
      request =
          new Request(r.kind(), r.key(), r.operation(), r.name(), r.json(), r.expected(), left);
    }
    try {
      engine.get().send(ticket, request);
    } catch (RuntimeException e) { // as good as lost on the way: it is sent again
      LOG.debug("not sent: {}", request.key(), e);
    }
  }

  void answered(long ticket, Answer answer) {
    Pending call = pending.get(ticket);
    if (call == null) {
      return;
    }
    if (answer instanceof Answer.Done done) {
      pending.remove(ticket);
      call.result.complete(done);
    } else if (answer instanceof Answer.Failed failed) {
      pending.remove(ticket);
      call.result.completeExceptionally(Failures.exception(failed));
    } else {
      retryLater(call, answer);
    }
  }

  private void retryLater(Pending call, Answer answer) {
    synchronized (call) {
      if (answer instanceof Answer.NotNow notNow) {
        call.unanswered--;
        call.reason = notNow.reason();
      } else if (answer instanceof Answer.Unsure unsure) {
        call.reason = unsure.reason();
      }
      call.nextSendNanos = ticker.nanos() + call.retryNanos;
      call.retryNanos = Math.min(2 * call.retryNanos, LAST_RETRY_NANOS);
    }
  }

  private void tick() {
    long now = ticker.nanos();
    pending.forEach((ticket, call) -> {
      boolean due;
      synchronized (call) {
        due = call.nextSendNanos - now <= 0;
      }
      if (call.deadlineNanos - now <= 0) {
        giveUp(ticket, call);
      } else if (due) {
        send(ticket, call, now);
      }
    });
  }

  private void giveUp(long ticket, Pending call) {
    if (pending.remove(ticket) != null) {
      call.result.completeExceptionally(timeIsUp(call));
    }
  }

  private static HoldfastException timeIsUp(Pending call) {
    synchronized (call) {
      Request request = call.request;
      String what = request.key() + " did not answer within " + call.allowed.toMillis() + " ms: ";
      if (request.kind() == Request.Kind.GET || call.unanswered == 0) {
        return new NotDone.Unavailable(what + call.reason + "; try again", RETRY_AFTER);
      }
      return new OutcomeUnknown(
          what + call.reason + "; the change may have happened. Send it again with operation id "
              + request.operation() + " to learn whether it did",
          request.operation());
    }
  }

  /** Whether nothing is under way. */
  boolean idle() {
    return pending.isEmpty();
  }

  /** Fails whatever is under way. */
  void close() {
    closed = true;
    pending.forEach(this::giveUp);
  }
}
