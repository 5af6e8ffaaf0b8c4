package dev.holdfast.runtime;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.Request;
import java.util.function.Consumer;

/**
 * An entity that cannot live here: gives every request the same answer. Confined to its mailbox.
 */
record Refusing(Answer answer, Runnable stopped) implements Engine.Live {
  @Override
  public void handle(Request request, Consumer<Answer> reply) {
    reply.accept(answer);
  }

  @Override
  public void stop() {
    stopped.run();
  }

  @Override
  public void ended() {}
}
