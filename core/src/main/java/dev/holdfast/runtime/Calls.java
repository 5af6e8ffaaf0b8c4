package dev.holdfast.runtime;

import dev.holdfast.HoldfastException;
import dev.holdfast.NotDone;
import dev.holdfast.OutcomeUnknown;
import dev.holdfast.Read;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Ticker;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests under way from this node. The engine may lose a message or take it to a node that
 * cannot serve yet; a request is therefore sent again, under the same operation id, until it is
 * answered or its time is up. Thread-safe.
 *
 * <p>Each sending has a ticket of its own. A change whose time is up is certainly not done if every
 * single one of its sendings was answered so, or if it was never sent, because this node had no
 * engine to send it with; a sending of which nothing was heard may still be on its way. For the
 * same reason a refusal is passed on only when no other sending can turn out otherwise.
 */
final class Calls {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
  static final int LIMIT = 100_000;
  private static final long TICK_MILLIS = 10;
  private static final long FIRST_RESEND_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long LAST_RESEND_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** What was sent to a node that is removed is lost, and lost again until shards have moved. */
  private static final long HURRY_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long HURRIED_RESEND_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** How many calls a tick sends again: 50,000 a second. */
  private static final int RESENDS = 500;

  private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LAST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** One request; guarded by itself. */
  private static final class Pending {
    final Request request;
    final Duration allowed;
    final long deadlineNanos;
    final Span span;
    final CompletableFuture<Answer.Done> result = new CompletableFuture<>();
    final boolean keeps;
    final List<Long> tickets = new ArrayList<>();
    final Set<Long> unanswered = new HashSet<>();
    long sentNanos;
    long nextSendNanos;
    long resendNanos = FIRST_RESEND_NANOS;
    long retryNanos = FIRST_RETRY_NANOS;
    boolean over;
    boolean waited;
    String reason = "its owner does not answer";

    Pending(Request request, Duration allowed, long deadlineNanos, boolean keeps, Span span) {
      this.keeps = keeps && request.kind() == Request.Kind.GET;
      this.request = request;
      this.allowed = allowed;
      this.deadlineNanos = deadlineNanos;
      this.span = span;
    }
  }

  private final Supplier<Engine> engine;
  private final Ticker ticker;
  private final OperationNames names;
  private final Supplier<@Nullable Copying> copies;
  private final Metrics metrics;
  private final AtomicLong lastTicket = new AtomicLong();
  private final AtomicInteger count = new AtomicInteger();
  private final Set<Pending> pending = ConcurrentHashMap.newKeySet();
  private final Map<Long, Pending> tickets = new ConcurrentHashMap<>();
  private volatile long hurryUntilNanos;
  private volatile boolean closed;

  Calls(
      Supplier<Engine> engine,
      Ticker ticker,
      ScheduledExecutorService timer,
      OperationNames names,
      Supplier<@Nullable Copying> copies,
      Metrics metrics) {
    this.engine = engine;
    this.copies = copies;
    this.ticker = ticker;
    this.names = names;
    this.metrics = metrics;
    this.hurryUntilNanos = ticker.nanos();
    var unused =
        timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  CompletableFuture<Answer.Done> ask(Request request, Duration allowed) {
    return ask(request, allowed, true);
  }

  /** Asks for what is read this once: no copy is kept, which the next change had to revoke. */
  CompletableFuture<Answer.Done> askOnce(Request request, Duration allowed) {
    return ask(request, allowed, false);
  }

  private CompletableFuture<Answer.Done> ask(Request request, Duration allowed, boolean keeps) {
    if (closed || count.get() >= LIMIT) {
      String why = closed ? "this node is closed" : "too many calls are under way on this node";
      NotDone.Unavailable failure = new NotDone.Unavailable(why, RETRY_AFTER);
      metrics.calls().ended(request.kind(), failure, 0, false);
      return CompletableFuture.failedFuture(failure);
    }
    long now = ticker.nanos();
    Span span = metrics.spans().call(request);
    Pending call = new Pending(request, allowed, now + allowed.toNanos(), keeps, span);
    count.incrementAndGet();
    pending.add(call);
    send(call, now);
    if (closed) {
      giveUp(call);
    }
    return call.result;
  }

  private void send(Pending call, long now) {
    Engine to;
    try {
      to = engine.get();
    } catch (NotDone.Unavailable e) {
      notSent(call, "" + e.getMessage(), now);
      return;
    }
    long ticket = lastTicket.incrementAndGet();
    Request request;
    boolean again;
    synchronized (call) {
      if (call.over) {
        return;
      }
      again = !call.tickets.isEmpty();
      if (again) {
        call.waited = true;
        metrics.calls().resent();
      }
      call.tickets.add(ticket);
      call.unanswered.add(ticket);
      tickets.put(ticket, call);
      call.sentNanos = now;
      call.nextSendNanos = now + call.resendNanos;
      call.resendNanos = Math.min(2 * call.resendNanos, LAST_RESEND_NANOS);
      long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(call.deadlineNanos - now));
      request = call.request.sent(left, fill(call, ticket));
    }
    try {
      to.send(ticket, request, again);
    } catch (RuntimeException e) { // as good as lost on the way: it is sent again
      LOG.debug("not sent: {}", request.key(), e);
    }
  }

