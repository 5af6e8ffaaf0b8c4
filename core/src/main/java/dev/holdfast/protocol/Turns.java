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
    /**
     * Whether it is in a row that was loaded after it. One row carries all changes of a flight or
     * none. Only what the flight itself would have added counts, each at its revision: it may also
     * carry repetitions of older operations, which the row knows whatever became of the flight.
     */
    boolean isIn(Row loaded) {
      return loaded.operations().all().containsAll(done);
    }

    /**
     * Its answers once it is found in a row. They go out only while the lease is valid: they were
     * read from the row, and the next owner may have committed a repetition that it does not show
     * yet.
     */
    List<Output.Reply> found() {
      return replies.stream()
          .map(reply -> new Output.Reply(reply.ticket(), reply.answer(), false))
          .toList();
    }

    static Flight of(Turn turn, Row before) {
      List<Output.Reply> replies = new ArrayList<>(turn.answers.size());
      for (int i = 0; i < turn.answers.size(); i++) {
        replies.add(new Output.Reply(turn.requests.get(i).ticket(), turn.answers.get(i), true));
      }
      List<Done> done = turn.row.operations().since(before.revision());
      return new Flight(turn.row, done, turn.requests, replies);
    }
  }

  /** Null if none, as at most entities most of the time. */
  private @Nullable Deque<Waiting> waiting;

  void add(Waiting request) {
    queue().add(request);
  }

  private Deque<Waiting> queue() {
    if (waiting == null) {
      waiting = new ArrayDeque<>(2);
    }
    return waiting;
  }

  /**
   * What is to be answered of a flight whose outcome was unknown, now that a row was loaded: what
   * is not in it was not done, and has its turn again.
   */
  List<Output.Reply> resolved(Flight flight, Row loaded) {
    if (flight.isIn(loaded)) {
      return flight.found();
    }
    again(flight.requests);
    return List.of();
  }

  /** They come before all others, in their order. */
  private void again(List<Waiting> requests) {
    for (int i = requests.size() - 1; i >= 0; i--) {
      queue().addFirst(requests.get(i));
    }
  }

  int size() {
    return waiting == null ? 0 : waiting.size();
  }

  boolean isEmpty() {
    return size() == 0;
  }

  /** Whether one of them wants a change. */
  boolean anyChange() {
    for (Waiting each : queue()) {
      if (!each.request().kind().reads()) {
        return true;
      }
    }
    return false;
  }

  /** Takes all. */
  List<Waiting> drain() {
    List<Waiting> all = waiting == null ? List.of() : List.copyOf(waiting);
    waiting = null;
    return all;
  }

  /** Applies those whose turn it is to the committed row. */
  Turn next(Deciding deciding, Row committed, long nowNanos) {
    Deque<Waiting> queue = queue();
    Row next = committed;
    String json = null;
    int most = Math.min(queue.size(), COMBINED);
    List<Waiting> requests = new ArrayList<>(most);
    List<Answer> answers = new ArrayList<>(most);
    List<Waiting> expired = new ArrayList<>();
    List<Waiting> confirmed = new ArrayList<>();
    while (!queue.isEmpty() && requests.size() < COMBINED) {
      Waiting request = queue.remove();
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
    waiting = queue.isEmpty() ? null : queue;
    boolean changed = next.stored() != committed.stored();
    return new Turn(next, changed, json, requests, answers, expired, confirmed);
  }
}
