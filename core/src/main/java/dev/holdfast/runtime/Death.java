package dev.holdfast.runtime;

/**
 * How a life ended that was not closed.
 *
 * @param reason for people
 */
record Death(Cause cause, String reason) {
  /** Who or what ended it. */
  enum Cause {
    /** The others declared it dead. */
    FENCED,
    /** The others told it to go, since some of them cannot reach it. */
    EVICTED,
    /** Its engine cannot go on. */
    ENGINE
  }
}
