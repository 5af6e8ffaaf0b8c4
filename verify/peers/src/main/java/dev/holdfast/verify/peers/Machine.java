package dev.holdfast.verify.peers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** Where and how it is measured. Immutable. */
final class Machine {
  private final Map<String, String> settings;
  private final Scale scale;
  private final double load;

  /**
   * As it is now, before anything is measured.
   *
   * @param settings those of the database
   */
  Machine(Map<String, String> settings, Scale scale) {
    this.settings = settings;
    this.scale = scale;
    this.load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  String text(int repetitions) {
    String database = settings.entrySet().stream()
        .map(setting -> "`" + setting.getKey() + " = " + setting.getValue() + "`")
        .collect(Collectors.joining(", "));
    return """
        %d cores (%s), %,d MiB of memory, %s %s, %s %s; %s. Scale `%s`, repetitions: %d, each in new \
        processes with a heap of 3 GiB, of 512 MiB for nodes that fail. PostgreSQL and all nodes on \
        this machine, over loopback; the same server for all: %s.
        """.formatted(
            Runtime.getRuntime().availableProcessors(),
            processor(),
            memoryMiB(),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("java.vm.name"),
            Runtime.version(),
            "%.1f tasks wanted a core when it began".formatted(load),
            scale.label(),
            repetitions,
            database);
  }

  private static String processor() {
    return line(Path.of("/proc/cpuinfo"), "model name").replaceFirst("^[^:]*:\\s*", "");
  }

  private static long memoryMiB() {
    String kib = line(Path.of("/proc/meminfo"), "MemTotal").replaceAll("[^0-9]", "");
    return kib.isEmpty() ? 0 : Long.parseLong(kib) / 1024;
  }

  private static String line(Path file, String begin) {
    try (var lines = Files.lines(file)) {
      return lines.filter(line -> line.startsWith(begin)).findFirst().orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
