package dev.holdfast.pekko;

import dev.holdfast.spi.Engine;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.setup.Setup;

/**
 * Carries the host into the actor system, for the classes that Pekko makes by their names. Thus
 * many nodes may live in one JVM.
 */
final class HostSetup extends Setup {
  private final Engine.Host host;

  HostSetup(Engine.Host host) {
    this.host = host;
  }

  static Engine.Host hostOf(ActorSystem system) {
    return system
        .settings()
        .setup()
        .get(HostSetup.class)
        .orElseThrow(() -> new IllegalStateException("not a system of Holdfast"))
        .host;
  }
}
