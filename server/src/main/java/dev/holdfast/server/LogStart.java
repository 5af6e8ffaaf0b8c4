package dev.holdfast.server;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Logback's first configuration: silence, until {@link Logs} says where to. It spares the start the
 * search for XML files. Public because Logback finds it by name.
 */
@ConfiguratorRank(ConfiguratorRank.NOMINAL)
public final class LogStart extends ContextAwareBase implements Configurator {
  /** For Logback. */
  public LogStart() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(ch.qos.logback.classic.Level.OFF);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
