package dev.holdfast.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Links cut by {@code iptables}, in the network namespace that this process is in; it must not be
 * the machine's own. Closing it mends them. Used by one thread.
 */
public final class Cut implements AutoCloseable {
  private final List<List<String>> rules = new ArrayList<>();

  /** Nothing goes between the two addresses any more, in either direction. */
  public Cut between(String one, String other) {
    drop("-s", one, "-d", other);
    drop("-s", other, "-d", one);
    return this;
  }

  /** Nothing goes from the one to the other any more; the other way it does. */
  public Cut oneWay(String from, String to) {
    drop("-s", from, "-d", to);
    return this;
  }

  /** Some of what goes between the two addresses is lost, in either direction. */
  public Cut losing(double rate, String one, String other) {
    String[] some = {"-m", "statistic", "--mode", "random", "--probability", "" + rate};
    drop(Stream.concat(Stream.of("-s", one, "-d", other), Stream.of(some)).toArray(String[]::new));
    drop(Stream.concat(Stream.of("-s", other, "-d", one), Stream.of(some)).toArray(String[]::new));
    return this;
  }

  /** Nothing goes between the address and the port of the database any more. */
  public Cut fromDatabase(String address, int port) {
    String at = Integer.toString(port);
    drop("-s", address, "-p", "tcp", "--dport", at);
    drop("-d", address, "-p", "tcp", "--sport", at);
    return this;
  }

  private void drop(String... match) {
    List<String> rule = new ArrayList<>(List.of("OUTPUT"));
    rule.addAll(List.of(match));
    rule.addAll(List.of("-j", "DROP"));
    iptables("-A", rule);
    rules.add(rule);
  }

  private static void iptables(String action, List<String> rule) {
    List<String> command = new ArrayList<>(List.of("iptables", "-w", action));
    command.addAll(rule);
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("failed: " + command);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    rules.forEach(rule -> iptables("-D", rule));
    rules.clear();
  }
}
