package dev.holdfast.verify.simulation;

import dev.holdfast.verify.simulation.Simulation.Failure;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Long runs; see {@link #USAGE}. */
final class Simulate {
  static final String USAGE = """
      simulate [--minutes N] [--from S] [--seed S] [--rules-off R,R] [--calm] | --table
        --minutes N     run seed after seed for that long; 1 if not given
        --from S        begin with that seed; 0 if not given
        --seed S        run that seed alone
        --rules-off R   without those rules: TOKEN, CAS, TAKEOVER, EXPIRY, CHECKREAD, DRAIN,
                        BARRIER, ONCE, EVICT, BOUND, BLOCKG, NONCE, VISIBLE, REVOKE, REVRELOAD,
                        CARRY, SESSION, RECORD, MARK, ORDER, CLOSED, DROP, LEFT
        --calm          nothing fails, shards only move
        --table         what happens without some of the rules, as a table
      """;

  private long minutes = 1;
  private long seed;
  private boolean oneSeed;
  private boolean calm;
  private boolean table;
  private final Set<Rule> off = EnumSet.noneOf(Rule.class);

  private Simulate() {}

  /** Exits with 1 if a promise was broken, with 2 if it is not understood. */
  public static void main(String[] args) {
    Simulate simulate = new Simulate();
    try {
      simulate.read(args);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      System.err.print("not understood: " + e.getMessage() + "\n" + USAGE);
      System.exit(2);
    }
    System.exit(simulate.run() ? 0 : 1);
  }

  private void read(String[] args) {
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--minutes" -> minutes = Long.parseLong(args[++i]);
        case "--from" -> seed = Long.parseLong(args[++i]);
        case "--seed" -> {
          seed = Long.parseLong(args[++i]);
          oneSeed = true;
        }
        case "--rules-off" ->
          Arrays.stream(args[++i].split("[,+]", -1)).map(Rule::valueOf).forEach(off::add);
        case "--calm" -> calm = true;
        case "--table" -> table = true;
        default -> throw new IllegalArgumentException(args[i]);
      }
    }
  }

  private boolean run() {
    if (table) {
      return printTable();
    }
    Simulation simulation = new Simulation(off, calm);
    long began = System.nanoTime();
    long seeds = 0;
    do {
      Optional<Failure> failure = simulation.run(seed + seeds++);
      if (failure.isPresent()) {
        System.out.println(failure.get());
        return false;
      }
    } while (!oneSeed && System.nanoTime() - began < TimeUnit.MINUTES.toNanos(minutes));
    System.out.println(summary(simulation, seeds, System.nanoTime() - began));
    for (Sometimes.State state : Sometimes.State.values()) {
      System.out.printf(Locale.ROOT, "%12d  %s%n", simulation.sometimes().count(state), state);
    }
    return true;
  }

  private static boolean printTable() {
    boolean expected = true;
    System.out.println("| switched off | seeds until a promise breaks | what it shows |");
    System.out.println("|---|---|---|");
    for (RulesOff rules : RulesOff.ALL) {
      Failure failure = rules.firstFailure();
      System.out.println(rules.row(failure));
      expected &= rules.breaks() == (failure != null);
    }
    return expected;
  }

  static String summary(Simulation simulation, long seeds, long nanos) {
    double seconds = nanos / 1e9;
    return String.format(
        Locale.ROOT,
        "%d seeds, %d events, %.0f simulated seconds in %.1f s: per second %.0f seeds, %.0f events,"
            + " %.0f simulated seconds",
        seeds,
        simulation.events(),
        simulation.simulatedNanos() / 1e9,
        seconds,
        seeds / seconds,
        simulation.events() / seconds,
        simulation.simulatedNanos() / 1e9 / seconds);
  }
}
