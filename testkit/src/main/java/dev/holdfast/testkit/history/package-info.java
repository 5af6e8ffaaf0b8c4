/**
 * Records what clients asked and were told, and judges whether that can be the work of one entity
 * that does one thing after the other. Not to be confused with the history of owners, which a node
 * tells.
 *
 * <ul>
 *   <li>A violation that is reported is real: no order of the calls explains what clients were
 *       told.
 *   <li>What is not found is said in {@link dev.holdfast.testkit.history.HistoryChecker}.
 *   <li>Nothing here knows how Holdfast works, or asks it: what counts is what clients saw.
 * </ul>
 */
@NullMarked
package dev.holdfast.testkit.history;

import org.jspecify.annotations.NullMarked;
