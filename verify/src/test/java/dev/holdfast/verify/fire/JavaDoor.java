package dev.holdfast.verify.fire;

import dev.holdfast.AsyncEntities;
import dev.holdfast.Call;
import dev.holdfast.Entity;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.testkit.history.Asked;
import dev.holdfast.testkit.history.Told;
import dev.holdfast.verify.Causes;
import dev.holdfast.verify.fire.FireTypes.Add;
import dev.holdfast.verify.fire.FireTypes.Append;
import dev.holdfast.verify.fire.FireTypes.Note;
import dev.holdfast.verify.fire.FireTypes.Tally;
import dev.holdfast.verify.fire.FireTypes.Word;
import dev.holdfast.verify.fire.FireTypes.Words;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A node in this process, by its Java API. Thread-safe. */
final class JavaDoor implements Door {
  private final Holdfast node;

  JavaDoor(Holdfast node) {
    this.node = node;
  }

  @Override
  public String node() {
    return node.node();
  }

  @Override
  public CompletableFuture<Reply> send(Errand errand) {
    Call call = new Call(Clients.DEADLINE, errand.operation());
    try {
      return (switch (errand.key().kind()) {
            case WORD ->
              register(
                  node.entities(FireTypes.WORD).with(call).async(), Word::new, Word::text, errand);
            case NOTE -> note(node.entities(FireTypes.NOTE).with(call).async(), errand, call);
            case TALLY -> tally(node.entities(FireTypes.TALLY).with(call).async(), errand);
            case WORDS -> words(node.entities(FireTypes.WORDS).with(call).async(), errand);
          })
          .exceptionally(failure -> failed(errand.asked(), failure));
    } catch (HoldfastException e) {
      return CompletableFuture.completedFuture(failed(errand.asked(), e));
    }
  }

  private static <V> CompletableFuture<Reply> register(
      AsyncEntities<V> registers,
      Function<String, V> value,
      Function<V, String> text,
      Errand errand) {
    String id = errand.key().id();
    Function<Entity<V>, Reply> done = entity -> reply(entity, text.apply(entity.value()));
    if (errand.asked() instanceof Asked.Read read) {
      return registers.get(id, read.how()).thenApply(done);
    } else if (errand.asked() instanceof Asked.WriteIf write) {
      return registers.setIf(id, write.expected(), value.apply(write.value())).thenApply(done);
    }
    return registers
        .set(id, value.apply(((Asked.Write) errand.asked()).value()))
        .thenApply(done);
  }

  private CompletableFuture<Reply> note(AsyncEntities<Note> notes, Errand errand, Call call) {
    if (!(errand.asked() instanceof Asked.Delete)) {
      return register(notes, Note::new, Note::text, errand);
    }
    return node.json(errand.key().kind().type())
        .delete(errand.key().id(), null, call)
        .thenApply(gone -> new Reply(new Told.Done(gone.revision(), null), true, ""));
  }

  private static CompletableFuture<Reply> tally(AsyncEntities<Tally> tallies, Errand errand) {
    String id = errand.key().id();
    if (errand.asked() instanceof Asked.Read read) {
      return tallies
          .get(id, read.how())
          .thenApply(entity -> reply(entity, Long.toString(entity.value().sum())));
    }
    long amount = ((Asked.Add) errand.asked()).amount();
    return tallies.change(id, new Add(amount)).thenApply(sum -> changed(Long.toString(sum)));
  }

  private static CompletableFuture<Reply> words(AsyncEntities<Words> words, Errand errand) {
    String id = errand.key().id();
    if (errand.asked() instanceof Asked.Read read) {
      return words
          .get(id, read.how())
          .thenApply(entity -> reply(entity, String.join(",", entity.value().all())));
    }
    String word = ((Asked.Append) errand.asked()).element();
    return words
        .change(id, new Append(word))
        .thenApply(length -> new Reply(new Told.Done(Told.UNTOLD, null), true, ""));
  }

  /** A change answers what it likes; here that is no revision. */
  private static Reply changed(String value) {
    return new Reply(new Told.Done(Told.UNTOLD, value), true, "");
  }

  private static Reply reply(Entity<?> entity, String value) {
    String owner = entity.source() == Entity.Source.OWNER ? entity.owner() : "";
    return new Reply(new Told.Done(entity.revision(), value), true, owner);
  }

  private static Reply failed(Asked asked, Throwable failure) {
    Told told = Told.of(Objects.requireNonNull(Causes.root(failure)));
    return told instanceof Told.Unknown unknown
        ? Reply.lost(asked, unknown.reason())
        : new Reply(told, true, "");
  }
}
