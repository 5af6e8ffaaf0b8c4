package dev.holdfast.runtime;

/**
 * This node's hold on one shard, from one acquisition to its end. A later acquisition makes a new
 * one, so that whatever still refers to this one can never serve again.
 *
 * <p>Thread-safe: {@link #held} and {@link #token} may be read by anyone.
 */
final class Claim {
  private final int shard;
  private final Object tokenLock = new Object();
  private volatile long token;
  private volatile boolean held = true;
  private int inFlight;
  private Runnable whenIdle = () -> {};

  Claim(int shard, long token) {
    this.shard = shard;
    this.token = token;
  }

  int shard() {
    return shard;
  }

  long token() {
    return token;
  }

  boolean held() {
    return held;
  }

  /** Held while the database is asked to raise or release; never by who must not block. */
  Object tokenLock() {
    return tokenLock;
  }

  void raised(long newToken) {
    token = newToken;
  }

  /** Registers a write about to be sent; false if the claim is being given up. */
  synchronized boolean enter() {
    if (held) {
      inFlight++;
    }
    return held;
  }

  /** A write has come back, whatever became of it. */
  void exit() {
    Runnable next = () -> {};
    synchronized (this) {
      inFlight--;
      if (inFlight == 0) {
        next = whenIdle;
      }
    }
    next.run();
  }

  /** Serves nothing from now on; runs {@code then} once, when no write is in flight any more. */
  void close(Runnable then) {
    synchronized (this) {
      held = false;
      if (inFlight > 0) {
        whenIdle = then;
        return;
      }
    }
    then.run();
  }
}
