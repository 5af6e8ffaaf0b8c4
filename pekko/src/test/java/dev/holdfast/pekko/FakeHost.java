package dev.holdfast.pekko;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A host whose entities answer each request with how many they have had. One whose id begins with
 * "slow" leaves only when it is let go.
 */
final class FakeHost implements Engine.Host {
  static final int SHARD = 3;

  /** A request of another node, for one of its entities to {@code add} or to {@code fail}. */
  static Message.Deliver request(long ticket, String id, String name) {
    EntityKey key = new EntityKey("counter", id);
    Request request = new Request(Request.Kind.CHANGE, key, "op", name, "{}", Request.ANY, 100);
    return new Message.Deliver("foo:1#2", new Message.Ask(ticket, request));
  }

  /** Those that live or have lived here, in the order they came in. */
  final List<Counting> lives = new ArrayList<>();

  /** One of them. */
  static final class Counting implements Engine.Live {
    final EntityKey key;
    final Consumer<Runnable> mailbox;
    private final Runnable stopped;
    private int asked;
    boolean ended;

    Counting(EntityKey key, Consumer<Runnable> mailbox, Runnable stopped) {
      this.key = key;
      this.mailbox = mailbox;
      this.stopped = stopped;
    }

    @Override
    public void handle(Request request, Consumer<Answer> reply) {
      if (request.name().equals("fail")) {
        throw FakeHost.<RuntimeException>anything(new Exception("it was told to"));
      }
      asked++;
      reply.accept(new Answer.Done(asked, request.operation(), "foo", null));
    }

    @Override
    public void stop() {
      if (!key.id().startsWith("slow")) {
        stopped.run();
      }
    }

    void letGo() {
      mailbox.accept(stopped);
    }

    @Override
    public void ended() {
      ended = true;
    }
  }

  /** As languages without checked exceptions do it. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Exception> T anything(Exception exception) throws T {
    throw (T) exception;
  }

  /** Whether nobody may come to live here. */
  boolean refuses;

  /** Of the entities that live here the ids, in the order in which they came. */
  List<String> living() {
    return lives.stream().filter(life -> !life.ended).map(life -> life.key.id()).toList();
  }

  @Override
  public int shardOf(EntityKey key) {
    return key.id().startsWith("elsewhere") ? SHARD + 1 : SHARD;
  }

  @Override
  public Engine.Live activate(
      EntityKey key, int shard, Consumer<Runnable> mailbox, Runnable stopped) {
    if (refuses) {
      throw new IllegalStateException("nobody may come");
    }
    Counting life = new Counting(key, mailbox, stopped);
    lives.add(life);
    return life;
  }

  @Override
  public CompletionStage<Boolean> acquire(int shard) {
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public void onLost(int shard, Runnable lost) {}

  @Override
  public CompletionStage<Boolean> release(int shard) {
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public boolean holds(int shard) {
    return true;
  }

  @Override
  public Set<String> draining() {
    return Set.of();
  }

  @Override
  public void answered(long ticket, Answer answer) {}

  @Override
  public void told(PeerMessage message) {}

  @Override
  public void failed(String reason) {}
}
