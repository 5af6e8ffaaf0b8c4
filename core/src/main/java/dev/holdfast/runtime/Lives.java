package dev.holdfast.runtime;

import dev.holdfast.NotDone;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.Engine;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lives of a node, one after the other. When one dies, it is ended altogether, then the next
 * begins: with a new epoch, at the same port, with nothing in memory. That is tried for as long as
 * the node is open, except where no new life could help: the database has become one that this node
 * cannot use, or its name belongs to another node for good. Thread-safe.
 */
final class Lives implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lives.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration DATABASE_PAUSE = Duration.ofSeconds(1);

  /** More than an engine needs to notice that somebody is out of reach. */
  private static final Duration PROBATION = Duration.ofSeconds(5);

  /** For how long another node may have the name before this one gives up. */
  private static final Duration NAME_PATIENCE = Duration.ofSeconds(60);

  /** How often a database that answers may refuse this node before it gives up. */
  private static final int REFUSALS = 3;

  private static final int EARLIER = 16;

  private final Lasting node;
  private final LocalReads reads;
  private final Runnable dismissed;
  private final RestartPace pace = new RestartPace();
  private final Set<String> earlier = new LinkedHashSet<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final CompletableFuture<String> failed = new CompletableFuture<>();
  private final Thread keeper;
  private volatile Life present;
  private volatile long epoch;
  private volatile String trouble = "";
  private volatile boolean closing;
  private int refusals;
  private long takenSinceNanos;

  /** @param dismissed runs when the present life was told to leave, on some thread */
  Lives(Lasting node, LocalReads reads, Runnable dismissed) {
    this.node = node;
    this.reads = reads;
    this.dismissed = dismissed;
    this.keeper = node.threads().named("life", this::keep);
    this.present = new Life(node, Birth.first(node.settings().port()));
  }

  /**
   * Begins the first life, on the caller's thread.
   *
   * @throws NotDone.CannotStart if that does not succeed
   */
  void begin() {
    try {
      open();
      begin(present);
    } catch (NameTaken e) {
      throw new NotDone.CannotStart("" + e.getMessage());
    }
    keeper.start();
  }

  private void begin(Life life) {
    reads.from(life.here());
    var unused = life.dismissal().thenRun(dismissed);
    life.begin();
    epoch = life.epoch();
  }

  private void open() {
    node.database().arbiter().open(node.settings().shards(), Arbiter.HASH_VERSION);
  }

  /** The life that is, was last, or is about to be. */
  Life present() {
    return present;
  }

  /**
   * The engine to send with.
   *
   * @throws NotDone.Unavailable if nobody serves at the moment
   */
  Engine sender() {
    Life life = present;
    if (!life.sends()) {
      throw new NotDone.Unavailable(obstacle(), RETRY_AFTER);
    }
    return life.engine();
  }

  /** The epoch of the latest life that came to serve: no other node ever has it. */
  long epoch() {
    return epoch;
  }

  /** Why nothing can be sent now, for people; empty if it can. */
  String obstacle() {
    if (present.serving()) {
      return "";
    }
    String permanent = failed.getNow("");
    if (closing || !permanent.isEmpty()) {
      return closing ? "this node is closed" : permanent + "; start it again";
    }
    return trouble.isEmpty() ? present.trouble() : trouble;
  }

  /** Why the node is not ready, for people; empty if it is. */
  String unready() {
    Life life = present;
    if (life.ready()) {
      return "";
    }
    String why = obstacle();
    return why.isEmpty() ? life.unready() : why;
  }

  /** Completes if no new life can help. */
  CompletionStage<String> failure() {
    return failed.minimalCompletionStage();
  }

  /** Ends the present life in order. May be called more than once. */
  @Override
  public void close() {
    closing = true;
    closed.complete("");
    present.hurry();
    if (Thread.currentThread() != keeper) {
      try {
        keeper.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    present.close();
  }

  // ---- the keeper's thread

  private void keep() {
    while (!over()) {
      CompletableFuture.anyOf(present.death(), closed).join();
      Death death = present.death().getNow(null);
      if (death != null && !over()) {
        rise(death);
      }
    }
  }

  private boolean over() {
    return closing || failed.isDone();
  }

  /** Ends the life that died, then begins others until one serves. */
  private void rise(Death death) {
    Life dead = present;
    boolean evicted = death.cause() == Death.Cause.EVICTED;
    trouble = dead.trouble();
    dead.close();
    remember(dead);
    int port = dead.port();
    Duration probation = evicted ? PROBATION : Duration.ZERO;
    boolean approaches = evicted;
    Duration pause = pace.after(dead.servedNanos(), evicted);
    while (waited(pause) && usableDatabase()) {
      Life next = new Life(node, new Birth(port, Set.copyOf(earlier), approaches, probation));
      if (begun(next)) {
        trouble = "";
        refusals = 0;
        takenSinceNanos = 0;
        return;
      }
      next.close();
      remember(next);
      port = next.listened() || node.settings().port() != 0 ? port : 0;
      pause = pace.after(0, evicted);
      approaches = true;
    }
  }

  private void remember(Life life) {
    earlier.add(life.uuid());
    if (earlier.size() > EARLIER) {
      earlier.remove(earlier.iterator().next());
    }
  }

  private boolean waited(Duration pause) {
    try {
      closed.get(pause.toMillis(), TimeUnit.MILLISECONDS);
      return false;
    } catch (TimeoutException e) {
      return !over();
    } catch (InterruptedException | ExecutionException e) {
      LOG.debug("the keeper of lives ends", e);
      return false;
    }
  }

  /** Waits until the database answers; false if this node has no use for it, or is closed. */
  private boolean usableDatabase() {
    do {
      try {
        node.database().arbiter().formation();
        open();
        return true;
      } catch (DatabaseException e) {
        note("the database does not answer: " + e.getMessage());
      } catch (NotDone.CannotStart e) {
        note(e.getMessage());
        refusals++;
        if (refusals >= REFUSALS) {
          giveUp("" + e.getMessage());
        }
      }
    } while (waited(DATABASE_PAUSE));
    return false;
  }

  private boolean begun(Life next) {
    present = next;
    if (closing) {
      next.hurry();
    }
    try {
      begin(next);
      return true;
    } catch (NameTaken e) {
      note(e.getMessage());
      long now = node.ticker().nanos();
      takenSinceNanos = takenSinceNanos == 0 ? now : takenSinceNanos;
      if (now - takenSinceNanos > NAME_PATIENCE.toNanos()) {
        giveUp("" + e.getMessage());
      }
    } catch (RuntimeException e) { // whatever it is: it may be better the next time
      note(e.getMessage());
    }
    return false;
  }

  private void note(@Nullable String what) {
    String name = node.settings().node();
    String text = "node " + name + " cannot serve again yet: " + what;
    if (!text.equals(trouble)) {
      LOG.warn("{}", text);
    }
    trouble = text;
  }

  private void giveUp(String reason) {
    LOG.error("node {} gives up: {}", node.settings().node(), reason);
    failed.complete(reason);
  }
}
