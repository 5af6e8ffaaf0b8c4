package dev.holdfast.runtime;

import java.util.Locale;
import java.util.regex.Pattern;

/** Tells addresses that only this machine can reach from all others, without asking anybody. */
public final class Loopback {
  private static final Pattern THIS_MACHINE =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|\\[::1]");

  private Loopback() {}

  /** Whether {@code host}, a name or an address without port, is one of this machine alone. */
  public static boolean is(String host) {
    return THIS_MACHINE.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }
}
