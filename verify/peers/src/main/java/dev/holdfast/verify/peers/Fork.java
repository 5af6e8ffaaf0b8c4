package dev.holdfast.verify.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One turn of one peer: a process that measures it once, prints one line of JSON for each result,
 * and ends. So no peer runs on code that was compiled for another, or beside another's garbage.
 */
final class Fork {
  private static final String HEAP = "3g";

  private Fork() {}

  /** The command that has a new JVM do it. */
  static List<String> command(Kind kind, Setting setting, Options options, Set<Task> tasks) {
    List<String> words = new ArrayList<>(List.of(
        kind.label(),
        options.scale().name(),
        "" + options.entities(),
        tasks.stream().map(Task::label).collect(Collectors.joining(","))));
    words.addAll(setting.words());
    return java(HEAP, Fork.class, words);
  }

  /** The command that has a new JVM run a class of this program. */
  static List<String> java(String heap, Class<?> program, List<String> words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms" + heap, "-Xmx" + heap, "--enable-native-access=ALL-UNNAMED"));
    if (Runtime.version().feature() >= 24) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(words);
    return command;
  }

  /** Started by {@link #command}. */
  @SuppressWarnings("CatchAndPrintStackTrace") // the log of this process is where it belongs
  public static void main(String[] args) {
    try {
      measure(List.of(args));
      System.out.flush();
      System.exit(0); // some leave threads behind that wait for a while
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1); // as above, and none of them knows of it
    }
  }

  private static void measure(List<String> words) {
    Kind kind = Kind.named(words.get(0)).orElseThrow();
    Scale scale = Scale.valueOf(words.get(1));
    int entities = Integer.parseInt(words.get(2));
    Set<Task> tasks = Options.tasks(words.get(3));
    Setting setting = Setting.of(words.subList(4, words.size()));
    Consumer<Measurement> found = measurement -> System.out.println(measurement.line());
    Measuring measuring = new Measuring(kind, setting, scale, entities, tasks, found);
    Task first = tasks.iterator().next();
    if (Task.MEMORIES.contains(first)) {
      measuring.measureMemory(first);
    } else if (Task.FAILOVERS.contains(first)) {
      found.accept(new Failover(kind, setting, first).measure());
    } else {
      measuring.measureTimes();
    }
  }
}
