package dev.holdfast.server;

import dev.holdfast.Holdfast;
import dev.holdfast.server.config.ConfigSources;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.wire.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs one node until it is told to end. */
@Command(
    name = "node",
    description = "Run one node, until SIGTERM or Ctrl-C.",
    footer = {
      "",
      "Every option may stand in holdfast.conf or in the environment as well:",
      "http.port is also HOLDFAST_HTTP_PORT. --set gives any of them.",
    })
final class NodeCommand implements Callable<Integer> {
  private static final Path USUAL_FILE = Path.of("holdfast.conf");

  @Option(names = "--name", paramLabel = "NAME", description = "The node's name, such as foo.")
  private @Nullable String name;

  @ArgGroup
  private @Nullable Place place;

  /** The one database. */
  private static final class Place {
    @Option(
        names = "--data",
        paramLabel = "DIR",
        description = "Use the embedded database in this folder.")
    private @Nullable Path data;

    @Option(
        names = "--database",
        paramLabel = "URL",
        description = "Use this database, such as jdbc:postgresql://host/database.")
    private @Nullable String database;
  }

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "The database's user. The password is read from HOLDFAST_DATABASE_PASSWORD.")
  private @Nullable String user;

  @Option(names = "--http-host", paramLabel = "HOST", description = "The HTTP API's address.")
  private @Nullable String httpHost;

  @Option(names = "--http-port", paramLabel = "PORT", description = "The HTTP API's port.")
  private @Nullable String httpPort;

  @Option(names = "--port", paramLabel = "PORT", description = "The port for other nodes.")
  private @Nullable String port;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Read this file instead of holdfast.conf.")
  private @Nullable Path config;

  @Option(names = "--no-config", hidden = true)
  private boolean noConfig;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description = "Set any option, such as --set lease-ttl=5s.")
  private Map<String, String> options = new LinkedHashMap<>();

  @Option(names = "--exit-with-stdin", hidden = true)
  private boolean exitWithStdin;

  @Option(names = "--json", description = "Say in JSON, on stdout, where the node serves.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(names = "--verbose", description = "Log to stderr what happens.")
  private boolean verbose;

  @Override
  public Integer call() {
    ServerConfig settings = sources(System.getenv()).load();
    Logs.toStderr(verbose, new Logs.Form(settings.log().json(), settings.node().name()));
    ExitCode end = new NodeProcess(settings, json, exitWithStdin).run(Holdfast.builder());
    return end.number();
  }

  private ConfigSources sources(Map<String, String> environment) {
    Path file = config;
    if (file == null && !noConfig && Files.exists(USUAL_FILE)) {
      file = USUAL_FILE;
    }
    Map<String, String> flags = new LinkedHashMap<>(options);
    put(flags, "node.name", name);
    put(flags, "database.user", user);
    put(flags, "http.host", httpHost);
    put(flags, "http.port", httpPort);
    put(flags, "node.port", port);
    if (place != null) {
      put(flags, "database.url", place.database);
      if (place.data != null) {
        put(flags, "database.url", "jdbc:sqlite:" + place.data.resolve("holdfast.db"));
      }
    }
    return new ConfigSources(file, environment, flags);
  }

  private static void put(Map<String, String> flags, String option, @Nullable String value) {
    if (value != null) {
      flags.put(option, value);
    }
  }
}
