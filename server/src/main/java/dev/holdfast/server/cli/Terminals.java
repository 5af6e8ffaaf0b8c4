package dev.holdfast.server.cli;

import java.io.IOException;
import java.nio.file.Path;

/** Which of the standard streams are a person's terminal. */
final class Terminals {
  /** Digits of those that are; the launcher sets it, since Java alone cannot tell them apart. */
  private static final String PROPERTY = "holdfast.terminals";

  private Terminals() {}

  static boolean stdin() {
    return isTerminal("0");
  }

  static boolean stdout() {
    return isTerminal("1");
  }

  private static boolean isTerminal(String descriptor) {
    String told = System.getProperty(PROPERTY);
    return told == null ? isDevice(descriptor) : told.contains(descriptor);
  }

  /** Without the launcher: what Linux tells about open files. */
  private static boolean isDevice(String descriptor) {
    try {
      String device = Path.of("/dev/fd", descriptor).toRealPath().toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
