package dev.holdfast.verify.fire;

import dev.holdfast.verify.Words;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done, as the command line says.
 *
 * @param namespace whether this process is alone in its network namespace, so that links can be cut
 * @param mutant the rule that is switched off; null for none
 */
record Plan(
    double minutes,
    long seed,
    List<Fault> faults,
    boolean embedded,
    boolean namespace,
    int nodes,
    int clients,
    @Nullable Mutant mutant,
    Path folder) {
  /** What it says when it is asked. */
  static final String HELP = """
      ./holdfast verify [options]

        --minutes N        how long, 5 by default; rather more, for what was begun is ended
        --seed N           which faults, when and to whom; printed, and by the clock by default
        --faults A,B       only these, of those below
        --embedded         nodes on SQLite, and only the faults that fit
        --nodes N          in processes of their own, 2 to 5; 3 by default
        --clients N        12 by default
        --without RULE     with a rule switched off: the run must then find a violation
        --folder PATH      for history, logs, report and timeline; a new one by default

      Exit code: 0 if nothing was found, 1 if a guarantee was broken, 2 for wrong options, 3 if the
      run came to no end. With --without it is 0 if the broken rule was found out.
      """;

  /** Whether any fault needs that. */
  boolean needs(Fault.Needs needs) {
    return faults.stream().anyMatch(fault -> fault.needs() == needs);
  }

  /** An option that cannot be understood; the message says which, and what would do. */
  static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1;

    Wrong(String message) {
      super(message);
    }
  }

  /**
   * Reads a command line.
   *
   * @throws Wrong if it cannot
   */
  static Plan of(List<String> args, boolean namespace, Path newFolder) {
    double minutes = 5;
    long seed = System.currentTimeMillis() % 1_000_000;
    List<Fault> faults = List.of();
    boolean embedded = false;
    int nodes = 3;
    int clients = 12;
    Mutant mutant = null;
    Path folder = newFolder;
    for (int i = 0; i < args.size(); i++) {
      String option = args.get(i);
      if (option.equals("--embedded")) {
        embedded = true;
        continue;
      }
      if (i + 1 == args.size()) {
        throw new Wrong("unknown option, or no value for it: " + option + "; --help shows all");
      }
      String value = args.get(++i);
      switch (option) {
        case "--minutes" -> minutes = number(option, value, 0.1, 10_000);
        case "--seed" -> seed = (long) number(option, value, 0, 1e15);
        case "--nodes" -> nodes = (int) number(option, value, 2, 5);
        case "--clients" -> clients = (int) number(option, value, 1, 1_000);
        case "--faults" ->
          faults = Arrays.stream(value.split(","))
              .map(word -> named(Fault.class, "fault", word))
              .toList();
        case "--without" -> mutant = named(Mutant.class, "rule that can be switched off", value);
        case "--folder" -> folder = Path.of(value);
        default -> throw new Wrong("unknown option: " + option + "; --help shows all");
      }
    }
    List<Fault> chosen =
        !faults.isEmpty() ? faults : mutant != null ? mutant.faults() : List.of(Fault.values());
    return new Plan(
        minutes,
        seed,
        fitting(chosen, embedded, namespace),
        embedded,
        namespace,
        nodes,
        clients,
        mutant,
        folder.toAbsolutePath());
  }

  private static double number(String option, String value, double least, double most) {
    try {
      double number = Double.parseDouble(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new Wrong(String.format(
        Locale.ROOT, "%s is a number from %s to %s, not %s", option, least, most, value));
  }

  private static <E extends Enum<E>> E named(Class<E> of, String what, String word) {
    try {
      return Words.value(of, word);
    } catch (IllegalArgumentException e) {
      throw new Wrong(word + " is no " + what + "; there are "
          + names(Stream.of(of.getEnumConstants()).map(Words::of)));
    }
  }

  private static String names(Stream<String> names) {
    return names.collect(Collectors.joining(", "));
  }

  private static List<Fault> fitting(List<Fault> wanted, boolean embedded, boolean namespace) {
    List<Fault> fitting = new ArrayList<>(wanted);
    fitting.removeIf(fault -> !fits(fault.needs(), embedded, namespace));
    if (fitting.isEmpty()) {
      throw new Wrong("none of these faults can be had here: "
          + names(wanted.stream().map(Fault::text))
          + ". Cutting links and filling disks needs root, ip and iptables; what the database can"
          + " suffer needs PostgreSQL; other clocks need libfaketime");
    }
    return fitting;
  }

  /** Nodes on the embedded database are on one machine, so nothing comes between them. */
  private static boolean fits(Fault.Needs needs, boolean embedded, boolean namespace) {
    return switch (needs) {
      case NOTHING -> true;
      case NAMESPACE -> namespace && !embedded;
      case DATABASE -> !embedded;
      case SMALL_DISK -> namespace;
      case FAKETIME -> FakeClock.possible();
    };
  }
}
