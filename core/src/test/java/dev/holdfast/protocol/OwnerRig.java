package dev.holdfast.protocol;

import static dev.holdfast.protocol.ListApplier.append;
import static dev.holdfast.protocol.ListApplier.fill;

import dev.holdfast.protocol.EntityOwner.Input;
import dev.holdfast.protocol.EntityOwner.Output;
import dev.holdfast.protocol.EntityOwner.State;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Store;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Drives one owner by hand and keeps what it says. */
final class OwnerRig {
  static final Row ABSENT = new Row(Store.NO_ROW, Store.NO_ROW, null, Operations.NONE);

  final ListApplier applier = new ListApplier();
  final EntityOwner owner = new EntityOwner(applier, "foo");
  final Map<Long, Answer> answers = new HashMap<>();
  long nowNanos;

  /** Whether there are copies that do not go by themselves. */
  boolean copied;

  private long tickets;
  private Output.@Nullable Write write;

  /** An owner at that state, by the shortest way; in WRITING and after, ticket 0 is under way. */
  static OwnerRig at(State state) {
    OwnerRig rig = new OwnerRig();
    if (state == State.EMPTY) {
      return rig;
    }
    if (state == State.ENDED) {
      rig.step(new Input.Stop());
      return rig;
    }
    if (state == State.REVOKING) {
      return revoking();
    }
    rig.ask(append("first"));
    if (state == State.LOADING) {
      return rig;
    }
    rig.step(new Input.Loaded(ABSENT));
    if (state == State.READY) {
      rig.step(new Input.Written());
    } else if (state != State.WRITING) {
      rig.step(new Input.WriteUnknown("lost"));
    }
    if (state == State.RELOADING) {
      rig.step(new Input.Barred());
    }
    return rig;
  }

  /** A value of which there is a copy. */
  static OwnerRig copied() {
    OwnerRig rig = new OwnerRig();
    rig.step(new Input.Arrived(99, fill()));
    rig.step(new Input.Loaded(new Row(0, 0, "first", Operations.NONE)));
    rig.copied = true;
    return rig;
  }

  private static OwnerRig revoking() {
    OwnerRig rig = copied();
    rig.ask(append("second"));
    rig.step(new Input.Written());
    return rig;
  }

  /** Sends a request and answers its ticket. */
  long ask(Request request) {
    long ticket = tickets++;
    step(new Input.Arrived(ticket, request));
    return ticket;
  }

  List<Output> step(Input input) {
    List<Output> outputs = owner.step(nowNanos, input);
    for (Output output : outputs) {
      if (output instanceof Output.Reply reply) {
        Answer before = answers.put(reply.ticket(), reply.answer());
        if (before != null) {
          throw new AssertionError("answered twice: " + before + ", " + reply);
        }
      } else if (output instanceof Output.Write asked) {
        write = asked;
      } else if (output instanceof Output.Revoke && !copied) {
        step(new Input.Revoked(0, 0));
      }
    }
    return outputs.stream()
        .filter(output -> copied || !(output instanceof Output.Revoke))
        .toList();
  }

  /** The latest write that was asked for. */
  Output.Write write() {
    Output.Write asked = write;
    if (asked == null) {
      throw new AssertionError("nothing was written");
    }
    return asked;
  }

  /** The answer given to a ticket. */
  Answer answer(long ticket) {
    Answer answer = answers.get(ticket);
    if (answer == null) {
      throw new AssertionError("not answered: " + ticket);
    }
    return answer;
  }

  State state() {
    return owner.state();
  }
}
