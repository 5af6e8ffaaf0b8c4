package dev.holdfast.server.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server a command asks, and who it says it is. */
final class ServerOptions {
  @Option(
      names = "--connect",
      paramLabel = "URL",
      description = "The server's URL; else $HOLDFAST_CONNECT, else port 8080 of this machine.")
  String connect = "";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "A file that holds the access token; else $HOLDFAST_TOKEN or " + "$HOLDFAST_TOKEN_FILE.")
  @Nullable Path tokenFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "The authority (PEM) to trust instead of the system's; else $HOLDFAST_CA.")
  @Nullable Path ca;
}
