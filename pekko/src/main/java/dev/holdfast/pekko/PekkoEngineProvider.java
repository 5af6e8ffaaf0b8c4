package dev.holdfast.pekko;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.holdfast.NotDone;
import dev.holdfast.spi.Engine;
import java.util.Map;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.jspecify.annotations.Nullable;

/**
 * Runs Holdfast on Apache Pekko Cluster Sharding. Found by its name in {@code META-INF/services}.
 */
public final class PekkoEngineProvider implements Engine.Provider {
  /** For the service loader. */
  public PekkoEngineProvider() {}

  @Override
  public Engine start(Engine.Settings settings, Engine.Host host) {
    ActorSystemSetup setup = withTls(
        ActorSystemSetup.create(BootstrapSetup.create(config(settings)), new HostSetup(host)),
        settings.tls());
    try {
      return new PekkoEngine(ActorSystem.create(Addresses.SYSTEM, setup), settings, host);
    } catch (RuntimeException e) {
      throw new NotDone.CannotStart(
          "cannot listen for other nodes on " + settings.bindHost() + ":" + settings.port() + " ("
              + e.getMessage() + "); choose another node.port, or 0 for any free one");
    }
  }

  private static ActorSystemSetup withTls(ActorSystemSetup setup, Engine.@Nullable Tls tls) {
    if (tls == null) {
      return setup;
    }
    NodeTls engines = new NodeTls(tls);
    return setup.withSetup(SSLEngineProviderSetup.create(system -> engines));
  }

  private static Config config(Engine.Settings settings) {
    Config ours = ConfigFactory.parseMap(Map.of(
        "holdfast.host", settings.bindHost(),
        "holdfast.port", settings.port(),
        "holdfast.transport", settings.tls() == null ? "tcp" : "tls-tcp"));
    ClassLoader loader = PekkoEngineProvider.class.getClassLoader();
    return ours.withFallback(ConfigFactory.parseResources(loader, "holdfast-engine.conf"))
        .withFallback(ConfigFactory.defaultReference(loader))
        .resolve();
  }
}
