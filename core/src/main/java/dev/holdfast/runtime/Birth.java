package dev.holdfast.runtime;

import java.time.Duration;
import java.util.Set;

/**
 * How a life begins.
 *
 * @param port where its engine listens; 0 for any free port
 * @param earlier the uuids of the node's earlier lives, all of which are over
 * @param approaches whether it registers only once it reaches all members that live
 * @param probation for how long the others must reach it before it serves
 */
record Birth(int port, Set<String> earlier, boolean approaches, Duration probation) {
  static Birth first(int port) {
    return new Birth(port, Set.of(), false, Duration.ZERO);
  }
}
