package dev.holdfast.verify.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the article's own application is measured: by a program in its own language. Stateless. */
final class Elixir {
  static final String MISSING = "verify/peers/elixir/measure is not there";

  private Elixir() {}

  /** Empty if there is no such program. */
  static Optional<List<String>> command(Path root, Scale scale, Set<Task> tasks) {
    Path program = root.resolve("verify/peers/elixir/measure");
    if (!Files.isExecutable(program)) {
      return Optional.empty();
    }
    List<String> command =
        new ArrayList<>(List.of(program.toString(), "--repetitions", "1", "--works"));
    command.add(tasks.stream()
        .filter(Kind.ELIXIR::does)
        .flatMap(Elixir::works)
        .collect(Collectors.joining(",")));
    if (scale == Scale.BRIEF) {
      command.add("--brief");
    }
    return Optional.of(command);
  }

  private static Stream<String> works(Task task) {
    return task == Task.SET
        ? Stream.of("set-own", "set-elsewhere", "set-own-synced")
        : Stream.of(task.label());
  }
}