  private Request.@Nullable Fill fill(Pending call, long ticket) {
    Copying kept = call.keeps ? copies.get() : null;
    return kept == null ? null : kept.asked(call.request.key(), ticket);
  }

  private static void notSent(Pending call, String reason, long now) {
    synchronized (call) {
      call.waited = true;
      call.reason = reason;
      call.nextSendNanos = now + LAST_RETRY_NANOS;
    }
  }

  void answered(long ticket, Answer answer) {
    Pending call = tickets.get(ticket);
    if (call == null) {
      return;
    }
    if (answer instanceof Answer.Done done) {
      call.span.setAttribute("holdfast.owner", done.owner());
      keepCopy(ticket, call, done);
      if (finish(call, null)) {
        call.result.complete(done);
      }
    } else if (answer instanceof Answer.Failed failed) {
      refused(ticket, call, failed);
    } else if (answer instanceof Answer.TooOld tooOld) {
      String operation = call.request.operation();
      names.tooOld(operation, tooOld.beyond());
      fail(call, Failures.tooOld(tooOld, operation));
    } else {
      retryLater(ticket, call, answer);
    }
  }

  /** Before the caller is answered, so that its next read finds it. */
  private void keepCopy(long ticket, Pending call, Answer.Done done) {
    Copying kept = done.grant() == null ? null : copies.get();
    if (kept != null) {
      kept.answered(call.request.key(), ticket, done);
    }
  }

  /**
   * An earlier sending may still come to the owner when the change is acceptable, or may be in a
   * write whose outcome its owner did not learn.
   */
  private void refused(long ticket, Pending call, Answer.Failed failed) {
    boolean stands;
    synchronized (call) {
      call.unanswered.remove(ticket);
      stands = call.unanswered.isEmpty() || Failures.lasting(failed, call.request);
    }
    if (stands) {
      fail(call, Failures.exception(failed));
    } else {
      retryLater(
          ticket,
          call,
          new Answer.NotNow("it was refused (" + failed.message()
              + "), but an earlier sending of it may still be done"));
    }
  }

  private void fail(Pending call, HoldfastException failure) {
    if (finish(call, failure)) {
      call.result.completeExceptionally(failure);
    }
  }

  /** Forgets the call; false if that was done already. */
  private boolean finish(Pending call, @Nullable HoldfastException failure) {
    synchronized (call) {
      if (call.over) {
        return false;
      }
      call.over = true;
      call.tickets.forEach(tickets::remove);
    }
    Copying kept = call.keeps ? copies.get() : null;
    if (kept != null) {
      kept.over(call.tickets);
    }
    pending.remove(call);
    count.decrementAndGet();
    measure(call, failure);
    return true;
  }

  private void measure(Pending call, @Nullable HoldfastException failure) {
    Spans.end(call.span, failure, call.tickets.size());
    Request.Kind kind = call.request.kind();
    long began = call.deadlineNanos - call.allowed.toNanos();
    metrics.calls().ended(kind, failure, ticker.nanos() - began, call.waited);
    if (kind.reads() && (failure == null || failure instanceof NotDone.NotFound)) {
      Read read = kind == Request.Kind.CONFIRM ? Read.confirmed() : Read.linearizable();
      metrics.reads().of(ReadCounts.From.ASKED, read).increment();
    }
  }

  /** A sending of which its owner is unsure stays one that may have been done. */
  private void retryLater(long ticket, Pending call, Answer answer) {
    synchronized (call) {
      call.waited = true;
      if (answer instanceof Answer.NotNow notNow) {
        call.unanswered.remove(ticket);
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
    boolean hurried = hurryUntilNanos - now > 0;
    int resends = 0;
    for (Pending call : pending) {
      if (call.deadlineNanos - now <= 0) {
        giveUp(call);
      } else if (resends < RESENDS && due(call, now, hurried)) {
        resends++;
        send(call, now);
      }
    }
  }

  private static boolean due(Pending call, long now, boolean hurried) {
    synchronized (call) {
      return call.nextSendNanos - now <= 0
          || (hurried && now - call.sentNanos >= HURRIED_RESEND_NANOS);
    }
  }

  /** Nodes are being removed: for a while, send what is not answered again soon. */
  void hurry() {
    hurryUntilNanos = ticker.nanos() + HURRY_NANOS;
  }

  private void giveUp(Pending call) {
    fail(call, timeIsUp(call));
  }

  private static HoldfastException timeIsUp(Pending call) {
    synchronized (call) {
      Request request = call.request;
      String what = request.key() + " did not answer within " + call.allowed.toMillis() + " ms: ";
      if (request.kind().reads() || call.unanswered.isEmpty()) {
        return new NotDone.Unavailable(what + call.reason + "; try again", RETRY_AFTER);
      }
      return new OutcomeUnknown(
          what + call.reason + "; the change may have happened. Send it again with operation id "
              + request.operation() + " to learn whether it did",
          request.operation());
    }
  }

  /** Where reads are counted. */
  ReadCounts reads() {
    return metrics.reads();
  }

  int underWay() {
    return count.get();
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
