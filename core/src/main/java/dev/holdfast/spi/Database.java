package dev.holdfast.spi;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/**
 * A database that Holdfast runs on: the {@link Store} and the {@link Arbiter} over the same tables.
 */
public interface Database extends AutoCloseable {
  /**
   * What a node asks of a database, before it opens one. Found by {@link java.util.ServiceLoader}.
   */
  interface Provider {
    /** Whether this provider understands {@code url}. */
    boolean accepts(String url);

    /** What URLs look like, for messages: {@code jdbc:postgresql://host/database}. */
    String example();

    /**
     * Prepares a database. Nothing is connected or made until {@link Arbiter#open}.
     *
     * @throws dev.holdfast.NotDone.CannotStart if the settings are wrong
     */
    Database open(Settings settings);
  }

  /**
   * How to reach a database.
   *
   * @param url a JDBC URL without credentials
   * @param user may be empty
   * @param password may be empty
   * @param leaseTtl the node lease's time to live; statements are given up well within it
   * @param makesTables whether {@link Arbiter#open} makes the tables of an empty database, rather
   *     than refusing it
   */
  record Settings(
      String url, String user, String password, Duration leaseTtl, boolean makesTables) {
    /** Settings for a node, which makes the tables if there are none. */
    public Settings(String url, String user, String password, Duration leaseTtl) {
      this(url, user, password, leaseTtl, true);
    }

    @Override
    public String toString() {
      return "Settings[url=" + url + ", user=" + user + ", password=***]";
    }
  }

  /** The entities. */
  Store store();

  /** The nodes and claims. */
  Arbiter arbiter();

  /**
   * How many threads may usefully write at the same time; 1 for a database with a single writer.
   */
  int writers();

  /** How often it is cheap to ask for {@link Arbiter#nodes} and {@link Arbiter#provenDead}. */
  Duration watchInterval();

  /**
   * Whether all nodes on it run on one host, where they share a clock, and where
   * {@link Arbiter#provenDead} can tell.
   */
  default boolean oneHost() {
    return false;
  }

  /**
   * Puts meters of its own, such as those of its connections, into a registry. Called once, before
   * {@link Arbiter#open}; a database that has none does nothing.
   *
   * @param node the name of the node that uses it, to tell it from others in the same registry
   */
  default void measure(MeterRegistry registry, String node) {}

  /** What it is, for people: product, version and place. */
  String describe();

  /** Closes all connections. */
  @Override
  void close();
}
