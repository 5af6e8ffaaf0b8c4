package dev.holdfast.server.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a configuration: defaults, file, environment and command line, each over the one
 * before it. Immutable.
 *
 * @param file the file; null for none
 * @param environment all variables; those named {@code HOLDFAST_…} are read
 * @param flags options by name, such as {@code http.port}, from the command line
 */
public record ConfigSources(
    @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
  private static final String PREFIX = "HOLDFAST_";

  /** Variables with our prefix that are no options of a server. */
  private static final Set<String> OTHER_VARIABLES = Set.of(
      "HOLDFAST_CA",
      "HOLDFAST_CONNECT",
      "HOLDFAST_JAVA_OPTS",
      "HOLDFAST_MAVEN_OPTS",
      "HOLDFAST_NODE_JAVA_OPTS",
      "HOLDFAST_TOKEN",
      "HOLDFAST_TOKEN_FILE");

  /** Copies the maps. */
  public ConfigSources {
    environment = Map.copyOf(environment);
    flags = Map.copyOf(flags);
  }

  /**
   * Reads and checks everything.
   *
   * @throws ConfigProblem naming the first thing that is wrong
   */
  public ServerConfig load() {
    Config reference = resource("reference.conf");
    KnownOptions known = KnownOptions.in(reference);
    try {
      Config given = commandLine().withFallback(environment(known)).withFallback(fromFile());
      known.refuseUnknown(given.root());
      Config types = given.hasPath("types") && !given.getObject("types").isEmpty()
          ? ConfigFactory.empty()
          : resource("example-type.conf");
      return new ConfigReader(given.withFallback(types).withFallback(reference)).read();
    } catch (ConfigException e) {
      throw new ConfigProblem(e);
    }
  }

  private static Config resource(String name) {
    return ConfigFactory.parseResources(
            ConfigSources.class, name, ConfigParseOptions.defaults().setAllowMissing(false))
        .resolve();
  }

  private Config commandLine() {
    Config config = ConfigFactory.empty();
    for (Map.Entry<String, String> flag : flags.entrySet()) {
      config = config.withValue(
          flag.getKey(), ConfigValueFactory.fromAnyRef(flag.getValue(), "the command line"));
    }
    return config;
  }

  private Config environment(KnownOptions known) {
    Map<String, String> variables = new TreeMap<>();
    known.names().forEach(option -> variables.put(variable(option), option));
    Config config = ConfigFactory.empty();
    for (Map.Entry<String, String> given : new TreeMap<>(environment).entrySet()) {
      String name = given.getKey();
      if (!name.startsWith(PREFIX) || OTHER_VARIABLES.contains(name)) {
        continue;
      }
      String option = variables.get(name);
      if (option == null) {
        throw new ConfigProblem("the environment has " + name + ", which is no option"
            + Nearest.hint(name, variables.keySet()));
      }
      config = config.withValue(option, ConfigValueFactory.fromAnyRef(given.getValue(), name));
    }
    return config;
  }

  private static String variable(String option) {
    return PREFIX + option.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private Config fromFile() {
    if (file == null) {
      return ConfigFactory.empty();
    }
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new ConfigProblem("cannot read the configuration file " + file);
    }
    ConfigParseOptions hocon = ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF);
    return ConfigFactory.parseFile(file.toFile(), hocon).resolve();
  }
}
