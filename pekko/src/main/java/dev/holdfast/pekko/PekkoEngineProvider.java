package dev.holdfast.pekko;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.holdfast.NotDone;
import dev.holdfast.spi.Engine;
import java.util.Map;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;

/**
 * Runs Holdfast on Apache Pekko Cluster Sharding. Found by its name in {@code META-INF/services}.
 */
public final class PekkoEngineProvider implements Engine.Provider {
  /** For the service loader. */
  public PekkoEngineProvider() {}

  @Override
  public Engine start(Engine.Settings settings, Engine.Host host) {
    try {
      ActorSystemSetup setup =
          ActorSystemSetup.create(BootstrapSetup.create(config(settings)), new HostSetup(host));
      return new PekkoEngine(ActorSystem.create(Addresses.SYSTEM, setup), settings, host);
    } catch (RuntimeException e) {
      throw new NotDone.CannotStart(
          "cannot listen for other nodes on " + settings.bindHost() + ":" + settings.port() + " ("
              + e.getMessage() + "); choose another node.port, or 0 for any free one");
    }
  }

  private static Config config(Engine.Settings settings) {
    Config ours = ConfigFactory.parseMap(Map.of(
        "holdfast.host", settings.bindHost(),
        "holdfast.port", settings.port(),
        "holdfast.live-entities", settings.liveEntities(),
        "holdfast.idle-timeout", settings.idleTimeout().toMillis() + "ms"));
    ClassLoader loader = PekkoEngineProvider.class.getClassLoader();
    return ours.withFallback(ConfigFactory.parseResources(loader, "holdfast-engine.conf"))
        .withFallback(ConfigFactory.defaultReference(loader))
        .resolve();
  }
}
