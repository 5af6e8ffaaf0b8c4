package dev.holdfast.verify;

import java.io.IOException;

/** Other programs. Stateless. */
public final class Command {
  private Command() {}

  /** Runs a program to its end, without a word; whether it was there and did what it was told. */
  public static boolean succeeds(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // there is no such program
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
