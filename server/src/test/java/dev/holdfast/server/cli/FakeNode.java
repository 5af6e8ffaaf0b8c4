package dev.holdfast.server.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/** A process that is started and ends like a node: it serves until its input ends. */
final class FakeNode {
  private FakeNode() {}

  /** A demo's program that starts such processes. */
  static List<String> command(String name, int httpPort) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        FakeNode.class.getName(),
        name,
        Integer.toString(httpPort));
  }

  /** One whose process ends well when what it runs is killed. */
  static List<String> endingWell(String name, int httpPort) {
    return List.of("/bin/sh", "-c", String.join(" ", command(name, httpPort)) + "; exit 0");
  }

  /** One that fails to start. */
  static List<String> failing(String name, int httpPort) {
    return List.of("/bin/sh", "-c", "echo " + name + " has no database >&2; exit 1");
  }

  public static void main(String[] args) throws IOException {
    FakeServer server = new FakeServer(args[0], Integer.parseInt(args[1]));
    System.in.transferTo(OutputStream.nullOutputStream());
    server.close();
  }
}
