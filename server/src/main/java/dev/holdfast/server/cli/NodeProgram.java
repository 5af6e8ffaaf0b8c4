package dev.holdfast.server.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to start a node as a process of its own: this program again, with the same Java.
 *
 * @param folder for what the node leaves behind when it is killed
 */
record NodeProgram(String database, String user, Path config, Path folder)
    implements DemoNodes.Program {
  private static final String MAIN = "dev.holdfast.server.Main";

  /** More options for the nodes' Java; the launcher names its archive of classes here. */
  private static final String MORE_OPTIONS = "HOLDFAST_NODE_JAVA_OPTS";

  private static final int NEEDS_LEAVE_FOR_UNSAFE = 24;

  @Override
  public List<String> command(String name, int httpPort) {
    List<String> command = new ArrayList<>(java());
    command.addAll(program());
    command.addAll(List.of("node", "--name", name, "--config", config.toString()));
    command.addAll(List.of("--database", database, "--http-port", Integer.toString(httpPort)));
    if (!user.isEmpty()) {
      command.addAll(List.of("--user", user));
    }
    command.addAll(List.of("--exit-with-stdin", "--json"));
    return command;
  }

  private List<String> java() {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command = new ArrayList<>(List.of(java.toString(), "-XX:+UseSerialGC"));
    command.add("-Xshare:auto");
    // The first compiler alone: a demo of two nodes then starts in half the processor time, and is
    // not what anybody should measure.
    command.add("-XX:TieredStopAtLevel=1");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dorg.sqlite.tmpdir=" + folder);
    if (Runtime.version().feature() >= NEEDS_LEAVE_FOR_UNSAFE) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    String more = System.getenv(MORE_OPTIONS);
    if (more != null && !more.isBlank()) {
      command.addAll(List.of(more.strip().split("\\s+", -1)));
    }
    return command;
  }

  private static List<String> program() {
    Path jar = jar();
    return jar == null
        ? List.of("-cp", System.getProperty("java.class.path"), MAIN)
        : List.of("-jar", jar.toString());
  }

  /** The jar that this class is in, if it is in one. */
  private static @Nullable Path jar() {
    CodeSource source = NodeProgram.class.getProtectionDomain().getCodeSource();
    try {
      Path path = source == null ? null : Path.of(source.getLocation().toURI());
      return path != null && Files.isRegularFile(path) ? path : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
