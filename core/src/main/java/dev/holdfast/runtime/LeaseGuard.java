package dev.holdfast.runtime;

import dev.holdfast.protocol.LeaseTerms;
import dev.holdfast.protocol.NodeLease;
import dev.holdfast.spi.Ticker;

/**
 * Tells whether this node may act as an owner at this moment. Written by the renewing thread, read
 * by all.
 */
final class LeaseGuard {
  private final Ticker ticker;
  private final LeaseTerms terms;
  private volatile NodeLease lease = new NodeLease.Unheld();

  LeaseGuard(Ticker ticker, LeaseTerms terms) {
    this.ticker = ticker;
    this.terms = terms;
  }

  /** To be asked after the value was taken, never before. */
  boolean valid() {
    return lease.valid(ticker.nanos());
  }

  /** As {@link #valid()}, for a caller who has read the clock after it took the value. */
  boolean valid(long nowNanos) {
    return lease.valid(nowNanos);
  }

  /** How much of it is left; 0 if it is not valid. */
  long leftNanos() {
    return lease.leftNanos(ticker.nanos());
  }

  /** Whether the lease is valid, or ended no longer ago than that. */
  boolean validWithin(long graceNanos) {
    return lease.valid(ticker.nanos() - graceNanos);
  }

  boolean dead() {
    return lease instanceof NodeLease.Dead;
  }

  synchronized void renewed(long sentNanos) {
    lease = lease.renewed(terms, sentNanos);
  }

  /** Not valid until the next renewal. */
  synchronized void dropped() {
    lease = lease.dropped();
  }

  synchronized void died() {
    lease = lease.died();
  }
}
