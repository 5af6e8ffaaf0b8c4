package dev.holdfast.protocol;

import dev.holdfast.protocol.Deciding.Step;
import dev.holdfast.protocol.EntityOwner.Output;
import dev.holdfast.protocol.Operations.Done;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait at one entity, and what they come to when it is their turn: as many as one
 * write may carry, applied one after the other. Confined to its owner's thread.
 */
final class Turns {
  /** How many changes one write may carry; no more than the operations that a row keeps. */
  static final int COMBINED = 32;

  /**
   * What a turn came to.
   *
   * @param row the row after it
   * @param changed whether that is another row than before
   * @param json the new value; null if it was deleted, or nothing changed
   * @param requests those that were decided, with an answer each in {@code answers}
   * @param expired those whose time was up
   * @param confirmed reads that want to be confirmed
   */
  record Turn(
      Row row,
      boolean changed,
      @Nullable String json,
      List<Waiting> requests,
      List<Answer> answers,
      List<Waiting> expired,
      List<Waiting> confirmed) {}

  /** A write under way; {@code done} is what it adds to the operations of the row. */
  record Flight(Row row, List<Done> done, List<Waiting> requests, List<Output.Reply> replies) {
    static Flight of(Turn turn, Row before) {
      List<Output.Reply> replies = new ArrayList<>();
      for (int i = 0; i < turn.answers.size(); i++) {
        replies.add(new Output.Reply(turn.requests.get(i).ticket(), turn.answers.get(i), true));
      }
      List<Done> done = turn.row.operations().since(before.revision());
      return new Flight(turn.row, done, turn.requests, replies);
    }
  }

  private final Deciding deciding;
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  Turns(Deciding deciding) {
    this.deciding = deciding;
  }

  void add(Waiting request) {
    waiting.add(request);
  }

  /** They come before all others, in their order. */
  void again(List<Waiting> requests) {
    for (int i = requests.size() - 1; i >= 0; i--) {
      waiting.addFirst(requests.get(i));
    }
  }

  int size() {
    return waiting.size();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Takes all. */
  List<Waiting> drain() {
    List<Waiting> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  /** Applies those whose turn it is to the committed row. */
  Turn next(Row committed, long nowNanos) {
    Row next = committed;
    String json = null;
    List<Waiting> requests = new ArrayList<>();
    List<Answer> answers = new ArrayList<>();
    List<Waiting> expired = new ArrayList<>();
    List<Waiting> confirmed = new ArrayList<>();
    while (!waiting.isEmpty() && requests.size() < COMBINED) {
      Waiting request = waiting.remove();
      if (request.expired(nowNanos)) {
        expired.add(request);
      } else if (request.request().kind() == Kind.CONFIRM) {
        confirmed.add(request);
      } else {
        Step step = deciding.decide(next, request.request());
        next = step.row();
        json = step.changed() ? step.json() : json;
        requests.add(request);
        answers.add(step.answer());
      }
    }
    boolean changed = next.stored() != committed.stored();
    return new Turn(next, changed, json, requests, answers, expired, confirmed);
  }
}
