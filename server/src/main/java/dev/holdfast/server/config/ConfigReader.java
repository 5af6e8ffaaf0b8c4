package dev.holdfast.server.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns merged options into the record, and refuses what is out of range. */
final class ConfigReader {
  private static final Pattern NODE = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}|\\[[0-9A-Fa-f:.]+]");

  private static final long MEBIBYTE = 1024 * 1024;

  private final Config config;

  ConfigReader(Config config) {
    this.config = config;
  }

  ServerConfig read() {
    int shards = number("shards", 1, 4_096);
    ServerConfig.Memory memory = new ServerConfig.Memory(
        number("memory.live-entities", shards, 100_000_000),
        duration("memory.idle-timeout", Duration.ofSeconds(1), Duration.ofDays(1)),
        copies());
    return new ServerConfig(
        node(),
        database(),
        new SafetyReader(this).http(),
        duration("lease-ttl", Duration.ofSeconds(1), Duration.ofSeconds(60)),
        shards,
        memory,
        bytes("largest-value", 1, 1024 * 1024),
        log(),
        types());
  }

  private ServerConfig.Log log() {
    String format = text("log.format");
    if (!format.matches("text|json")) {
      throw refused("log.format", "text or json");
    }
    return new ServerConfig.Log(format.equals("json"));
  }

  private long copies() {
    String range = "0, or a size from 1 MiB to 1 TiB, such as 64 MiB";
    long bytes = value("memory.copies", Config::getBytes, range);
    if (bytes != 0 && (bytes < MEBIBYTE || bytes > MEBIBYTE * MEBIBYTE)) {
      throw refused("memory.copies", range);
    }
    return bytes;
  }

  private ServerConfig.Node node() {
    String name = text("node.name");
    if (name.isEmpty()) {
      throw new ConfigProblem("the node has no name: give it one with --name or as node.name");
    }
    if (!NODE.matcher(name).matches()) {
      throw refused("node.name", "a-z, 0-9 and -, a letter first, at most 32 characters");
    }
    return new SafetyReader(this).node(name);
  }

  private ServerConfig.DatabaseAccess database() {
    String url = text("database.url");
    if (!url.startsWith("jdbc:")) {
      throw refused("database.url", "a JDBC URL such as jdbc:postgresql://host/database");
    }
    return new ServerConfig.DatabaseAccess(url, text("database.user"), text("database.password"));
  }

  private List<DeclaredType> types() {
    List<DeclaredType> declared = new ArrayList<>();
    for (String name : new TreeSet<>(config.getObject("types").keySet())) {
      Config options = config.getConfig(ConfigUtil.joinPath("types", name));
      declared.add(DeclaredType.read(name, options));
    }
    return List.copyOf(declared);
  }

  String text(String option) {
    return value(option, Config::getString, "text").strip();
  }

  int number(String option, int least, int most) {
    String range = "a whole number from " + least + " to " + most;
    int number = value(option, Config::getInt, range);
    if (number < least || number > most) {
      throw refused(option, range);
    }
    return number;
  }

  private int bytes(String option, int least, int most) {
    String range = "a size from " + least + " byte to " + most + " bytes, such as 64 KiB";
    long bytes = value(option, Config::getBytes, range);
    if (bytes < least || bytes > most) {
      throw refused(option, range);
    }
    return (int) bytes;
  }

  Duration duration(String option, Duration least, Duration most) {
    String range = "a time from " + words(least) + " to " + words(most) + ", such as "
        + words(least.multipliedBy(5));
    Duration duration = value(option, Config::getDuration, range);
    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      throw refused(option, range);
    }
    return duration;
  }

  String host(String option) {
    String host = text(option);
    if (!HOST.matcher(host).matches()) {
      throw refused(option, "an address or the name of a host");
    }
    return host.replace("[", "").replace("]", "");
  }

  /** The file, seen from the configuration file if it is named there; null if none is. */
  @Nullable Path path(String option) {
    String path = text(option);
    if (path.isEmpty()) {
      return null;
    }
    String from = config.getValue(option).origin().filename();
    Path folder = from == null ? null : Path.of(from).toAbsolutePath().getParent();
    return folder == null ? Path.of(path) : folder.resolve(path);
  }

  boolean flag(String option) {
    return value(option, Config::getBoolean, "true or false");
  }

  String url(String option) {
    String url = text(option);
    if (!url.isEmpty() && !url.matches("https?://[^/\\s?#]+/?")) {
      throw refused(option, "a URL such as http://localhost:8080");
    }
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private <T> T value(String option, BiFunction<Config, String, T> getter, String range) {
    try {
      return getter.apply(config, option);
    } catch (ConfigException e) {
      throw refused(option, range);
    }
  }

  ConfigProblem refused(String option, String range) {
    return new ConfigProblem(origin(option) + ": " + option + " is \""
        + config.getValue(option).unwrapped() + "\"; it must be " + range);
  }

  String origin(String option) {
    return config.getValue(option).origin().description();
  }

  private static String words(Duration duration) {
    return duration.toDays() > 0 ? duration.toDays() + "d" : duration.toSeconds() + "s";
  }
}
