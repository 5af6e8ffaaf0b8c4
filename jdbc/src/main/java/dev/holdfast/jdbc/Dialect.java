package dev.holdfast.jdbc;

/**
 * What the arbiter's statements say differently in the two databases.
 *
 * @param now the present time, for people
 * @param forShare locks the rows read against changes until the transaction ends
 * @param forUpdate locks the rows read against changes and against {@code forShare}
 */
record Dialect(String now, String forShare, String forUpdate) {
  static final Dialect POSTGRESQL = new Dialect("clock_timestamp()", "FOR SHARE", "FOR UPDATE");

  /** A transaction that writes is alone in SQLite: there is nothing to lock. */
  static final Dialect SQLITE = new Dialect("strftime('%Y-%m-%dT%H:%M:%fZ', 'now')", "", "");

  /** Fills {@code NOW}, {@code FOR_SHARE}, {@code FOR_UPDATE}, {@code LIVE} and {@code OVER} in. */
  String in(String template) {
    return template
        .replace("NOW", now)
        .replace("FOR_SHARE", forShare)
        .replace("FOR_UPDATE", forUpdate)
        .replace("LIVE", "('up', 'draining', 'evicting')")
        .replace("OVER", "('left', 'fenced')");
  }
}
