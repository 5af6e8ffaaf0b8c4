package dev.holdfast.runtime;

import dev.holdfast.Holdfast;
import dev.holdfast.NotDone;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Finds the database and the engine, and starts nodes. */
public final class Launcher {
  private Launcher() {}

  /** Starts a node; see {@link dev.holdfast.HoldfastBuilder#start}. */
  public static Holdfast start(NodeSettings settings) {
    settings.validate();
    Engine.Provider engines = engines(settings);
    Database database = database(settings);
    try {
      return LocalNode.start(settings, database, engines, new SystemTicker());
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /**
   * Prepares the database that {@code settings} name, without connecting to it.
   *
   * @throws NotDone.CannotStart if no provider on the class path understands its URL
   */
  private static Database database(NodeSettings settings) {
    Database.Settings wanted = new Database.Settings(
        settings.databaseUrl(), settings.user(), settings.password(), settings.leaseTtl());
    if (settings.databaseProvider() != null) {
      return settings.databaseProvider().open(wanted);
    }
    List<String> examples = new ArrayList<>();
    for (Database.Provider provider : ServiceLoader.load(Database.Provider.class)) {
      if (provider.accepts(wanted.url())) {
        return provider.open(wanted);
      }
      examples.add(provider.example());
    }
    throw new NotDone.CannotStart(
        examples.isEmpty()
            ? "no database is on the class path; add the module holdfast-jdbc"
            : "\"" + wanted.url() + "\" is no database known here; use " + examples);
  }

  private static Engine.Provider engines(NodeSettings settings) {
    if (settings.engineProvider() != null) {
      return settings.engineProvider();
    }
    return ServiceLoader.load(Engine.Provider.class)
        .findFirst()
        .orElseThrow(() -> new NotDone.CannotStart(
            "no engine is on the class path; add the module holdfast-pekko"));
  }
}
