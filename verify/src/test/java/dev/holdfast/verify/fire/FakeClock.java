package dev.holdfast.verify.fire;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Clocks that libfaketime shows to a process.
 *
 * @param spec by how much, as libfaketime has it
 * @param monotonic whether also the clock that never goes back
 */
record FakeClock(String name, String spec, boolean monotonic) {
  private static final List<Path> LIBRARIES = List.of(
      Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
      Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));

  /** What the guarantees must bear: any time of day, and rates that agree within 2 %. */
  static final List<FakeClock> ALL = List.of(
      new FakeClock("an hour ahead", "+3600s", false),
      new FakeClock("an hour behind", "-3600s", false),
      new FakeClock("2 % fast", "+0 x1.02", true),
      new FakeClock("2 % slow", "+0 x0.98", true));

  /** Whether the library is here. */
  static boolean possible() {
    return LIBRARIES.stream().anyMatch(Files::exists);
  }

  /** What a process must have in its environment. */
  Map<String, String> environment() {
    Path library = LIBRARIES.stream().filter(Files::exists).findFirst().orElseThrow();
    Map<String, String> environment = new HashMap<>();
    environment.put("LD_PRELOAD", library.toString());
    environment.put("FAKETIME", spec);
    if (!monotonic) {
      environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }
    return environment;
  }
}
