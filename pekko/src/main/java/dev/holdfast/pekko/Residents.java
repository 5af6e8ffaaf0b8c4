package dev.holdfast.pekko;

import dev.holdfast.spi.EntityKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The entities that live on this node, so that what comes for them need not ask the engine's region
 * and shard for the way. Thread-safe.
 */
final class Residents {
  private final Map<EntityKey, ActorRef<Message>> residents = new ConcurrentHashMap<>();

  void add(EntityKey key, ActorRef<Message> entity) {
    residents.put(key, entity);
  }

  void remove(EntityKey key, ActorRef<Message> entity) {
    residents.remove(key, entity);
  }

  /** Tells an entity that lives here; false if it does not. */
  boolean tell(EntityKey key, Message message) {
    ActorRef<Message> entity = residents.get(key);
    if (entity != null) {
      entity.tell(message);
    }
    return entity != null;
  }
}
