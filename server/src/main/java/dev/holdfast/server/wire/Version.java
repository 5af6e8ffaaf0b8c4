package dev.holdfast.server.wire;

import java.util.Optional;

/** Which Holdfast this is. */
public final class Version {
  /** The version of this build, such as {@code 0.1.0}; {@code development} outside a jar. */
  public static final String TEXT = Optional.ofNullable(
          Version.class.getPackage().getImplementationVersion())
      .orElse("development");

  private Version() {}
}
