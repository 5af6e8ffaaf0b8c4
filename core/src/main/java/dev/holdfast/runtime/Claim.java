package dev.holdfast.runtime;

import dev.holdfast.protocol.ShardClaim.Input;

/**
 * This node's hold on one shard, from one acquisition to its end. A later acquisition makes a new
 * one, so that whatever still refers to this one can never serve again.
 *
 * <p>Thread-safe: {@link #held} and {@link #token} may be read by anyone.
 */
final class Claim {
  /** Stands before the machine that decides; see {@link Claims}. */
  interface Gate {
    /** Whether the write may be sent. */
    boolean enter(int shard, Input.Enter enter);

    /** A write that was let in has come back. */
    void left(int shard, Input.Left left);
  }

  private final int shard;
  private final Input.Enter enter;
  private final Input.Left left;
  private final Gate gate;
  private volatile long token;
  private volatile boolean held = true;

  Claim(int shard, long hold, long token, Gate gate) {
    this.shard = shard;
    this.enter = new Input.Enter(hold);
    this.left = new Input.Left(hold);
    this.gate = gate;
    this.token = token;
  }

  int shard() {
    return shard;
  }

  /** Tells this hold from earlier and later ones. */
  long hold() {
    return enter.hold();
  }

  long token() {
    return token;
  }

  boolean held() {
    return held;
  }

  void raised(long newToken) {
    token = newToken;
  }

  /** Serves nothing from now on. */
  void closed() {
    held = false;
  }

  /** Registers a write about to be sent; false if the claim is being given up. */
  boolean enter() {
    return held && gate.enter(shard, enter);
  }

  /** A write has come back, whatever became of it. */
  void exit() {
    gate.left(shard, left);
  }
}
