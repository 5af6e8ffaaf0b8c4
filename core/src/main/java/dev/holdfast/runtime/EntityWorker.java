package dev.holdfast.runtime;

import dev.holdfast.Entity;
import dev.holdfast.protocol.EntityOwner;
import dev.holdfast.protocol.EntityOwner.Input;
import dev.holdfast.protocol.EntityOwner.Output;
import dev.holdfast.protocol.Row;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what one entity's {@link EntityOwner} says. Confined to the entity's mailbox; what
 * comes back from the database comes through it.
 */
final class EntityWorker implements Engine.Live {
  private record Asked(Request request, Consumer<Answer> reply) {
    /** What is known of a change may not be told any more, and then nothing is known of it. */
    Answer unanswerable(String trouble) {
      return request.kind().reads() ? new Answer.NotNow(trouble) : new Answer.Unsure(trouble);
    }
  }

  private final EntityKey key;
  private final Claim claim;
  private final NodeParts node;
  private final EntityOwner owner;
  private final Consumer<Runnable> mailbox;
  private final Runnable stopped;

  /** Null while nobody waits for an answer. */
  private @Nullable Map<Long, Asked> replies;

  private @Nullable LiveEntity live;

  /** No two requests of its life have the same, lest one be given the answer of another. */
  private long nextTicket;

  private long writtenToken;

  /** Since when a write that is committed waits for copies to be gone; 0 if none does. */
  private long heldSinceNanos;

  private boolean ended;

  /** Whether something was written of which nobody knows whether it will be shown. */
  private boolean unresolved;

  /** Null unless somebody has wanted a change lately. */
  private Resting.@Nullable Busy busy;

  EntityWorker(
      EntityKey key, Claim claim, NodeParts node, Consumer<Runnable> mailbox, Runnable stopped) {
    this.key = key;
    this.claim = claim;
    this.node = node;
    this.owner = new EntityOwner(node.rules(key.type()), node.name());
    this.mailbox = mailbox;
    this.stopped = stopped;
  }

  @Override
  public void handle(Request request, Consumer<Answer> reply) {
    boolean may = request.kind() == Request.Kind.CONFIRM ? claim.held() : serving();
    if (!may) {
      reply.accept(new Answer.NotNow(node.trouble()));
      return;
    }
    if (replies == null) {
      replies = new HashMap<>(2);
    }
    long ticket = nextTicket++;
    replies.put(ticket, new Asked(request, reply));
    if (!request.kind().reads()) {
      change();
    }
    step(new Input.Arrived(ticket, foreign(request)));
  }

  /** The node that owns the entity keeps no copy of it. */
  private Request foreign(Request request) {
    boolean own = request.fill() != null && request.fill().reader() == node.epoch();
    return own ? request.sent(request.timeLeftMillis(), null) : request;
  }

  private void change() {
    if (busy == null) {
      busy = node.resting().busy(mailbox, this::atWork, this::rest);
    } else {
      busy.changed();
    }
  }

  private boolean atWork() {
    return switch (owner.state()) {
      case EMPTY, READY, ENDED -> false;
      case LOADING, WRITING, BARRING, RELOADING, REVOKING -> true;
    };
  }

  private void rest() {
    busy = null;
    step(new Input.Rested());
  }

  @Override
  public void stop() {
    step(new Input.Stop());
  }

  @Override
  public void ended() {
    ended = true;
    if (busy != null) {
      busy.left();
    }
    hide();
  }

  private boolean serving() {
    return claim.held() && node.lease().valid();
  }

  private void step(Input input) {
    if (!ended) {
      owner.step(node.ticker().nanos(), input).forEach(this::perform);
    }
  }

  private void post(Input input) {
    mailbox.accept(() -> step(input));
  }

  private void perform(Output output) {
    if (output instanceof Output.Reply reply) {
      reply(reply);
    } else if (output instanceof Output.Show show) {
      show(show.row());
    } else if (output instanceof Output.Load) {
      node.store().load(key, this::loaded);
    } else if (output instanceof Output.Write write) {
      write(write);
    } else if (output instanceof Output.Confirm) {
      confirm();
    } else if (output instanceof Output.Bar) {
      node.claims().raise(claim, writtenToken, this::barred);
    } else if (output instanceof Output.Revoke) {
      node.granting().revoke(key, this::revoked);
    } else if (output instanceof Output.Hide) {
      hide();
    } else if (output instanceof Output.Ended) {
      stopped.run();
    }
  }

  /** The lease is checked here, after the value was taken. */
  private void reply(Output.Reply reply) {
    Asked asked = taken(reply.ticket());
    if (asked != null && (reply.committed() || serving())) {
      asked.reply.accept(reply.grant() ? granted(reply.answer(), asked) : reply.answer());
    } else if (asked != null) {
      asked.reply.accept(asked.unanswerable(node.trouble()));
    }
  }

