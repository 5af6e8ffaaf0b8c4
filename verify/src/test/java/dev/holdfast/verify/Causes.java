package dev.holdfast.verify;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Why a future failed. Stateless. */
public final class Causes {
  private Causes() {}

  /** The failure itself, without what futures wrap around it; null if there was none. */
  public static @Nullable Throwable root(@Nullable Throwable error) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
