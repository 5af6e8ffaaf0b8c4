package dev.holdfast.pekko;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * The actors of one name on all nodes. Thread-safe.
 *
 * @param <T> what they are told
 */
final class Doors<T> {
  /** More nodes than ever talk to each other; then addresses of dead ones are forgotten. */
  private static final int KNOWN = 1_000;

  private final ActorRefResolver references;
  private final String name;
  private final Map<String, ActorRef<T>> known = new ConcurrentHashMap<>();

  Doors(ActorSystem system, String name) {
    this.references = ActorRefResolver.get(Adapter.toTyped(system));
    this.name = name;
  }

  /** That of whichever node is at the address now. */
  ActorRef<T> at(String address) {
    return known(
        known,
        address,
        unique -> references.resolveActorRef(Addresses.address(unique) + "/user/" + name));
  }

  /** What is kept for a node, as long as there are not too many. */
  static <V> V known(Map<String, V> all, String node, Function<String, V> make) {
    if (all.size() > KNOWN) {
      all.clear();
    }
    return all.computeIfAbsent(node, make);
  }
}
