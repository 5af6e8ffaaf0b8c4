package dev.holdfast.jdbc;

import dev.holdfast.NotDone.CannotStart;
import dev.holdfast.spi.Database;

/**
 * Keeps entities in PostgreSQL ({@code jdbc:postgresql://host/database}) or, for nodes on one host,
 * in an SQLite file ({@code jdbc:sqlite:folder/file.db}). May be used by several threads.
 */
public final class JdbcDatabaseProvider implements Database.Provider {
  private static final String POSTGRESQL = "jdbc:postgresql:";
  private static final String SQLITE = "jdbc:sqlite:";

  /** Called by {@link java.util.ServiceLoader}. */
  public JdbcDatabaseProvider() {}

  /**
   * The script that makes the tables, for those whose nodes may not make tables.
   *
   * @param url a URL, of which only the beginning matters
   * @return statements and comments to be read by people, each statement ending in a semicolon
   * @throws CannotStart if no database that we know has such URLs
   */
  public static String ddl(String url) {
    if (url.startsWith(POSTGRESQL)) {
      return Ddl.POSTGRESQL.script();
    }
    if (url.startsWith(SQLITE)) {
      return Ddl.SQLITE.script();
    }
    throw unknown();
  }

  @Override
  public boolean accepts(String url) {
    return url.startsWith(POSTGRESQL) || url.startsWith(SQLITE);
  }

  @Override
  public String example() {
    return "jdbc:postgresql://host/database or jdbc:sqlite:folder/file.db";
  }

  @Override
  public Database open(Database.Settings settings) {
    if (settings.url().startsWith(POSTGRESQL)) {
      return new PostgresDatabase(settings);
    }
    if (settings.url().startsWith(SQLITE)) {
      return new SqliteDatabase(settings);
    }
    throw unknown();
  }

  /** Does not repeat the URL, which may hold a password. */
  private static CannotStart unknown() {
    return new CannotStart(
        "The database's URL must begin with " + POSTGRESQL + " or " + SQLITE + ".");
  }
}
