package dev.holdfast.testkit.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.holdfast.Read;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Operations as lines of JSON. */
final class Lines {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Lines() {}

  /**
   * One line.
   *
   * @param asked {@code read}, {@code write}, {@code write-if}, {@code append}, {@code add} or
   *     {@code delete}
   * @param read how it was read; null for the newest value
   * @param staleNanos for reads of kind {@code stale}
   * @param argument the value, element or amount that was asked for
   * @param told {@code done}, {@code refused} or {@code unknown}
   */
  @JsonInclude(Include.NON_NULL)
  record Line(
      String key,
      String client,
      String asked,
      @Nullable String read,
      @Nullable Long staleNanos,
      @Nullable Long expected,
      @Nullable String argument,
      long calledNanos,
      long returnedNanos,
      String told,
      @Nullable Long revision,
      @Nullable String value,
      @Nullable String reason) {

    static Line of(Operation operation) {
      Asked asked = operation.asked();
      Read how = asked instanceof Asked.Read read ? read.how() : null;
      return new Line(
          operation.key(),
          operation.client(),
          name(asked),
          how == null ? null : Asked.Kind.of(how).name().toLowerCase(Locale.ROOT),
          how instanceof Read.AtMostStale stale ? stale.by().toNanos() : null,
          asked instanceof Asked.WriteIf writeIf ? writeIf.expected() : null,
          argument(asked),
          operation.calledNanos(),
          operation.returnedNanos(),
          operation.done() ? "done" : operation.refused() ? "refused" : "unknown",
          operation.revision() == Told.UNTOLD ? null : operation.revision(),
          operation.value(),
          reason(operation.told()));
    }

    private static String name(Asked asked) {
      if (asked instanceof Asked.WriteIf) {
        return "write-if";
      }
      return asked.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String argument(Asked asked) {
      if (asked instanceof Asked.Write write) {
        return write.value();
      }
      if (asked instanceof Asked.WriteIf writeIf) {
        return writeIf.value();
      }
      if (asked instanceof Asked.Append append) {
        return append.element();
      }
      return asked instanceof Asked.Add add ? Long.toString(add.amount()) : null;
    }

    private static @Nullable String reason(Told told) {
      if (told instanceof Told.Refused refused) {
        return refused.reason();
      }
      return told instanceof Told.Unknown unknown ? unknown.reason() : null;
    }

    Operation operation(Map<String, String> known) {
      return new Operation(
          known.computeIfAbsent(key, k -> k),
          known.computeIfAbsent(client, c -> c),
          askedFor(),
          calledNanos,
          returnedNanos,
          answer(known));
    }

    private Asked askedFor() {
      return switch (asked) {
        case "read" -> Asked.read(how());
        case "write" -> Asked.write(there(argument));
        case "write-if" -> Asked.writeIf(there(expected), there(argument));
        case "append" -> Asked.append(there(argument));
        case "add" -> Asked.add(Long.parseLong(there(argument)));
        case "delete" -> Asked.delete();
        default -> throw new IllegalArgumentException("nothing is asked for as " + asked);
      };
    }

    private Read how() {
      return switch (Asked.Kind.valueOf(there(read).toUpperCase(Locale.ROOT))) {
        case LINEARIZABLE -> Read.linearizable();
        case CONFIRMED -> Read.confirmed();
        case STALE -> Read.atMostStale(Duration.ofNanos(there(staleNanos)));
        case ANY -> Read.any();
      };
    }

    private Told answer(Map<String, String> known) {
      long at = revision == null ? Told.UNTOLD : revision;
      return switch (told) {
        case "done" -> new Told.Done(at, value);
        case "refused" -> new Told.Refused(known.computeIfAbsent(there(reason), r -> r), at);
        case "unknown" -> new Told.Unknown(known.computeIfAbsent(there(reason), r -> r));
        default -> throw new IllegalArgumentException("nothing is told as " + told);
      };
    }

    private static <T> T there(@Nullable T part) {
      return Objects.requireNonNull(part, "a line without a part that it must have");
    }
  }

  static void write(Path file, Iterable<Operation> operations) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (Operation operation : operations) {
        writer.write(JSON.writeValueAsString(Line.of(operation)));
        writer.write('\n');
      }
    }
  }

  /** Reads operations; equal keys, clients and reasons are kept once. */
  static void read(Path file, Consumer<Operation> to) throws IOException {
    Map<String, String> known = new HashMap<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        try {
          to.accept(JSON.readValue(line, Line.class).operation(known));
        } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
          throw new IOException(file + ", line " + number + ": " + e.getMessage(), e);
        }
      }
    }
  }
}
