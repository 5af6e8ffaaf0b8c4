package dev.holdfast.server.cli;

import dev.holdfast.server.cli.Events.Event;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows the events of a watch, of whichever node tells them: when the stream of one ends, it goes
 * on at that node or at another one. Belongs to one thread.
 */
final class Watcher implements AutoCloseable {
  private static final long PAUSE_MILLIS = 500;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Session session;
  private final Report report;
  private final String path;
  private final boolean one;
  private final List<Api> servers = new ArrayList<>();

  /** What was shown of each entity; a stream that begins anew tells it again. */
  private final Map<String, Long> shown = new HashMap<>();

  private @Nullable Events events;
  private String lastId = "";
  private int at;

  /** @param one whether one entity is watched, and a stream can go on where the last one ended */
  Watcher(Session session, Api first, Report report, String path, boolean one) {
    this.session = session;
    this.report = report;
    this.path = path;
    this.one = one;
    servers.add(first);
    events = first.events(path, "");
    learn(first);
  }

  /**
   * Waits for the next change and shows it; false if it was interrupted.
   *
   * @throws CommandFailure if no server goes on for a minute, or one says that it cannot be done
   */
  boolean showNext() {
    while (true) {
      Optional<Event> event = events == null ? Optional.empty() : events.next();
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      if (event.isEmpty()) {
        if (!connectedAgain()) {
          return false;
        }
      } else if (isShown(event.get())) {
        return true;
      }
    }
  }

  private boolean isShown(Event event) {
    JsonNode data = JsonMapper.shared().readTree(event.data());
    if (event.name().equals("failed")) {
      String type = data.path("type").asString("");
      throw CommandFailure.answered(
          type.substring(type.lastIndexOf(':') + 1),
          data.path("status").asInt(),
          data.path("detail").asString("the watch has ended"),
          CommandFailure.NOT_DONE);
    }
    long revision = data.path("revision").asLong();
    Long before = shown.put(data.path("id").asString(""), revision);
    boolean known = before != null && before >= revision;
    if (known || !(data instanceof ObjectNode entity)) {
      return false;
    }
    if (one && !event.id().isEmpty()) {
      lastId = event.id();
    }
    show(entity, event);
    return true;
  }

  private void show(ObjectNode entity, Event event) {
    if (!one) {
      report.item(entity);
    } else if (event.id().isEmpty()) {
      report.line(entity, report.style().faint("there is no such entity yet"));
    } else {
      report.line(entity, report.describe(entity));
    }
  }

  private boolean connectedAgain() {
    close();
    Api before = servers.get(at);
    long until = session.ticker().nanos() + PATIENCE_NANOS;
    CommandFailure last = CommandFailure.unreachable("no server goes on");
    for (int tries = 1; session.ticker().nanos() - until < 0; tries++) {
      at = (at + 1) % servers.size();
      Api next = servers.get(at);
      try {
        events = next.events(path, lastId);
        report.note("the stream of " + before.server() + " ended; it goes on at " + next.server());
        learn(next);
        return true;
      } catch (CommandFailure failure) {
        if (!failure.code().equals("unreachable") && !failure.code().equals("unavailable")) {
          throw failure;
        }
        last = failure;
      }
      if (tries % servers.size() == 0 && !Pause.millis(PAUSE_MILLIS)) {
        return false;
      }
    }
    throw last;
  }

  /** Which other servers there are, for when this one is gone. */
  private void learn(Api from) {
    try {
      for (JsonNode node : NodesCommand.in(from.read("/v1/nodes").body())) {
        String http = node.path("http").asString("");
        boolean known = http.isEmpty()
            || servers.stream().anyMatch(api -> api.server().equals(URI.create(http)));
        if (!known && !node.path("self").asBoolean(false)) {
          servers.add(session.api(http));
        }
      }
    } catch (CommandFailure | IllegalArgumentException e) {
      // Then it goes on with those that are known.
    }
  }

  @Override
  public void close() {
    if (events != null) {
      events.close();
      events = null;
    }
  }
}
