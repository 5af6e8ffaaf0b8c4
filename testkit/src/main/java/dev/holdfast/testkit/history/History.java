package dev.holdfast.testkit.history;

import dev.holdfast.Entity;
import dev.holdfast.NotDone;
import dev.holdfast.spi.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What clients asked and were told.
 *
 * <p>A call is recorded before it is sent, and completed when it has returned. All times are read
 * from one monotonic clock. {@link System#nanoTime} is the same for all programs on a Linux host,
 * so the histories that they recorded may be merged.
 *
 * <p>Thread-safe; threads rarely wait for each other. An operation takes about 200 bytes.
 */
public final class History {
  private static final int STRIPES = 32;

  private final Ticker clock;
  private final List<Stripe> stripes = new ArrayList<>();

  /** An empty history, on the clock of the host. */
  public History() {
    this(System::nanoTime);
  }

  /** An empty history, on another monotonic clock. */
  public History(Ticker clock) {
    this.clock = clock;
    for (int i = 0; i < STRIPES; i++) {
      stripes.add(new Stripe());
    }
  }

  /** Reads histories from files, and merges them. Times must be from the same clock. */
  public static History read(Path... files) throws IOException {
    History history = new History();
    for (Path file : files) {
      Lines.read(file, history::add);
    }
    return history;
  }

  /** Writes it to a file, one operation a line, as JSON. */
  public void write(Path file) throws IOException {
    Lines.write(file, operations());
  }

  /** Records a call that is about to be sent. */
  public Pending called(String key, String client, Asked asked) {
    Stripe stripe = stripes.get((int) (Thread.currentThread().getId() % STRIPES));
    Pending call = new Pending(key, client, asked, stripe);
    stripe.begin(call);
    return call;
  }

  /** Adds an operation that was recorded elsewhere. */
  public void add(Operation operation) {
    stripes.get(Math.floorMod(operation.client().hashCode(), STRIPES)).add(operation);
  }

  /** Adds all operations of another history, whose times must be from the same clock. */
  public void addAll(History other) {
    other.operations().forEach(this::add);
  }

  /** All operations so far. One that has not returned is unknown. */
  public List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    stripes.forEach(stripe -> stripe.copyTo(operations));
    return operations;
  }

  /** The operations of some threads. Thread-safe. */
  private static final class Stripe {
    private final List<Operation> ended = new ArrayList<>();
    private final Set<Pending> pending = new HashSet<>();

    synchronized void add(Operation operation) {
      ended.add(operation);
    }

    synchronized void begin(Pending call) {
      pending.add(call);
    }

    synchronized void end(Pending call, Operation operation) {
      if (!pending.remove(call)) {
        throw new IllegalStateException("it has ended before, and now again: " + operation);
      }
      ended.add(operation);
    }

    synchronized void copyTo(List<Operation> all) {
      all.addAll(ended);
      for (Pending call : pending) {
        all.add(call.operation(Long.MAX_VALUE, new Told.Unknown("it has not returned")));
      }
    }
  }

  /**
   * A call that has been sent. Exactly one of its methods is to be called when it returns, by any
   * thread; if none is, its outcome is unknown.
   */
  public final class Pending {
    private final String key;
    private final String client;
    private final Asked asked;
    private final Stripe stripe;
    private final long calledNanos;

    private Pending(String key, String client, Asked asked, Stripe stripe) {
      this.key = key;
      this.client = client;
      this.asked = asked;
      this.stripe = stripe;
      this.calledNanos = clock.nanos();
    }

    /** It was done, and the answer tells no more than that. */
    public void done() {
      done(Told.UNTOLD, null);
    }

    /**
     * It was done.
     *
     * @param revision that was read, or made; {@link Told#UNTOLD} if the answer does not tell
     * @param value that was read, or that the write led to; null if the answer does not tell
     */
    public void done(long revision, @Nullable String value) {
      end(new Told.Done(revision, value));
    }

    /** It was not done, and will not be. */
    public void refused(String reason) {
      refused(reason, Told.UNTOLD);
    }

    /**
     * It was not done, and will not be, for what the key was like.
     *
     * @param revision the revision that the key was at; {@link Entity#ABSENT} if it did not exist
     */
    public void refused(String reason, long revision) {
      end(new Told.Refused(reason, revision));
    }

    /** It may have been done, or may still be. */
    public void unknown(String reason) {
      end(new Told.Unknown(reason));
    }

    /** It threw: what {@link NotDone} says was refused; everything else is unknown. */
    public void failed(Exception failure) {
      end(Told.of(failure));
    }

    private void end(Told told) {
      stripe.end(this, operation(clock.nanos(), told));
    }

    private Operation operation(long returnedNanos, Told told) {
      return new Operation(key, client, asked, calledNanos, returnedNanos, told);
    }
  }
}
