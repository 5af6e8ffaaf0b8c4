package dev.holdfast.server.cli;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;

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
    return told == null ? isConsoleTerminal() : told.contains(descriptor);
  }

  /** From JDK 22 on there may be a console without a terminal, and a method that says so. */
  private static boolean isConsoleTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }
}
