package dev.holdfast.server.config;

import com.typesafe.config.ConfigException;

/** The configuration cannot be used; the message says where, why and what would do. */
public final class ConfigProblem extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A problem in words for whoever wrote the configuration. */
  public ConfigProblem(String message) {
    super(message);
  }

  /** What the reader of HOCON found wrong, which says where. */
  ConfigProblem(ConfigException cause) {
    super(String.valueOf(cause.getMessage()));
  }
}
