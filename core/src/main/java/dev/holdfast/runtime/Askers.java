package dev.holdfast.runtime;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who waits for what at one live entity, by ticket. Confined to the entity's mailbox. */
final class Askers {
  /** One who waits. */
  record Asker(Request request, Consumer<Answer> reply) {
    /** What is known of a change may not be told any more, and then nothing is known of it. */
    Answer unanswerable(String trouble) {
      return request.kind().reads() ? new Answer.NotNow(trouble) : new Answer.Unsure(trouble);
    }
  }

  private final Map<Long, Asker> waiting = new HashMap<>(2);

  /** Under a ticket that nobody had before. */
  void add(long ticket, Request request, Consumer<Answer> reply) {
    waiting.put(ticket, new Asker(request, reply));
  }

  /** Whose ticket it is; null if nobody's. Waits no more. */
  @Nullable Asker take(long ticket) {
    return waiting.remove(ticket);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }
}
