package dev.holdfast.runtime;

import dev.holdfast.Holdfast;

/** Starts nodes. */
public final class Launcher {
  private Launcher() {}

  /** Starts a node; see {@link dev.holdfast.HoldfastBuilder#start}. */
  public static Holdfast start(NodeSettings settings) {
    settings.validate();
    throw new UnsupportedOperationException("not yet");
  }
}