  private @Nullable Asked taken(long ticket) {
    if (replies == null) {
      return null;
    }
    Asked asked = replies.remove(ticket);
    replies = replies.isEmpty() ? null : replies;
    return asked;
  }

  /** The grant is recorded before it is told of. */
  private Answer granted(Answer answer, Asked asked) {
    Request.Fill fill = asked.request.fill();
    if (fill == null || !(answer instanceof Answer.Done done)) {
      return answer;
    }
    long session = node.granting().grant(claim, key, fill);
    Answer.Grant grant = new Answer.Grant(node.epoch(), node.address(), session);
    return new Answer.Done(done.revision(), done.json(), done.owner(), grant);
  }

  private void show(Row row) {
    Object value = row.value();
    Entity<?> shown = value == null
        ? LiveEntity.absent(key.type(), key.id(), row.revision(), node.name())
        : new Entity<>(key.type(), key.id(), value, row.revision(), node.name());
    if (live != null) {
      live.show(shown);
    } else if (claim.held()) {
      live = new LiveEntity(claim, shown, node.ticker().nanos());
      node.live(key.type()).put(key.id(), live);
    }
    if (busy != null) {
      busy.changed();
    }
    unresolved = false;
    node.feeds().shown(key, row.revision());
  }

  private void hide() {
    if (unresolved) {
      unresolved = false;
      node.feeds().shown(key, PeerMessage.Hint.UNSURE);
    }
    if (live != null) {
      node.live(key.type()).remove(key.id(), live);
      live = null;
    }
  }

  private void loaded(Optional<StoredEntity> stored, @Nullable DatabaseException failure) {
    mailbox.accept(() -> {
      if (failure == null) {
        read(stored);
      } else {
        notLoaded(new Input.LoadFailed("the database does not answer: " + failure.getMessage()));
      }
    });
  }

  private void notLoaded(Input.LoadFailed failed) {
    if (owner.state() == EntityOwner.State.RELOADING) {
      node.later(() -> post(failed));
    } else {
      step(failed);
    }
  }

  private void read(Optional<StoredEntity> stored) {
    Row row;
    try {
      row = node.rules(key.type()).row(key.id(), stored);
    } catch (RuntimeException e) { // of the codec, or of the type's own initial value
      String reason = "the stored value of " + key + " does not fit its type: " + e.getMessage();
      node.later(() -> post(new Input.LoadFailed(reason)));
      return;
    }
    step(new Input.Loaded(row));
  }

  private void write(Output.Write write) {
    if (!claim.enter()) {
      step(new Input.Disowned());
      return;
    }
    unresolved = true;
    writtenToken = claim.token();
    Row row = write.row();
    Store.Write guarded = new Store.Write(
        key,
        claim.shard(),
        writtenToken,
        write.expected(),
        row.stored(),
        write.json(),
        node.operations().encode(row.operations()));
    node.store().write(claim, guarded, (fate, why) -> mailbox.accept(() -> written(fate, why)));
  }

  /** Needs no lease: what the database says of the claim is enough. */
  private void confirm() {
    Store.Held held = new Store.Held(key, claim.shard(), claim.token());
    node.store().confirm(held, (revision, failure) -> {
      if (failure != null) {
        post(new Input.NotConfirmed("the database does not answer: " + failure.getMessage()));
      } else {
        post(
            revision.isPresent()
                ? new Input.Confirmed(revision.getAsLong())
                : new Input.NotConfirmed("the entity moves to another node"));
      }
    });
  }

  private void written(StoreAccess.Fate fate, String reason) {
    switch (fate) {
      case WRITTEN -> {
        step(new Input.Written());
        heldSinceNanos = revoking() ? node.ticker().nanos() : 0;
      }
      // A token that this node is just raising is no loss of the claim: the barrier tells.
      case CONFLICT, UNKNOWN, NOT_OWNER -> step(new Input.WriteUnknown(reason));
      case FAILED -> step(new Input.NotWritten("the database did not take it: " + reason));
    }
  }

  /** Comes from any thread, or from within {@link #perform}. */
  private void revoked(int copies, int uses) {
    mailbox.accept(() -> {
      step(new Input.Revoked(copies, uses));
      if (heldSinceNanos != 0 && !revoking()) {
        node.metrics().copies().writeWaited(node.ticker().nanos() - heldSinceNanos);
        heldSinceNanos = 0;
      }
    });
  }

  private boolean revoking() {
    return owner.state() == EntityOwner.State.REVOKING;
  }

  private void barred(Optional<Boolean> raised) {
    if (raised.isEmpty()) {
      post(new Input.Disowned());
    } else {
      post(raised.get() ? new Input.Barred() : new Input.BarFailed());
    }
  }
}
