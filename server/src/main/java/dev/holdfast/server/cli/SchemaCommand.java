package dev.holdfast.server.cli;

import dev.holdfast.HoldfastException;
import dev.holdfast.jdbc.JdbcDatabaseProvider;
import dev.holdfast.server.config.ConfigProblem;
import dev.holdfast.server.config.ConfigSources;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.wire.ExitCode;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.DatabaseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "schema",
    description = "Print, create or check the tables in the database.",
    synopsisSubcommandLabel = "(print | create | check)")
final class SchemaCommand {
  private final Session session;

  SchemaCommand(Session session) {
    this.session = session;
  }

  /** Which database is meant: read like a node's configuration. */
  static final class Access {
    @Option(
        names = "--database",
        paramLabel = "URL",
        description = "Such as jdbc:postgresql://host/database; else as configured.")
    String url = "";

    @Option(names = "--user", paramLabel = "NAME", description = "The database's user.")
    String user = "";

    @Option(names = "--config", paramLabel = "FILE", description = "A node's configuration.")
    @Nullable Path config;

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help.")
    boolean help;

    ServerConfig read(Map<String, String> environment) {
      Map<String, String> flags = new HashMap<>(Map.of("node.name", "schema"));
      if (!url.isEmpty()) {
        flags.put("database.url", url);
      }
      if (!user.isEmpty()) {
        flags.put("database.user", user);
      }
      Path usual = Path.of("holdfast.conf");
      Path file = config == null && Files.exists(usual) ? usual : config;
      return new ConfigSources(file, environment, flags).load();
    }
  }

  @Command(name = "print", description = "Print the statements that make the tables.")
  int print(@picocli.CommandLine.Mixin Access access) {
    return guarded(access, config -> {
      String ddl = JdbcDatabaseProvider.ddl(config.database().url()).stripTrailing();
      ObjectNode line = JsonMapper.shared().createObjectNode().put("ddl", ddl);
      session.report(access.json).line(line, ddl);
    });
  }

  @Command(name = "create", description = "Make the tables, unless they are there.")
  int create(@picocli.CommandLine.Mixin Access access) {
    return guarded(access, config -> open(config, access, true, "is ready"));
  }

  @Command(
      name = "check",
      description = "Tell whether nodes can use the database; nothing is made or changed.")
  int check(@picocli.CommandLine.Mixin Access access) {
    return guarded(access, config -> open(config, access, false, "fits"));
  }

  private int guarded(Access access, Consumer<ServerConfig> work) {
    Report report = session.report(access.json);
    try {
      work.accept(access.read(session.environment()));
      return ExitCode.OK.number();
    } catch (ConfigProblem e) {
      return report.failed(CommandFailure.usage(String.valueOf(e.getMessage())));
    } catch (CommandFailure e) {
      return report.failed(e);
    } catch (HoldfastException | DatabaseException e) {
      return report.failed(CommandFailure.cannotStart(String.valueOf(e.getMessage())));
    }
  }

  private void open(ServerConfig config, Access access, boolean makesTables, String verdict) {
    try (Database database = database(config, makesTables)) {
      database.arbiter().open(config.shards(), Arbiter.HASH_VERSION);
      ObjectNode line = JsonMapper.shared()
          .createObjectNode()
          .put("database", database.describe())
          .put("shards", config.shards());
      session
          .report(access.json)
          .line(line, database.describe() + " " + verdict + ": " + config.shards() + " shards");
    }
  }

  private static Database database(ServerConfig config, boolean makesTables) {
    ServerConfig.DatabaseAccess access = config.database();
    return new JdbcDatabaseProvider()
        .open(new Database.Settings(
            access.url(), access.user(), access.password(), config.leaseTtl(), makesTables));
  }
}
