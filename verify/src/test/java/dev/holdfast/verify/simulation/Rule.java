package dev.holdfast.verify.simulation;

/** The rules of {@code docs/protocol.md} that can be switched off, each in an adapter. */
enum Rule {
  /** A write looks at the claim. Off: the database does not; it still refuses a fenced writer. */
  TOKEN,
  /** A write names the revision it expects. Off: the database does not compare it. */
  CAS,
  /** Entities are loaded only after the claim was taken. Off: when it is asked for. */
  TAKEOVER,
  /** A fencer waits. Off: it fences whom it sees twice with the same heartbeat. */
  EXPIRY,
  /** A read checks the lease after it took the value. Off: it does not. */
  CHECKREAD,
  /** A claim is given back when no write is in flight. Off: at once. */
  DRAIN,
  /** After an unknown outcome the token is raised. Off: it is only read. */
  BARRIER,
  /** A repeated change carries the same operation id. Off: a fresh one. */
  ONCE,
  /** An eviction requires that all stay for whose sake it is done. Off: it does not. */
  EVICT
}
