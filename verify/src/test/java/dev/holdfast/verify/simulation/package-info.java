/**
 * A whole cluster in one thread: virtual time, one seeded source of chance, the protocol's own
 * classes, and around them a database, a network, clocks and a placement that do their worst.
 *
 * <ul>
 *   <li>The same seed gives the same run, event by event.
 *   <li>What is decided, {@code dev.holdfast.protocol} decides; adapters here only carry it out.
 *   <li>Each rule can be switched off here, and nowhere else.
 * </ul>
 */
@NullMarked
package dev.holdfast.verify.simulation;

import org.jspecify.annotations.NullMarked;
