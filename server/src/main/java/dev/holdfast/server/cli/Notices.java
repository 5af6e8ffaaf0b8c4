package dev.holdfast.server.cli;

import java.util.function.Consumer;

/**
 * Where news goes that nobody asked for: to standard error, or above the line that is being typed.
 * Thread-safe.
 */
final class Notices {
  private volatile Consumer<String> printer;

  Notices(Consumer<String> printer) {
    this.printer = printer;
  }

  void to(Consumer<String> other) {
    printer = other;
  }

  void tell(String line) {
    printer.accept(line);
  }
}
