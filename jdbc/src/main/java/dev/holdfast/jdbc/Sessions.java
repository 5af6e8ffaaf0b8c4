package dev.holdfast.jdbc;

import dev.holdfast.spi.DatabaseException;

/**
 * Gives work a connection, and turns its failure into a {@link DatabaseException} that says whether
 * the work may have had an effect. Several threads may use one, save for {@link #renewal}.
 */
interface Sessions {
  /** Runs queries. */
  <T> T read(String doing, Work<T> work);

  /**
   * Runs statements that are each committed on their own, if the database can do that at no cost.
   */
  <T> T change(String doing, Work<T> work);

  /** Runs statements that are committed together. */
  <T> T transaction(String doing, Work<T> work);

  /** Runs one statement on the connection that is kept for renewals; called by one thread. */
  <T> T renewal(long epoch, Work<T> work);
}
