package dev.holdfast.verify.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a person asked for.
 *
 * @param kinds the peers to measure
 * @param tasks what to measure them at
 * @param nodes with how many nodes
 * @param scale how long
 * @param entities how many there are; 0 if the scale says it
 * @param repetitions how often
 * @param add whether what was measured before counts, too
 * @param write whether the documentation is to be written anew
 */
record Options(
    Set<Kind> kinds,
    Set<Task> tasks,
    List<Integer> nodes,
    Scale scale,
    int entities,
    int repetitions,
    boolean add,
    boolean write) {
  static final String HELP = """
      ./holdfast bench [--brief | --long] [--peers A,B] [--works A,B] [--nodes N,M]
                       [--entities N] [--repetitions N] [--add] [--write]

      Measures Holdfast and what else one could use at the same work, by turns, and prints a table.

      --brief          a first impression; three repetitions take an hour and a half
      --long           with a million entities for memory, and with 1, 3 and 4 nodes, too
      --peers          %s
      --works          %s
      --nodes          how many nodes; 2 without this
      --entities       how many; without this 100,000, with --brief 10,000, and 20,000 for memory
      --repetitions    how often all is measured; 3 without this, and each takes 70 minutes
      --add            to what was measured last, on this machine, as further repetitions of it
      --write          puts the table into docs/benchmarks.md, after each repetition

      It wants the machine for itself. What is missing is left out, and it says how to install it.
      """;

  private static final int REPETITIONS = 3;
  private static final int MOST_NODES = 8;
  private static final int MOST_REPETITIONS = 100;
  private static final int MOST_ENTITIES = 4_000_000;

  /** What was asked for cannot be done; the message says what can. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message);
    }
  }

  static Options parse(List<String> words) throws Wrong {
    Set<Kind> kinds = EnumSet.allOf(Kind.class);
    Set<Task> tasks = EnumSet.allOf(Task.class);
    Optional<List<Integer>> nodes = Optional.empty();
    Optional<Integer> repetitions = Optional.empty();
    int entities = 0;
    Scale scale = Scale.USUAL;
    boolean add = false;
    boolean write = false;
    for (Iterator<String> left = words.iterator(); left.hasNext(); ) {
      String word = left.next();
      switch (word) {
        case "--brief" -> scale = only(scale, Scale.BRIEF);
        case "--long" -> scale = only(scale, Scale.LONG);
        case "--add" -> add = true;
        case "--write" -> write = true;
        case "--peers" -> kinds = named(word, left, "peer", Kind::named, Kind.labels());
        case "--works" -> tasks = named(word, left, "work", Task::named, Task.labels());
        case "--nodes" -> nodes = Optional.of(numbers(word, left, MOST_NODES));
        case "--repetitions" ->
          repetitions = Optional.of(number(word, value(word, left), 1, MOST_REPETITIONS));
        case "--entities" -> entities = number(word, value(word, left), Scale.FEW, MOST_ENTITIES);
        default ->
          throw new Wrong("there is no option " + word + "; ./holdfast bench --help tells which"
              + " there are");
      }
    }
    return new Options(
        kinds,
        tasks,
        nodes.orElse(scale == Scale.LONG ? List.of(2, 1, 3, 4) : List.of(2)),
        scale,
        entities,
        repetitions.orElse(REPETITIONS),
        add,
        write);
  }

  private static Scale only(Scale before, Scale now) throws Wrong {
    if (before != Scale.USUAL && before != now) {
      throw new Wrong("--brief and --long exclude each other: leave one of them out");
    }
    return now;
  }

  private static String value(String option, Iterator<String> left) throws Wrong {
    if (!left.hasNext()) {
      throw new Wrong(option + " needs a value; ./holdfast bench --help tells which");
    }
    return left.next();
  }

  private static <E extends Enum<E>> Set<E> named(
      String option,
      Iterator<String> left,
      String what,
      Function<String, Optional<E>> byName,
      String all)
      throws Wrong {
    List<E> found = new ArrayList<>();
    for (String name : value(option, left).split(",", -1)) {
      found.add(byName
          .apply(name.strip())
          .orElseThrow(() ->
              new Wrong("there is no " + what + " \"" + name.strip() + "\"; there are " + all)));
    }
    return EnumSet.copyOf(found);
  }

  private static List<Integer> numbers(String option, Iterator<String> left, int most)
      throws Wrong {
    List<Integer> numbers = new ArrayList<>();
    for (String text : value(option, left).split(",", -1)) {
      numbers.add(number(option, text.strip(), 1, most));
    }
    return numbers.stream().distinct().toList();
  }

  private static int number(String option, String text, int least, int most) throws Wrong {
    boolean isNumber = text.matches("[0-9]{1,8}");
    int number = isNumber ? Integer.parseInt(text) : -1;
    if (number < least || number > most) {
      throw new Wrong(option + " must be " + least + " to " + most + ", not \"" + text + "\"");
    }
    return number;
  }

  /** The work as a program of its own would be told it. */
  static Set<Task> tasks(String labels) {
    return EnumSet.copyOf(Arrays.stream(labels.split(",", -1))
        .map(label -> Task.named(label).orElseThrow())
        .toList());
  }
}
