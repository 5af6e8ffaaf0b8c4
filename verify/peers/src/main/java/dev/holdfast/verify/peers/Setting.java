package dev.holdfast.verify.peers;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where a peer finds what it needs.
 *
 * @param ports what its nodes listen at on this machine, if they listen at one that is given; a
 *     node's number is its place here
 * @param here the numbers of the nodes that this process has; calls name a node by its place here
 * @param postgres the port of PostgreSQL on this machine; its superuser needs no password
 * @param database the name of a database there that is for this peer alone
 * @param redis the port of Redis on this machine, 0 if there is none
 * @param folder for files of this peer alone
 */
record Setting(
    List<Integer> ports,
    List<Integer> here,
    int postgres,
    String database,
    int redis,
    Path folder) {
  static final String USER = "postgres";

  /** All nodes in this process. */
  static Setting whole(List<Integer> ports, int postgres, String database, int redis, Path folder) {
    List<Integer> all = IntStream.range(0, ports.size()).boxed().toList();
    return new Setting(ports, all, postgres, database, redis, folder);
  }

  /** For a process that has but one of the nodes. */
  Setting only(int node) {
    return new Setting(ports, List.of(node), postgres, database, redis, folder);
  }

  int nodes() {
    return ports.size();
  }

  boolean isWhole() {
    return here.size() == ports.size();
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + postgres + "/" + database;
  }

  /** For {@link #of} in another process. */
  List<String> words() {
    return List.of(text(ports), text(here), "" + postgres, database, "" + redis, folder.toString());
  }

  static Setting of(List<String> words) {
    return new Setting(
        numbers(words.get(0)),
        numbers(words.get(1)),
        Integer.parseInt(words.get(2)),
        words.get(3),
        Integer.parseInt(words.get(4)),
        Path.of(words.get(5)));
  }

  private static String text(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static List<Integer> numbers(String text) {
    return Arrays.stream(text.split(",", -1)).map(Integer::valueOf).toList();
  }
}
