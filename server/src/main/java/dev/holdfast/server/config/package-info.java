/**
 * What a server is told at its start: read from layers, checked at once, then immutable.
 *
 * <ul>
 *   <li>An option that is unknown, malformed or out of range is refused, with where it was written.
 *   <li>Types that are declared here know how to check their values, in words for people.
 * </ul>
 */
@NullMarked
package dev.holdfast.server.config;

import org.jspecify.annotations.NullMarked;
