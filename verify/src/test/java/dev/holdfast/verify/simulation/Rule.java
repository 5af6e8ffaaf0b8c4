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
  EVICT,
  /** A session never outlasts its owner's lease. Off: as if that were always fresh. */
  BOUND,
  /** Nothing is granted while the value may be about to change. Off: then too. */
  BLOCKG,
  /** An answer that a revocation may have overtaken is not kept. Off: it is. */
  NONCE,
  /** A change is shown when no copy of the old value is left. Off: at once. */
  VISIBLE,
  /** A claim is given back when no copy is left that was granted under it. Off: at once. */
  REVOKE,
  /** Whoever loads a row makes an end of copies before it shows it. Off: it does not. */
  REVRELOAD,
  /** A renewal carries what was not acknowledged. Off: it does not. */
  CARRY,
  /** A copy is read only while its session lasts. Off: as long as it is there. */
  SESSION,
  /** A grant is recorded before it is told of. Off: a while after. */
  RECORD,
  /** A copy that is evicted or replaced is marked. Off: only a revoked one is. */
  MARK,
  /** A reader looks at the session's end before it looks at the mark. Off: after. */
  ORDER,
  /** A session that was closed is not opened again. Off: it is. */
  CLOSED,
  /** An eviction cancels what is under way for the same entity. Off: it does not. */
  DROP,
  /** A node says that it has left when no copy of its entities can be read. Off: at once. */
  LEFT
}
