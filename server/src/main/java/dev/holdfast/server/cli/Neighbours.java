package dev.holdfast.server.cli;

import java.net.URI;
import java.util.List;

/** The nodes that a shell can reach by name. */
interface Neighbours {
  /**
   * Where the node's HTTP API is.
   *
   * @throws CommandFailure if there is no such node
   */
  URI find(String name);

  /** The names there are, as far as is known without asking. */
  List<String> names();

  /** Says that the server there does not answer, and what to do now. */
  String unreachable(URI server, String message);
}
