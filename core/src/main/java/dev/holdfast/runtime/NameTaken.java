package dev.holdfast.runtime;

/** Another live node has the name; it may go, or stay for ever. */
final class NameTaken extends RuntimeException {
  private static final long serialVersionUID = 1;

  NameTaken(String message) {
    super(message);
  }
}
