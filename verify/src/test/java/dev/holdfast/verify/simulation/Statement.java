package dev.holdfast.verify.simulation;

import java.util.function.Consumer;

/**
 * One statement from a node to the database. Its effect takes place in the database whether or not
 * the node still waits for it.
 */
final class Statement {
  /** What the database does with it, once it has arrived. */
  interface Body {
    /** Begins; calls {@link SimulatedDatabase#finish} in the end, now or later. */
    void begin(Statement statement);
  }

  final SimulatedNode node;
  final String what;
  final int subject;
  final Body body;
  private final Consumer<Object> reply;
  private final Consumer<Boolean> failure;

  /** Gives up its locks without an effect; set while it is under way in the database. */
  Runnable rollBack = () -> {};

  /** Takes effect at once; set while it is ready to commit. */
  Runnable commit = () -> {};

  boolean begun;
  boolean over;
  boolean late;
  private boolean answered;

  Statement(
      SimulatedNode node,
      String what,
      int subject,
      Body body,
      Consumer<Object> reply,
      Consumer<Boolean> failure) {
    this.node = node;
    this.what = what;
    this.subject = subject;
    this.body = body;
    this.reply = reply;
    this.failure = failure;
  }

  boolean answered() {
    return answered;
  }

  /** The node hears of the result, unless it has given up. */
  void reply(Object result) {
    if (!answered) {
      answered = true;
      reply.accept(result);
    }
  }

  /** The node gives up; {@code unknown} if the statement may have its effect, now or later. */
  void fail(boolean unknown) {
    if (!answered) {
      answered = true;
      failure.accept(unknown);
    }
  }
}
