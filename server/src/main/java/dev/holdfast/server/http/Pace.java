package dev.holdfast.server.http;

import java.time.Duration;

/**
 * How long a server waits for clients that take their answers slowly. Immutable.
 *
 * @param heartbeat after what time of silence a stream says that it is still there
 * @param patience after what time a client that takes nothing of what is sent to it is cut off
 * @param look how often the server looks for such clients
 * @param streams how many streams there may be
 */
record Pace(Duration heartbeat, Duration patience, Duration look, int streams) {
  static final Pace USUAL =
      new Pace(Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(5), 20_000);
}
