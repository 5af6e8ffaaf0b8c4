package dev.holdfast.server.cli;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The nodes as the server of a shell tells them, remembered for when it is gone. */
final class ServedNeighbours implements Neighbours {
  private final Api api;
  private final Map<String, URI> known = new TreeMap<>();

  ServedNeighbours(Api api) {
    this.api = api;
  }

  /** Asks anew, and keeps what was known if nobody answers. */
  void refresh() {
    try {
      for (JsonNode node : NodesCommand.in(api.read("/v1/nodes").body())) {
        String http = node.path("http").asString("");
        if (node.path("state").asString("up").equals("up") && !http.isEmpty()) {
          known.put(node.path("name").asString(""), URI.create(http));
        }
      }
    } catch (CommandFailure | IllegalArgumentException e) {
      // What is known from before has to do.
    }
  }

  @Override
  public URI find(String name) {
    if (!known.containsKey(name)) {
      refresh();
    }
    URI found = known.get(name);
    if (found == null) {
      throw CommandFailure.usage("there is no node named \"" + name + "\""
          + (known.isEmpty() ? "" : "; there is " + String.join(", ", known.keySet())));
    }
    return found;
  }

  @Override
  public List<String> names() {
    return List.copyOf(known.keySet());
  }

  @Override
  public String unreachable(URI server, String message) {
    List<String> others = known.entrySet().stream()
        .filter(node -> !node.getValue().equals(server))
        .map(node -> "@" + node.getKey())
        .toList();
    return others.isEmpty()
        ? message
        : message + "; another node may answer: put " + String.join(" or ", others)
            + " before the command";
  }
}
