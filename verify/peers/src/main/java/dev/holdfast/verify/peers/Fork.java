package dev.holdfast.verify.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One turn of one peer: a process that measures it once, prints one line of JSON for each result,
 * and ends. So no peer runs on code that was compiled for another, or beside another's garbage.
 */
final class Fork {
  private Fork() {}

  /** The command that has a new JVM do it. */
  static List<String> command(Kind kind, Setting setting, Options options, Set<Task> tasks) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms3g", "-Xmx3g", "--enable-native-access=ALL-UNNAMED"));
    if (Runtime.version().feature() >= 24) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Fork.class.getName()));
    command.addAll(List.of(
        kind.label(),
        options.scale().name(),
        "" + options.entities(),
        tasks.stream().map(Task::label).collect(Collectors.joining(",")),
        "" + setting.nodes(),
        "" + setting.postgres(),
        setting.database(),
        "" + setting.redis(),
        setting.folder().toString()));
    return command;
  }

  /** Started by {@link #command}. */
  public static void main(String[] args) {
    Kind kind = Kind.named(args[0]).orElseThrow();
    Scale scale = Scale.valueOf(args[1]);
    int entities = Integer.parseInt(args[2]);
    Set<Task> tasks = Options.tasks(args[3]);
    Setting setting = new Setting(
        Integer.parseInt(args[4]),
        Integer.parseInt(args[5]),
        args[6],
        Integer.parseInt(args[7]),
        Path.of(args[8]));
    Measuring measuring = new Measuring(
        kind, setting, scale, entities, tasks, found -> System.out.println(found.line()));
    if (tasks.contains(Task.MEMORY)) {
      measuring.measureMemory();
    } else {
      measuring.measureTimes();
    }
    System.out.flush();
    System.exit(0); // some leave threads behind that wait for a while
  }
}
